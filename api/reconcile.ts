import { parseArgs } from 'node:util'
import { createAvatarKeys } from './avatar/avatar-keys.ts'
import { personsPicture } from './avatar/avatar.service.ts'
import { findDifferences, mend, type Difference, type Reconciler } from './avatar/reconcile.ts'
import { createAttachmentKeys } from './chat/attachment-keys.ts'
import { attachmentRepository } from './chat/attachment.repository.ts'
import { updated } from './chat/room.service.ts'
import { roomRepository } from './chat/room.repository.ts'
import { openServices } from './open-services.ts'
import { readConfig } from './platform/config.ts'
import { migrate, openDatabase } from './platform/db.ts'
import { createLog } from './platform/log.ts'
import { openStorage } from './platform/storage.ts'

/*
 * `npm run avatars:reconcile` lists every difference between the bucket and the database, with `-- --fix` it mends them. It exits with
 * 1 when differences are left. The settings are the API's own; beside an API with embedded services it has to wait until that is stopped.
 */

const { values } = parseArgs({ options: { fix: { type: 'boolean', default: false } } })
const config = readConfig(process.env)
const log = createLog('silent')
const services = await openServices(config, log)
await migrate(services.databaseUrl, log)
const db = openDatabase(services.databaseUrl, log)
const storage = openStorage(services.storage)
const attachmentKeys = createAttachmentKeys(config.attachmentFolder)
const reconciler: Reconciler = {
  db,
  storage,
  keys: createAvatarKeys(config.avatarFolder, config.avatarPublicUrl),
  others: {
    folder: attachmentKeys.folder,
    listServed: async (from) => (await attachmentRepository(from).listKeys()).flatMap(attachmentKeys.both),
  },
  newsOf: async (trx, { table, id }) =>
    table === 'users' ? personsPicture(id).news(trx) : (await roomRepository(trx).listViews(id)).map(updated),
}
try {
  let found = 0
  // Found first, mended then: what mending changes is not taken for another difference.
  const differences: Difference[] = []
  for await (const difference of findDifferences(reconciler)) differences.push(difference)
  for (const difference of differences) {
    found += 1
    print(`${describe(difference)}${values.fix ? ` – ${await mend(reconciler, difference)}` : ''}`)
  }
  print(
    found === 0
      ? 'Bucket and database agree.'
      : `${found} ${found === 1 ? 'difference' : 'differences'}${values.fix ? ', mended.' : '. Run it with -- --fix to mend them.'}`,
  )
  process.exitCode = found > 0 && !values.fix ? 1 : 0
} finally {
  await db.destroy()
  storage.close()
  await services.stop()
}

function describe(difference: Difference): string {
  if (difference.kind === 'orphan') {
    const { key, bytes, modifiedAt } = difference.object
    return `orphan   ${key}  ${bytes} bytes, ${age(modifiedAt)} old`
  }
  const { owner, key, rendition } = difference
  return `missing  ${reconciler.keys.served(key, rendition)}  of ${owner.table === 'users' ? 'person' : 'room'} ${owner.id}`
}

function age(since: Date): string {
  const minutes = Math.round((Date.now() - since.getTime()) / 60_000)
  return minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
