import { once } from 'node:events'
import { chmod, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HeadBucketCommand } from '@aws-sdk/client-s3'
import { Client } from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startEmbeddedServices, type EmbeddedServices } from '../../../api/embedded/embedded-services.ts'
import { createS3Client } from '../../support/embedded-s3.ts'

let dataDir: string
let running: EmbeddedServices[]

beforeEach(async () => {
  // Root's PostgreSQL would else have to move out of a folder that is root's alone.
  const folder = await mkdtemp(join(tmpdir(), 'medallion-services-'))
  await chmod(folder, 0o755)
  dataDir = join(folder, 'data')
  running = []
})

afterEach(async () => {
  for (const services of running) await services.stop()
  await rm(join(dataDir, '..'), { recursive: true, force: true })
})

async function start(needs: { database: boolean; objectStore: boolean }): Promise<EmbeddedServices> {
  const services = await startEmbeddedServices({ dataDir, needs, log: () => {} })
  running.push(services)
  return services
}

test('both services answer at the addresses that are given', async () => {
  const { databaseUrl, storage } = await start({ database: true, objectStore: true })
  if (databaseUrl === undefined || storage === undefined) throw new Error('Both services were asked for.')
  const database = new Client({ connectionString: databaseUrl })
  await database.connect()
  expect((await database.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  await database.end()
  const client = createS3Client(storage)
  const answer = await client.send(new HeadBucketCommand({ Bucket: storage.bucket }))
  expect(answer.$metadata.httpStatusCode).toBe(200)
  client.destroy()
}, 60_000)

test('what is not needed is not started', async () => {
  const services = await start({ database: false, objectStore: true })
  expect(services.databaseUrl).toBeUndefined()
  expect(await readdir(dataDir)).toEqual(['object-store'])
  expect((await start({ database: false, objectStore: false })).storage).toBeUndefined()
})

test('the object store keeps its keys, in a private file, and its port', async () => {
  const first = await start({ database: false, objectStore: true })
  await first.stop()
  const file = join(dataDir, 'object-store', 'settings.json')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await readFile(file, 'utf8')).toContain(first.storage?.secretAccessKey)
  const second = await start({ database: false, objectStore: true })
  expect(second.storage).toEqual(first.storage)
})

test('the object store moves where a stranger has taken its port', async () => {
  const first = await start({ database: false, objectStore: true })
  await first.stop()
  const port = Number(new URL(first.storage?.endpoint ?? '').port)
  const stranger = createServer().listen(port, '127.0.0.1')
  await once(stranger, 'listening')
  const second = await start({ database: false, objectStore: true })
  expect(second.storage?.endpoint).not.toBe(first.storage?.endpoint)
  expect(second.storage?.secretAccessKey).toBe(first.storage?.secretAccessKey)
  stranger.close()
})
