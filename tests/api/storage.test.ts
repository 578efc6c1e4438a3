import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStorage, type Storage } from '../../api/platform/storage.ts'
import { openStoreProxy, type StoreProxy } from '../support/store-proxy.ts'
import { testStorage } from '../support/test-cluster.ts'

const KEY = `test-${randomUUID()}/large`
const BYTES = 2_000_000

let proxy: StoreProxy
let storage: Storage

beforeAll(async () => {
  const { accessKeyId, secretAccessKey, endpoint, ...place } = testStorage()
  proxy = await openStoreProxy(endpoint)
  storage = openStorage({ ...place, endpoint: proxy.url, credentials: { accessKeyId, secretAccessKey } })
})
afterAll(async () => {
  await storage.remove(KEY)
  storage.close()
  await proxy.close()
})

test('a large object may take longer than a small one: it is written over a slow link, and read whole', async () => {
  const body = Buffer.alloc(BYTES, 'Medallion')
  // Some six seconds, which is more than any request may take before its answer begins.
  proxy.treat(({ method }) => (method === 'PUT' ? { do: 'slow', bytesPerSecond: 330_000 } : undefined))
  await storage.write(KEY, body, { contentType: 'image/png', cacheControl: 'no-store' })
  expect(proxy.seen.filter(({ method }) => method === 'PUT')).toHaveLength(1)
  const read = await storage.read(KEY, BYTES)
  // Compared here: showing the difference of millions of bytes takes longer than reading them.
  expect(Buffer.isBuffer(read) && read.equals(body)).toBe(true)
  expect(await storage.read(KEY, BYTES - 1)).toBe('too-large')
}, 30_000)
