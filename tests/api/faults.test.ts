import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { avatarEndpoints } from '../../api/contract/avatar.ts'
import { chatEndpoints } from '../../api/contract/chat.ts'
import { migrate } from '../../api/platform/db.ts'
import { createLog } from '../../api/platform/log.ts'
import { openStorage } from '../../api/platform/storage.ts'
import { apiEnvironment, startApi, type ApiProcess } from '../support/api-process.ts'
import { openBucket } from '../support/bucket.ts'
import { openRoom, say } from '../support/chat.ts'
import { chatAt } from '../support/chatting.ts'
import { asProblem, Client, type RawAnswer } from '../support/client.ts'
import { Listener } from '../support/listener.ts'
import { differentPictures } from '../support/photos.ts'
import { startPostgres } from '../support/postgres-server.ts'
import { openGate } from '../support/tcp-gate.ts'
import { startTestApp } from '../support/test-app.ts'
import { createTestDatabase, testStorage } from '../support/test-cluster.ts'
import { complete, fetchPicture, savePicture, upload } from '../support/upload.ts'

/** What a request answers when something that the API stands on is away. */
function expectUnavailable(answer: RawAnswer, code: string): void {
  expect(asProblem(answer)).toMatchObject({ status: 503, code })
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
}

test('two processes killed in turn under load, the clients moving between them', async () => {
  const database = await createTestDatabase()
  const env = apiEnvironment(database.url, testStorage())
  const start = (port = '0'): Promise<ApiProcess> =>
    startApi(tmpdir(), { ...env, PORT: port, LOG_LEVEL: 'info' })
  const processes = await Promise.all([start(), start()])
  onTestFinished(async () => {
    for (const api of processes) await api.stop()
    await database.drop()
  })
  const chat = await chatAt(
    processes.map(({ url }) => url),
    database.url,
  )
  let faults = 0
  for (let n = 0; n < 4; n += 1) {
    await chat.moreMessages(40)
    const victim = processes[n % 2]
    if (victim === undefined) throw new Error('There is no such process.')
    await victim.kill()
    faults += 1
    await chat.moreMessages(40)
    processes[n % 2] = await start(new URL(victim.url).port)
    for (const client of chat.crowd) {
      client.move()
      faults += 1
    }
  }
  await chat.moreMessages(40)
  await chat.end('Two processes killed in turn, clients moving', faults)
}, 120_000)

describe.concurrent('what lies around the API', () => {
  test('a network that stalls without closing, cuts at random and delays', async () => {
    const app = await startTestApp({ heartbeatMs: 1_000 })
    const gate = await openGate(app.url)
    const chat = await chatAt([gate.url], app.databaseUrl)
    let faults = 0
    for (let round = 0; round < 2; round += 1) {
      gate.delay(20)
      await chat.moreMessages(30)
      for (let cuts = 0; cuts < 10; cuts += 1) {
        await chat.moreMessages(5)
        gate.cutSome(0.5)
      }
      gate.delay(0)
      await chat.moreMessages(20)
      gate.stall()
      await chat.moreRetries(chat.crowd.length)
      gate.reopen()
      await chat.moreMessages(50)
      faults += 12
    }
    await chat.end('Network stalled, cut and slow', faults)
    await gate.close()
    await app.stop()
  }, 120_000)

  test('PostgreSQL shut down and killed under load: 503 with Retry-After meanwhile, then back by itself', async ({
    expect,
    onTestFinished,
  }) => {
    const postgres = await startPostgres()
    onTestFinished(() => postgres.remove())
    await migrate(postgres.url, createLog('silent'))
    const shared = { database: { url: postgres.url, drop: async () => {} }, folder: `test-${randomUUID()}/` }
    const processes = await Promise.all([startTestApp({ shared }), startTestApp({ shared })])
    const chat = await chatAt(
      processes.map(({ url }) => url),
      postgres.url,
    )
    const away = [postgres.halt, postgres.kill, postgres.halt, postgres.kill]
    for (const leave of away) {
      await chat.moreMessages(50)
      await leave()
      const before = chat.refused()
      for (const { url } of processes) {
        const api = new Client(url, chat.crowd[0]?.token ?? '')
        await vi.waitFor(async () =>
          expectUnavailable(await api.call(chatEndpoints.listRooms, {}), 'server.database_unavailable'),
        )
        expectUnavailable(await api.raw('GET', '/readyz'), 'server.database_unavailable')
        expect((await api.raw('GET', '/healthz')).status).toBe(200)
      }
      await vi.waitFor(() => expect(chat.refused()).toBeGreaterThan(before), { timeout: 5_000 })
      await postgres.start()
    }
    await chat.moreMessages(50)
    await chat.end('PostgreSQL stopped twice and killed twice', away.length)
    await Promise.all(processes.map((api) => api.stop()))
  }, 120_000)

  test('a database whose lines lead nowhere: 503 in bounded time, and back by itself', async ({ expect }) => {
    const database = await createTestDatabase()
    const gate = await openGate(database.url)
    const shared = { database, folder: `test-${randomUUID()}/` }
    const app = await startTestApp({ shared, databaseThrough: async () => gate.url })
    const chat = await chatAt([app.url], database.url)
    await chat.moreMessages(30)
    const took: number[] = []
    for (const disturb of [gate.stall, gate.silence]) {
      disturb()
      const began = performance.now()
      const client = new Client(app.url, chat.crowd[0]?.token ?? '')
      expectUnavailable(await client.call(chatEndpoints.listRooms, {}), 'server.database_unavailable')
      took.push(performance.now() - began)
      expect((await client.raw('GET', '/healthz')).status).toBe(200)
      gate.reopen()
      await chat.moreMessages(50)
    }
    process.stdout.write(
      `Database black-holed: 503 after ${took.map((ms) => (ms / 1000).toFixed(1)).join(' and ')} s\n`,
    )
    expect(Math.max(...took)).toBeLessThan(26_000)
    await chat.end('Database black-holed', took.length)
    await app.stop()
    await gate.close()
    await database.drop()
  }, 120_000)

  test('a bucket that is away: chat goes on, pictures answer 503, and are back by themselves', async ({
    expect,
  }) => {
    const { accessKeyId, secretAccessKey, ...place } = testStorage()
    const gate = await openGate(place.endpoint)
    const storage = openStorage({
      ...place,
      endpoint: gate.url,
      credentials: { accessKeyId, secretAccessKey },
    })
    const app = await startTestApp({ storage })
    const bucket = openBucket(testStorage())
    const [ada, grace] = [await app.person('Ada'), await app.person('Grace')]
    const room = await openRoom(ada, grace)
    const listener = await Listener.connect(app.url, grace.token)
    const [first, second] = await differentPictures(2)
    if (first === undefined || second === undefined) throw new Error('There are no pictures.')
    await savePicture(ada.client, first)
    let sent = 0
    for (const disturb of [gate.shut, gate.silence]) {
      const { uploadId } = await upload(ada.client, second)
      disturb()
      const completing = ada.client.call(avatarEndpoints.completeAvatar, { uploadId })
      for (let n = 0; n < 50; n += 1) {
        const { id } = await say(ada, room.id)
        sent += 1
        await listener.next('message:created', ({ data }) => data.message.id === id)
      }
      expectUnavailable(await completing, 'server.storage_unavailable')
      expectUnavailable(await app.anonymous.raw('GET', '/readyz'), 'server.storage_unavailable')
      // Taking the picture away needs the database alone; its objects follow when the bucket is back.
      expect((await ada.client.ok(avatarEndpoints.removeAvatar, {})).user.avatarUrl).toBeNull()
      gate.reopen()
      const user = await vi.waitFor(() => complete(ada.client, uploadId), { timeout: 10_000, interval: 100 })
      expect((await fetchPicture(ada.client, user.avatarUrl)).status).toBe(200)
      expect((await app.anonymous.raw('GET', '/readyz')).status).toBe(200)
    }
    // What the sweeper could not delete then is deleted now: the picture's two objects are all there is.
    await vi.waitFor(
      async () => {
        await app.app.sweep()
        expect(await bucket.keys(app.folder)).toHaveLength(2)
      },
      { timeout: 30_000, interval: 500 },
    )
    expect(listener.all('message:created').map(({ data }) => data.message.seq)).toEqual(
      Array.from({ length: sent }, (_, n) => n + 1),
    )
    process.stdout.write(
      `Bucket away: 2 faults, ${sent} messages sent meanwhile, 0 lost, 0 doubled, 0 reordered\n`,
    )
    await listener.close()
    bucket.close()
    await app.stop()
    await gate.close()
  }, 120_000)
})
