import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client as PgClient } from 'pg'
import { expect, onTestFinished, test, vi } from 'vitest'
import { avatarEndpoints } from '../../api/contract/avatar.ts'
import { asProblem, Client, type RawAnswer } from '../support/client.ts'
import { startApi } from '../support/api-process.ts'
import { chatAt } from '../support/chatting.ts'
import { differentPictures } from '../support/photos.ts'
import { mountSmallDisk } from '../support/small-disk.ts'
import { complete, presign, put } from '../support/upload.ts'

const disk = await mountSmallDisk(160)

/** The address of the embedded database in `dataDir`, as its files tell. */
async function embeddedDatabase(dataDir: string): Promise<string> {
  const read = (name: string): Promise<string> => readFile(join(dataDir, 'postgres', name), 'utf8')
  const [password, port] = await Promise.all([read('password'), read('port')])
  return `postgres://medallion:${password.trim()}@127.0.0.1:${port.trim()}/medallion?sslmode=disable`
}

/** Writes to the database's log alone, until the server ends for want of space. */
async function fillDatabaseLog(url: string): Promise<void> {
  const database = new PgClient({ connectionString: url })
  const ended = new Promise<void>((resolve) => database.once('end', resolve))
  database.on('error', () => {})
  await database.connect()
  for (let megabytes = 0; megabytes < 200; megabytes += 1) {
    const written = await database
      .query(`select pg_logical_emit_message(false, 'fill', repeat('x', 1000000))`)
      .catch(() => null)
    if (written === null) return ended
  }
  throw new Error('The log has had space all the same.')
}

if (disk !== null)
  test('a full disk under the embedded services: a clear 503, nothing accepted lost, and back when there is space', async () => {
    const dataDir = join(disk.folder, 'data')
    const api = await startApi(dataDir, { DATABASE_URL: '', AWS_BUCKET_NAME: '', S3_ENDPOINT: '' })
    onTestFinished(async () => {
      await api.stop()
      await disk.remove()
    })
    const databaseUrl = await embeddedDatabase(dataDir)
    const chat = await chatAt([api.url], databaseUrl)
    const ada = new Client(api.url, chat.crowd[0]?.token ?? '')
    const [picture] = await differentPictures(1)
    if (picture === undefined) throw new Error('There is no picture.')
    const presigned = await presign(ada, picture)
    await chat.moreMessages(50)

    // The disk is full: what needs more of it is refused, and says why.
    await disk.fill()
    const before = chat.refused()
    await vi.waitFor(() => expect(chat.refused()).toBeGreaterThan(before + 10), {
      timeout: 20_000,
      interval: 10,
    })
    const told = asProblem(await refused(() => ada.call(avatarEndpoints.presignAvatar, announced)))
    expect(told.detail).toContain('no disk space left')
    const stored = await put(presigned.full, picture.full)
    expect(stored).toMatchObject({ status: 507, code: 'InsufficientStorage' })
    await disk.clear()
    await chat.moreMessages(50)
    expect((await put(presigned.full, picture.full)).status).toBe(200)
    expect((await put(presigned.thumb, picture.thumb)).status).toBe(200)
    await complete(ada, presigned.uploadId)

    // Full again, and now the database's own log needs more: it ends at once, and cannot even start.
    await disk.fill()
    await fillDatabaseLog(databaseUrl)
    await vi.waitFor(async () => expect((await ada.raw('GET', '/readyz')).status).toBe(503))
    await chat.moreRetries(300)
    await disk.clear()
    await chat.moreMessages(50)

    await chat.end('Disk full under the embedded services', 2)
  }, 120_000)

const announced = {
  full: { bytes: 1000, sha256: 'A'.repeat(43) + '=' },
  thumb: { bytes: 1000, sha256: 'A'.repeat(43) + '=' },
}

/** Asks until the answer is an error: not everything needs space. */
async function refused(ask: () => Promise<RawAnswer>): Promise<RawAnswer> {
  return vi.waitFor(
    async () => {
      const answer = await ask()
      expect(answer.status).toBe(503)
      return answer
    },
    { timeout: 20_000, interval: 10 },
  )
}
