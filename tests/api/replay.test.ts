import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { chatEndpoints } from '../../api/contract/chat.ts'
import type { ServerFrame } from '../../api/contract/events.ts'
import { forgetOld } from '../../api/platform/event-log.ts'
import { MAX_REPLAYED } from '../../api/platform/replay.ts'
import { openRoom, say } from '../support/chat.ts'
import { Listener } from '../support/listener.ts'
import { startTestApp, type Person, type TestApp } from '../support/test-app.ts'

let app: TestApp
let ada: Person
let grace: Person
let alan: Person

beforeAll(async () => {
  app = await startTestApp()
  ;[ada, grace, alan] = await Promise.all([app.person('Ada'), app.person('Grace'), app.person('Alan')])
})
afterAll(() => app.stop())

const listeners: Listener[] = []
afterEach(async () => {
  await Promise.all(listeners.splice(0).map((listener) => listener.close()))
})

/** Connects a device of somebody, until the test ends. */
async function listen({ token }: Person, cursor?: string): Promise<Listener> {
  const listener = await Listener.connect(app.url, token, cursor === undefined ? '' : `?cursor=${cursor}`)
  listeners.push(listener)
  return listener
}

/** A device that was there all the time, with the cursor at which another one goes. */
async function stay(person: Person): Promise<{ witness: Listener; cursor: string }> {
  const witness = await listen(person)
  await app.everythingTold(witness)
  const cursor = durable(witness).at(-1)?.cursor ?? ''
  witness.forget()
  return { witness, cursor }
}

type Durable = Extract<ServerFrame, { cursor: string }>
const durable = ({ frames }: Listener): Durable[] =>
  frames.filter((frame): frame is Durable => 'cursor' in frame)

/** What one who comes back at `cursor` hears, once all that is committed by now has been told. */
async function comeBack(person: Person, cursor: string): Promise<{ replay: string; heard: Durable[] }> {
  const listener = await listen(person, cursor)
  const { data } = await listener.next('hello')
  await app.everythingTold(listener)
  return { replay: data.replay, heard: durable(listener) }
}

describe('who comes back with a cursor', () => {
  test('hears what one who stayed has heard: the same frames, in the same order, once', async () => {
    const { witness, cursor } = await stay(grace)
    const room = await openRoom(ada, grace)
    for (const n of [1, 2, 3]) await say(n % 2 ? ada : grace, room.id, String(n))
    const message = await say(ada, room.id, 'first')
    const place = { id: room.id, messageId: message.id }
    await ada.client.ok(chatEndpoints.editMessage, { ...place, body: 'second' })
    await ada.client.ok(chatEndpoints.deleteMessage, place)
    await grace.client.ok(chatEndpoints.markRead, { id: room.id, seq: 2 })
    await grace.client.ok(chatEndpoints.openDm, { userId: alan.user.id })

    const { replay, heard } = await comeBack(grace, cursor)
    expect(replay).toBe('complete')
    await app.everythingTold(witness)
    expect(durable(witness).slice(0, heard.length)).toEqual(heard)
    expect(heard.map(({ type }) => type)).toEqual(
      expect.arrayContaining([
        'room:created',
        'message:created',
        'message:updated',
        'message:deleted',
        'room:read',
      ]),
    )
  })

  test('with the newest cursor hears nothing but what is new', async () => {
    const { cursor } = await stay(ada)
    const { replay, heard } = await comeBack(ada, cursor)
    expect(replay).toBe('complete')
    expect(heard.map(({ type }) => type)).toEqual(['user:updated'])
  })

  test('hears nothing of rooms that are not theirs', async () => {
    const { cursor } = await stay(alan)
    const room = await openRoom(ada, grace)
    await say(ada, room.id, 'not for Alan')
    const { heard } = await comeBack(alan, cursor)
    expect(JSON.stringify(heard)).not.toContain(room.id)
  })

  test('hears of a room from joining to leaving, and not of the time before, between and after', async () => {
    const room = await openRoom(ada, grace)
    const { witness, cursor } = await stay(alan)
    const members = { id: room.id, userIds: [alan.user.id] }
    await say(ada, room.id, 'before')
    await ada.client.ok(chatEndpoints.addMembers, members)
    await say(ada, room.id, 'within')
    await alan.client.ok(chatEndpoints.leaveRoom, { id: room.id })
    await say(ada, room.id, 'between')
    await ada.client.ok(chatEndpoints.addMembers, members)
    await say(ada, room.id, 'again')
    await alan.client.ok(chatEndpoints.leaveRoom, { id: room.id })
    await say(ada, room.id, 'after')

    const { heard } = await comeBack(alan, cursor)
    expect(bodies(heard)).toEqual(['within', 'again'])
    await app.everythingTold(witness)
    expect(durable(witness).slice(0, heard.length)).toEqual(heard)
  })

  test('who was a member at the cursor and left hears up to the leaving; who came back since hears it live', async () => {
    const room = await openRoom(ada, alan)
    const { cursor } = await stay(alan)
    await say(ada, room.id, 'still there')
    await alan.client.ok(chatEndpoints.leaveRoom, { id: room.id })
    await say(ada, room.id, 'gone')
    const listener = await listen(alan, cursor)
    await app.everythingTold(listener)
    expect(bodies(durable(listener))).toEqual(['still there'])
    await ada.client.ok(chatEndpoints.addMembers, { id: room.id, userIds: [alan.user.id] })
    await say(ada, room.id, 'back')
    await app.everythingTold(listener)
    expect(bodies(durable(listener))).toEqual(['still there', 'back'])
  })

  test('has neither gap nor double where the past ends and the present begins', async () => {
    const room = await openRoom(ada, grace)
    const { cursor } = await stay(grace)
    let sent = 0
    const sender = { stopped: false }
    const sending = Promise.all(
      [ada, grace].map(async (person) => {
        while (!sender.stopped) {
          await say(person, room.id)
          sent += 1
        }
      }),
    )
    const coming = []
    for (let n = 0; n < 12; n += 1) coming.push(await listen(grace, cursor))
    sender.stopped = true
    await sending
    await app.everythingTold(...coming)
    for (const listener of coming) {
      const seqs = listener.all('message:created').map(({ data }) => data.message.seq)
      expect(seqs).toEqual(Array.from({ length: sent }, (_, n) => n + 1))
      const cursors = durable(listener).map((frame) => Number(frame.cursor))
      expect(cursors).toEqual(cursors.toSorted((a, b) => a - b))
    }
  })

  test('hears of a session’s end though it ended while nobody was connected', async () => {
    const other = await app.person('Other')
    const { cursor } = await stay(other)
    await other.client.ok(chatEndpoints.listRooms, {})
    await app.db('sessions').where({ user_id: other.user.id }).delete()
    await expect(listen(other, cursor)).rejects.toThrow(/401/)
  })

  test('may have been away for a restart of the API', async () => {
    const own = await startTestApp()
    const person = await own.person()
    const room = await openRoom(person)
    const before = await Listener.connect(own.url, person.token)
    const { cursor } = (await before.next('hello')).data
    await say(person, room.id, 'before the restart')
    await own.restart()
    const after = await Listener.connect(own.url, person.token, `?cursor=${cursor}`)
    const message = await after.next('message:created')
    expect(message.data.message.body).toBe('before the restart')
    expect((await after.next('hello')).data.replay).toBe('complete')
    await own.stop()
  })
})

describe('resync', () => {
  test('is the answer to a cursor from which events are forgotten', async () => {
    const { cursor } = await stay(ada)
    await say(ada, (await openRoom(ada)).id)
    const room = await openRoom(ada)
    await app.everythingTold(await listen(ada))
    await app.db('events').update({ created_at: app.db.raw(`now() - interval '8 days'`) })
    await forgetOld(app.db, 7)
    const { replay, heard } = await comeBack(ada, cursor)
    expect(replay).toBe('resync')
    expect(heard.map(({ type }) => type)).toEqual(['user:updated'])
    // From then on everything is live.
    const listener = await listen(ada, cursor)
    await say(ada, room.id, 'live')
    await listener.next('message:created', ({ data }) => data.message.body === 'live')
  })

  test('is the answer to a flood: no more than the limit is replayed, and that whole', async () => {
    const room = await openRoom(ada, grace)
    const { cursor } = await stay(grace)
    const { cursor: none } = await stay(alan)
    // Nearly all: those who wait for the flood's end cause events themselves.
    const many = MAX_REPLAYED - 10
    await flood(room.id, many)
    const within = await listen(grace, cursor)
    expect((await within.next('hello')).data.replay).toBe('complete')
    await within.next('message:created', ({ data }) => data.message.seq === many)
    expect(within.all('message:created')).toHaveLength(many)

    await flood(room.id, 20)
    expect((await comeBack(grace, cursor)).replay).toBe('resync')
    // It is nobody else's flood.
    expect((await comeBack(alan, none)).replay).toBe('complete')
  })

  test('is the answer to a flood of long messages: no more than may wait for a reader is replayed', async () => {
    const room = await openRoom(ada, grace)
    const { cursor } = await stay(grace)
    await flood(room.id, 1_000, 'x'.repeat(8_000))
    expect((await comeBack(grace, cursor)).replay).toBe('resync')
  })

  test('is the answer after a week with 100,000 events, even where none of them is one’s own', async () => {
    const { cursor } = await stay(alan)
    await flood((await openRoom(ada)).id, 100_001)
    expect((await comeBack(alan, cursor)).replay).toBe('resync')
  })
})

const bodies = (frames: Durable[]): string[] =>
  frames.flatMap((frame) => (frame.type === 'message:created' ? [frame.data.message.body] : []))

/** Writes events of messages into the outbox, as so many sends would, and waits until they are told. */
async function flood(roomId: string, count: number, body = 'flood'): Promise<void> {
  const message = {
    id: randomUUID(),
    roomId,
    senderId: ada.user.id,
    clientId: randomUUID(),
    body,
    createdAt: new Date().toISOString(),
    editedAt: null,
    deletedAt: null,
  }
  await app.db.raw(
    `insert into event_outbox (topic, event)
     select ?, jsonb_build_object('type', 'message:created', 'data',
       jsonb_build_object('message', ?::jsonb || jsonb_build_object('seq', n)))
     from generate_series(1, ?::int) n`,
    [`room:${roomId}`, JSON.stringify(message), count],
  )
  await expect
    .poll(async () => (await app.db('event_outbox').count())[0], { timeout: 60_000 })
    .toEqual({ count: '0' })
  const listener = await listen(ada)
  await app.everythingTold(listener)
}
