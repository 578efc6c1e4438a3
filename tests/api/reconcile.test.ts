import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { DeleteObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAvatarKeys } from '../../api/avatar/avatar-keys.ts'
import { findDifferences, mend, type Difference, type Reconciler } from '../../api/avatar/reconcile.ts'
import { personsPicture } from '../../api/avatar/avatar.service.ts'
import { createAttachmentKeys } from '../../api/chat/attachment-keys.ts'
import { attachmentRepository } from '../../api/chat/attachment.repository.ts'
import { LONGEST_UPLOAD_MS } from '../../api/avatar/picture.service.ts'
import { chatEndpoints } from '../../api/contract/chat.ts'
import { sessionEndpoints } from '../../api/contract/session.ts'
import { openRoom, see } from '../support/chat.ts'
import { Listener } from '../support/listener.ts'
import { openBucket, type Bucket } from '../support/bucket.ts'
import { photo, renditionsOf, type Renditions } from '../support/photos.ts'
import { startTestApp, type Person, type TestApp } from '../support/test-app.ts'
import {
  attachImage,
  digest,
  fetchPicture,
  savePicture,
  saveRoomPicture,
  uploadImage,
} from '../support/upload.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

let app: TestApp
let ada: Person
let bucket: Bucket
let picture: Renditions
let reconciler: Reconciler

beforeAll(async () => {
  app = await startTestApp()
  ada = await app.person('Ada')
  picture = await renditionsOf(await photo('jpeg'))
  const { credentials, endpoint, ...place } = app.storageSettings
  if (credentials === null || endpoint === null) throw new Error('The tests have a store of their own.')
  bucket = openBucket({ ...place, endpoint, ...credentials })
  const attachmentKeys = createAttachmentKeys(`${app.folder}attachments/`)
  reconciler = {
    db: app.db,
    storage: app.storage,
    keys: createAvatarKeys(app.folder, null),
    others: {
      folder: attachmentKeys.folder,
      listServed: async (db) => (await attachmentRepository(db).listKeys()).flatMap(attachmentKeys.both),
    },
    newsOf: async (trx, { id }) => personsPicture(id).news(trx),
  }
})
afterAll(async () => {
  bucket.close()
  await app.stop()
})

async function differences(later = LONGEST_UPLOAD_MS + 1_000): Promise<Difference[]> {
  const found: Difference[] = []
  // Seen from a quarter of an hour later, when nothing of now can be under way any more.
  const storage: Reconciler['storage'] = {
    ...app.storage,
    async *list(prefix) {
      for await (const object of app.storage.list(prefix))
        yield { ...object, modifiedAt: new Date(object.modifiedAt.getTime() - later) }
    },
  }
  for await (const difference of findDifferences({ ...reconciler, storage })) found.push(difference)
  return found
}

const remove = (key: string) => bucket.client.send(new DeleteObjectCommand({ Bucket: bucket.name, Key: key }))
const meOf = async ({ client }: Person) => (await client.ok(sessionEndpoints.getMe, {})).user
const write = (key: string) =>
  app.storage.write(key, Buffer.from('forgotten'), { contentType: 'image/webp', cacheControl: 'no-store' })

describe('bucket and database', () => {
  test('agree after saving, replacing and removing, of people and rooms', async () => {
    await savePicture(ada.client, picture)
    const room = await openRoom(ada)
    await saveRoomPicture(ada.client, room.id, picture)
    await saveRoomPicture(ada.client, room.id, picture)
    await app.app.sweep()
    expect(await differences()).toEqual([])
  })

  test('agree while images wait to be completed or sent, and once they are sent', async () => {
    const room = await openRoom(ada)
    await uploadImage(ada.client, room.id, picture.full, 'image/webp')
    await attachImage(ada.client, room.id, picture.full, 'image/webp')
    const { id } = await attachImage(ada.client, room.id, picture.full, 'image/webp')
    await ada.client.ok(chatEndpoints.sendMessage, {
      id: room.id,
      clientId: randomUUID(),
      body: '',
      attachmentIds: [id],
    })
    expect(await differences()).toEqual([])
  })

  test('differ by what nobody serves, once it cannot be under way any more; mending deletes it', async () => {
    const orphans = [
      `${app.folder}${randomUUID()}/${randomUUID()}/256.webp`,
      `${app.folder}pending/${randomUUID()}/${randomUUID()}/64.webp`,
      `${app.folder}rooms/${randomUUID()}/${randomUUID()}/64.webp`,
      `${app.folder}attachments/${randomUUID()}/${randomUUID()}/original`,
      `${app.folder}attachments/pending/${randomUUID()}/${randomUUID()}`,
    ]
    for (const key of orphans) await write(key)
    expect(await differences(0)).toEqual([])
    const found = await differences()
    expect(
      found
        .map((difference) => (difference.kind === 'orphan' ? difference.object.key : difference.key))
        .toSorted(),
    ).toEqual(orphans.toSorted())
    for (const difference of found) expect(await mend(reconciler, difference)).toBe('deleted')
    expect(await differences()).toEqual([])
  })

  test('differ by a picture whose object is gone; mending writes it again', async () => {
    const user = await savePicture(ada.client, picture)
    // The one before is to be gone, and not about to go.
    await app.app.sweep()
    const key = await servedKey(ada)
    await remove(`${app.folder}${key}/256.webp`)
    const found = await differences()
    expect(found).toEqual([
      { kind: 'missing', owner: { table: 'users', id: ada.user.id }, key, rendition: 'full' },
    ])
    expect(await mend(reconciler, found[0] as Difference)).toBe('written again')
    const served = await fetchPicture(ada.client, user.avatarUrl)
    expect(digest(Buffer.from(await served.arrayBuffer()))).toBe(digest(picture.full))
    expect(await meOf(ada)).toEqual(user)
    expect(await differences()).toEqual([])
  })

  test('where nobody has kept it, it is taken away, and everyone is told', async () => {
    const user = await savePicture(ada.client, picture)
    // The one before is to be gone, and not about to go.
    await app.app.sweep()
    const key = await servedKey(ada)
    await app.db('avatar_recents').where({ user_id: ada.user.id }).delete()
    await remove(`${app.folder}${key}/64.webp`)
    const listener = await Listener.connect(app.url, ada.token)
    const [missing] = await differences()
    expect(await mend(reconciler, missing as Difference)).toBe('taken away')
    const { data } = await listener.next('user:avatar:updated')
    expect(data).toMatchObject({ avatarUrl: null, avatarVersion: user.avatarVersion + 1 })
    await app.app.sweep()
    expect(await bucket.keys(`${app.folder}${key}`)).toEqual([])
    expect(await differences()).toEqual([])
    await listener.close()
  })
})

describe('npm run avatars:reconcile', () => {
  test('lists with 1, mends with --fix, and then agrees, while the API runs', async () => {
    const room = await openRoom(ada)
    await saveRoomPicture(ada.client, room.id, picture)
    const { avatar_key: key } = await app.db('rooms').where({ id: room.id }).first('avatar_key')
    await remove(`${app.folder}${key}/256.webp`)
    const listed = await reconcile()
    expect(listed.code).toBe(1)
    expect(listed.said).toContain(`missing  ${app.folder}${key}/256.webp  of room ${room.id}`)
    expect(listed.said).toContain('1 difference. ')
    const mended = await reconcile('--fix')
    expect(mended.said).toContain('taken away')
    expect(mended.code).toBe(0)
    await expect.poll(async () => (await see(ada, room.id)).avatarUrl).toBeNull()
    expect(await reconcile()).toEqual({ code: 0, said: 'Bucket and database agree.\n' })
  })
})

/** Runs the command as whoever hosts it does, and tells what it said. */
function reconcile(...options: string[]): Promise<{ code: number; said: string }> {
  const { bucket: name, region, endpoint, credentials } = app.storageSettings
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--import', 'tsx', 'api/reconcile.ts', ...options],
      {
        cwd: ROOT,
        env: {
          ...process.env,
          DATABASE_URL: app.databaseUrl,
          AWS_BUCKET_NAME: name,
          AWS_REGION: region,
          AWS_ACCESS_KEY_ID: credentials?.accessKeyId,
          AWS_SECRET_ACCESS_KEY: credentials?.secretAccessKey,
          S3_ENDPOINT: endpoint ?? '',
          S3_AVATAR_FOLDER: app.folder,
          S3_ATTACHMENT_FOLDER: `${app.folder}attachments/`,
        },
      },
      (_, said) => resolve({ code: child.exitCode ?? -1, said }),
    )
  })
}

async function servedKey({ user }: Person): Promise<string> {
  const { avatar_key: key } = await app.db('users').where({ id: user.id }).first('avatar_key')
  return key
}
