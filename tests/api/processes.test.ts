import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { avatarEndpoints } from '../../api/contract/avatar.ts'
import { chatEndpoints, type Room } from '../../api/contract/chat.ts'
import type { ServerFrame } from '../../api/contract/events.ts'
import { sessionEndpoints } from '../../api/contract/session.ts'
import { redisWire } from '../../api/platform/redis-wire.ts'
import { apiEnvironment, startApi } from '../support/api-process.ts'
import { openRoom, say } from '../support/chat.ts'
import { Client } from '../support/client.ts'
import { Listener } from '../support/listener.ts'
import { differentPictures } from '../support/photos.ts'
import { hasRedis, startRedis } from '../support/redis-server.ts'
import { startTestApp, type Person, type TestApp } from '../support/test-app.ts'
import { createTestDatabase, testStorage, type TestDatabase } from '../support/test-cluster.ts'
import { savePicture } from '../support/upload.ts'
import { wireKinds, type TestWire } from '../support/wires.ts'

/** How often a process looks at the event log by itself, in milliseconds: what no wake-up announces is heard by then. */
const POLL_MS = 2_000
/** What a wake-up takes at most on a machine that is busy with other tests, in milliseconds; it is some milliseconds on one that is not. */
const AT_ONCE_MS = 500

describe.each(wireKinds())('three processes on one database, connected by $name', ({ name, start }) => {
  let database: TestDatabase
  let wire: TestWire
  let processes: TestApp[]
  let ada: Person
  let grace: Person
  let alan: Person

  beforeAll(async () => {
    database = await createTestDatabase()
    wire = await start(database.url)
    const shared = { database, folder: `test-${randomUUID()}/` }
    processes = await Promise.all([1, 2, 3].map(() => startTestApp({ shared, openWire: wire.open })))
    ;[ada, grace, alan] = await Promise.all([
      at(0).person('Ada'),
      at(1).person('Grace'),
      at(2).person('Alan'),
    ])
    await connected()
  })
  afterAll(async () => {
    await Promise.all(processes.map((process) => process.stop()))
    await wire.stop()
    await database.drop()
  })

  const listeners: Listener[] = []
  afterEach(async () => {
    wire.gate.reopen()
    await Promise.all(listeners.splice(0).map((listener) => listener.close()))
  })

  function at(n: number): TestApp {
    const process = processes[n % processes.length]
    if (process === undefined) throw new Error('There is no such process.')
    return process
  }

  /** A device of somebody at one of the processes, until the test ends. */
  async function listen({ token }: Person, n: number, cursor?: string): Promise<Listener> {
    const query = cursor === undefined ? '' : `?cursor=${cursor}`
    const listener = await Listener.connect(at(n).url, token, query)
    listeners.push(listener)
    return listener
  }

  /** The same person, speaking to another process. */
  const via = (person: Person, n: number): Person => ({
    ...person,
    client: new Client(at(n).url, person.token),
  })

  /** How long it takes from saying something at the first process until it is heard at another, in milliseconds, so many times. */
  async function crossings(times: number, to = 1): Promise<number[]> {
    const room = await openRoom(ada, grace)
    const listener = await listen(grace, to)
    const took = []
    for (let n = 0; n < times; n += 1) {
      const body = randomUUID()
      const began = performance.now()
      await say(via(ada, 0), room.id, body)
      await listener.next('message:created', ({ data }) => data.message.body === body)
      took.push(performance.now() - began)
    }
    await listener.close()
    return took
  }

  /** Waits until changes cross to all by wake-up. The poll alone may be quick once; after that its next turn is far. */
  const connected = (): Promise<void> =>
    vi.waitFor(
      async () => {
        for (const to of [1, 2]) expect(Math.max(...(await crossings(3, to)))).toBeLessThan(AT_ONCE_MS)
      },
      { timeout: 20_000, interval: 100 },
    )

  test('what happens at any of them is told by all, in one order, once', async () => {
    const room = await openRoom(ada, grace, alan)
    const heard = await Promise.all([listen(ada, 0), listen(grace, 1), listen(alan, 2)])
    await Promise.all(
      [ada, grace, alan].map(async (person, n) => {
        for (let count = 0; count < 20; count += 1) await say(via(person, n + count), room.id)
      }),
    )
    await at(0).everythingTold(...heard)

    for (const listener of heard) {
      const seqs = listener.all('message:created').map(({ data }) => data.message.seq)
      expect(seqs).toEqual(Array.from({ length: 60 }, (_, n) => n + 1))
      expect(durable(listener)).toEqual(heard[0] && durable(heard[0]))
    }
  })

  test('by wake-up, and not by the poll', async () => {
    const took = (await crossings(40)).toSorted((a, b) => a - b)
    const [median = 0, worst = 0] = [took[20], took.at(-1)]
    print(
      `${name}: heard at another process after ${median.toFixed(1)} ms (median of 40), ${worst.toFixed(1)} ms at worst`,
    )
    expect(median).toBeLessThan(AT_ONCE_MS / 5)
    expect(worst).toBeLessThan(POLL_MS / 2)
  })

  test('who joins a room at one hears its messages at another, and who leaves hears no more', async () => {
    const room = await openRoom(ada, grace)
    const listener = await listen(alan, 2)
    await via(ada, 0).client.ok(chatEndpoints.addMembers, { id: room.id, userIds: [alan.user.id] })
    await say(via(grace, 1), room.id, 'within')
    await via(alan, 1).client.ok(chatEndpoints.leaveRoom, { id: room.id })
    await say(via(grace, 1), room.id, 'after')
    await at(0).everythingTold(listener)
    expect(listener.all('room:created').map(({ data }) => data.room.id)).toEqual([room.id])
    expect(listener.all('message:created').map(({ data }) => data.message.body)).toEqual(['within'])
    expect(listener.all('room:removed').map(({ data }) => data.roomId)).toEqual([room.id])
  })

  test('a picture that is announced at one, completed at a second and removed at a third shows at all', async () => {
    const [picture] = await differentPictures(1)
    if (picture === undefined) throw new Error('There is no picture.')
    const heard = await Promise.all([0, 1, 2].map((n) => listen(grace, n)))
    const user = await savePicture(via(ada, 1).client, picture)
    await via(ada, 2).client.ok(avatarEndpoints.removeAvatar, {})
    for (const listener of heard) {
      const seen = (version: number) =>
        listener.next('user:avatar:updated', ({ data }) => data.avatarVersion === version)
      expect((await seen(user.avatarVersion)).data.avatarUrl).toBe(user.avatarUrl)
      expect((await seen(user.avatarVersion + 1)).data.avatarUrl).toBeNull()
    }
  })

  describe('presence', () => {
    const statuses = (listener: Listener, { user }: Person): string[] =>
      listener
        .all('presence:changed')
        .filter(({ data }) => data.userId === user.id)
        .map(({ data }) => data.status)

    const becomes = (listener: Listener, { user }: Person, status: 'online' | 'offline') =>
      listener.next('presence:changed', ({ data }) => data.userId === user.id && data.status === status)

    test('is told by all: coming, being there, and going', async () => {
      const somebody = await at(0).person()
      const witnesses = await Promise.all([listen(ada, 0), listen(ada, 1), listen(ada, 2)])
      const device = await listen(somebody, 1)
      for (const witness of witnesses) await becomes(witness, somebody, 'online')

      const newcomer = await listen(grace, 2)
      await becomes(newcomer, somebody, 'online')

      await device.close()
      for (const witness of witnesses) await becomes(witness, somebody, 'offline')
      for (const witness of witnesses) expect(statuses(witness, somebody)).toEqual(['online', 'offline'])
    })

    test('goes on while somebody has a device at any of them, and while they move', async () => {
      const [mover, mark] = [await at(0).person(), await at(0).person()]
      const witnesses = await Promise.all([listen(ada, 0), listen(ada, 1), listen(ada, 2)])
      let device = await listen(mover, 0)
      for (const witness of witnesses) await becomes(witness, mover, 'online')
      for (const n of [1, 2, 0, 1]) {
        const next = await listen(mover, n)
        await device.close()
        device = next
      }
      // Whoever goes later goes offline later: by then the mover, too, would have.
      await (await listen(mark, 0)).close()
      for (const witness of witnesses) await becomes(witness, mark, 'offline')
      for (const witness of witnesses) expect(statuses(witness, mover)).toEqual(['online'])
    })

    test('ends at once with a process that is stopped in order', async () => {
      const somebody = await at(0).person()
      const shared = { database, folder: at(0).folder }
      const passing = await startTestApp({ shared, openWire: wire.open })
      const witness = await listen(ada, 0)
      await Listener.connect(passing.url, somebody.token)
      await becomes(witness, somebody, 'online')
      const began = performance.now()
      await passing.stop()
      await becomes(witness, somebody, 'offline')
      // Not only when the others look for themselves, every ten seconds.
      expect(performance.now() - began).toBeLessThan(4_000)
    })
  })

  test('typing is told to the room’s members at the others, begins and ends, and with the socket', async () => {
    const room = await openRoom(ada, grace)
    const [own, other, outsider] = [await listen(ada, 0), await listen(grace, 1), await listen(alan, 1)]
    const typing = (isTyping: boolean) => ({ type: 'typing', data: { roomId: room.id, typing: isTyping } })
    const told = () => other.all('typing:changed').map(({ data }) => data)
    const [begun, ended] = [true, false].map((each) => ({
      roomId: room.id,
      userId: ada.user.id,
      typing: each,
    }))

    own.send(typing(true))
    await expect.poll(told, { timeout: AT_ONCE_MS * 4 }).toEqual([begun])
    own.send(typing(false))
    await expect.poll(told, { timeout: AT_ONCE_MS * 4 }).toEqual([begun, ended])
    own.send(typing(true))
    await expect.poll(told, { timeout: AT_ONCE_MS * 4 }).toEqual([begun, ended, begun])
    await own.close()
    await expect.poll(told, { timeout: AT_ONCE_MS * 4 }).toEqual([begun, ended, begun, ended])
    expect(outsider.all('typing:changed')).toEqual([])
  })

  test('the end of a session closes its sockets wherever they are', async () => {
    const somebody = await at(0).person()
    const devices = await Promise.all([0, 1, 2].map((n) => listen(somebody, n)))
    await via(somebody, 1).client.ok(sessionEndpoints.logout, {})
    for (const device of devices) expect((await device.waitForClose()).code).toBe(4001)
    for (const n of [0, 1, 2]) await expect(listen(somebody, n)).rejects.toThrow('401')
  })

  test('a client that moves between them with its cursor misses nothing and hears nothing twice', async () => {
    const room = await openRoom(ada, grace, alan)
    const first = await listen(alan, 0)
    let cursor = (await first.next('hello')).data.cursor
    await first.close()
    let sent = 0
    const over = new AbortController()
    const sending = Promise.all(
      [ada, grace].map(async (person) => {
        for (let n = 0; !over.signal.aborted; n += 1) {
          await say(via(person, n), room.id)
          sent += 1
        }
      }),
    )
    const heard: Durable[] = []
    for (let n = 0; n < 15; n += 1) {
      const device = await listen(alan, n, cursor)
      expect((await device.next('hello')).data.replay).toBe('complete')
      await device.next('message:created')
      await device.settled()
      // The last time, nothing is under way any more.
      if (n === 14) {
        over.abort()
        await sending
        await at(0).everythingTold(device)
      }
      // What was on its way when it goes is for the next.
      const events = durable(device)
      device.socket.terminate()
      heard.push(...events)
      cursor = events.at(-1)?.cursor ?? cursor
    }
    const seqs = heard.flatMap((frame) => (frame.type === 'message:created' ? [frame.data.message.seq] : []))
    expect(seqs).toEqual(Array.from({ length: sent }, (_, n) => n + 1))
    const cursors = heard.map((frame) => Number(frame.cursor))
    expect(cursors).toEqual([...new Set(cursors)].toSorted((a, b) => a - b))
  })

  test('a change that commits late is passed over by none of them', async () => {
    const room: Room = await openRoom(ada, grace, alan)
    const heard = await Promise.all([listen(ada, 0), listen(grace, 1), listen(alan, 2)])
    const late = await at(1).db.transaction()
    await late('event_outbox').insert({
      topic: `room:${room.id}`,
      event: JSON.stringify({ type: 'room:read', data: { roomId: room.id, seq: 1 } }),
    })
    for (const n of [0, 1, 2]) await say(via(ada, n), room.id)
    for (const listener of heard) await listener.next('message:created', ({ data }) => data.message.seq === 3)
    await late.commit()
    await say(via(ada, 2), room.id)
    for (const listener of heard) {
      await listener.next('room:read')
      await at(0).everythingTold(listener)
      const told = durable(listener).filter(({ type }) => type === 'message:created' || type === 'room:read')
      expect(told.filter(({ type }) => type === 'room:read')).toHaveLength(1)
      expect(told).toHaveLength(5)
      expect(told.findIndex(({ type }) => type === 'room:read')).toBeGreaterThanOrEqual(3)
      expect(durable(listener)).toEqual(heard[0] && durable(heard[0]).slice(0, durable(listener).length))
    }
  })

  test('without what connects them they poll, all the same in order and once; and it heals by itself', async () => {
    wire.gate.shut()
    const took = await crossings(4)
    print(`${name} cut off: heard by the poll after ${took.map((ms) => ms.toFixed(0)).join(', ')} ms`)
    expect(Math.max(...took)).toBeGreaterThan(AT_ONCE_MS)
    expect(Math.max(...took)).toBeLessThan(POLL_MS + 1_500)
    wire.gate.reopen()
    await connected()
  }, 60_000)

  test('a line that is open and carries nothing is noticed, and made anew', async () => {
    const before = wire.gate.open
    expect(before).toBeGreaterThan(0)
    wire.gate.stall()
    expect(Math.max(...(await crossings(3)))).toBeLessThan(POLL_MS + 1_500)
    // Each gives its line up and tries another: both stand at the gate.
    await expect.poll(() => wire.gate.open, { timeout: 20_000 }).toBeGreaterThan(before)
    wire.gate.reopen()
    await connected()
    await expect.poll(() => wire.gate.open, { timeout: 10_000 }).toBe(before)
  }, 60_000)

  test('a process stops in order while its line leads nowhere', async () => {
    const lonely = await startTestApp({ shared: { database, folder: at(0).folder }, openWire: wire.open })
    const witness = await listen(ada, 0)
    const device = await Listener.connect(lonely.url, grace.token)
    // It is connected when it hears at once what happens elsewhere.
    await vi.waitFor(async () => {
      const began = performance.now()
      await at(0).everythingTold(device)
      expect(performance.now() - began).toBeLessThan(AT_ONCE_MS)
    })
    wire.gate.stall()
    const began = performance.now()
    await lonely.stop()
    expect(performance.now() - began).toBeLessThan(4_000)
    wire.gate.reopen()
    await connected()
    expect(witness.closed).toBeNull()
  }, 60_000)
})

describe('a process that is killed', () => {
  test('is gone from presence, with whoever was there alone; who comes back elsewhere never went', async () => {
    const database = await createTestDatabase()
    const other = await startTestApp({ shared: { database, folder: `test-${randomUUID()}/` } })
    const killed = await startApi(tmpdir(), apiEnvironment(database.url, testStorage(), other.folder))
    const [witness, gone, mover] = [await other.person(), await other.person(), await other.person()]
    const listener = await Listener.connect(other.url, witness.token)
    const heard = ({ user }: Person): string[] =>
      listener.all('presence:changed').flatMap(({ data }) => (data.userId === user.id ? [data.status] : []))

    await Listener.connect(killed.url, gone.token)
    await Listener.connect(killed.url, mover.token)
    await expect.poll(() => [heard(gone), heard(mover)], { timeout: 5_000 }).toEqual([['online'], ['online']])

    await killed.kill()
    const back = await Listener.connect(other.url, mover.token)
    // Half a minute passes without a sign of life.
    await other.db.raw(`update api_processes set seen_at = seen_at - interval '31 seconds'`)
    await expect.poll(() => heard(gone), { timeout: 15_000 }).toEqual(['online', 'offline'])
    expect(heard(mover)).toEqual(['online'])
    expect(await other.db('api_processes').count()).toEqual([{ count: '1' }])

    await Promise.all([listener.close(), back.close()])
    await other.stop()
    await database.drop()
  }, 40_000)
})

if (hasRedis())
  test('Redis killed and started again under load: by the poll, and back, nothing lost, doubled or out of order', async () => {
    const database = await createTestDatabase()
    const redis = await startRedis()
    const shared = { database, folder: `test-${randomUUID()}/` }
    const openWire = redisWire(redis.url)
    const [one, two] = await Promise.all([
      startTestApp({ shared, openWire }),
      startTestApp({ shared, openWire }),
    ])
    const [ada, grace] = [await one.person(), await two.person()]
    const room = await openRoom(ada, grace)
    const heard = [await Listener.connect(one.url, grace.token), await Listener.connect(two.url, ada.token)]
    let sent = 0
    const over = new AbortController()
    const sending = Promise.all(
      [ada, grace].map(async (person) => {
        while (!over.signal.aborted) {
          await say(person, room.id)
          sent += 1
        }
      }),
    )
    for (let n = 0; n < 3; n += 1) {
      const before = sent
      await redis.kill()
      await vi.waitFor(() => expect(sent).toBeGreaterThan(before + 50), 10_000)
      await redis.restart()
      await vi.waitFor(() => expect(sent).toBeGreaterThan(before + 100), 10_000)
    }
    over.abort()
    await sending
    await vi.waitFor(
      async () => {
        const began = performance.now()
        await one.everythingTold(...heard)
        await two.everythingTold(...heard)
        expect(performance.now() - began).toBeLessThan(AT_ONCE_MS * 2)
      },
      { timeout: 15_000 },
    )
    for (const listener of heard)
      expect(listener.all('message:created').map(({ data }) => data.message.seq)).toEqual(
        Array.from({ length: sent }, (_, n) => n + 1),
      )
    print(
      `Redis killed 3 times under load: ${sent} messages sent, each heard once, in order, at the other process`,
    )
    await Promise.all(heard.map((listener) => listener.close()))
    await Promise.all([one.stop(), two.stop()])
    await redis.stop()
    await database.drop()
  }, 60_000)

type Durable = Extract<ServerFrame, { cursor: string }>
const durable = ({ frames }: Listener): Durable[] =>
  frames.filter((frame): frame is Durable => 'cursor' in frame)

const print = (line: string): void => void process.stdout.write(`${line}\n`)
