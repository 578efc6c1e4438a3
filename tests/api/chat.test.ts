import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  chatEndpoints as contract,
  MAX_MEMBERS,
  MAX_UNREAD,
  type Message,
  type Room,
} from '../../api/contract/chat.ts'
import { openDm, openRoom, say, see } from '../support/chat.ts'
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

const roomsOf = async ({ client }: Person): Promise<Room[]> => (await client.ok(contract.listRooms, {})).rooms

const history = async ({ client }: Person, roomId: string): Promise<Message[]> =>
  (await client.ok(contract.listMessages, { id: roomId, limit: 200 })).messages

const times = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n))

/** People who cannot sign in: rows are all that a member needs. */
async function strangers(count: number): Promise<string[]> {
  const { rows } = await app.db.raw<{ rows: Array<{ id: string }> }>(
    `insert into users (id, username, display_name, password_hash)
     select gen_random_uuid(), 'extra-' || substr(gen_random_uuid()::text, 1, 13), 'Extra', '-' from generate_series(1, ?)
     returning id`,
    [count],
  )
  return rows.map(({ id }) => id)
}

describe('a room', () => {
  test('has a name, its owner and those named, each once', async () => {
    const { room } = await ada.client.ok(contract.createRoom, {
      name: '  Analytical Engine ',
      memberIds: [grace.user.id, ada.user.id, grace.user.id.toUpperCase()],
    })
    expect(room).toEqual({
      id: expect.any(String),
      kind: 'group',
      name: 'Analytical Engine',
      memberIds: expect.toSatisfy(sameIds(ada, grace)),
      lastSeq: 0,
      lastReadSeq: 0,
      unreadCount: 0,
      lastMessage: null,
      avatarUrl: null,
      avatarThumbUrl: null,
      avatarVersion: 0,
      avatarThumbhash: null,
    })
    expect(await see(grace, room.id)).toEqual(room)
  })

  test('can be of one alone', async () => {
    expect((await openRoom(ada)).memberIds).toEqual([ada.user.id])
  })

  test('is not created with somebody unknown, in part neither', async () => {
    const before = (await roomsOf(ada)).length
    const memberIds = [grace.user.id, randomUUID()]
    expect(await ada.client.fails(contract.createRoom, { name: 'Room', memberIds })).toMatchObject({
      status: 422,
      code: 'chat.unknown_person',
    })
    expect(await roomsOf(ada)).toHaveLength(before)
  })

  test('takes more people, whoever of its members asks; those already in stay as they are', async () => {
    const room = await openRoom(ada, grace)
    const answer = await grace.client.ok(contract.addMembers, {
      id: room.id,
      userIds: [alan.user.id, ada.user.id, alan.user.id],
    })
    expect(answer.room.memberIds).toSatisfy(sameIds(ada, grace, alan))
    expect(await see(alan, room.id)).toMatchObject({ id: room.id, name: 'Room' })
  })

  test('takes nobody when one of them is unknown', async () => {
    const room = await openRoom(ada)
    const userIds = [grace.user.id, randomUUID()]
    expect(await ada.client.fails(contract.addMembers, { id: room.id, userIds })).toMatchObject({
      status: 422,
      code: 'chat.unknown_person',
    })
    expect((await see(ada, room.id)).memberIds).toEqual([ada.user.id])
  })

  test('takes the same people from many at once', async () => {
    const room = await openRoom(ada, grace)
    const answers = await Promise.all(
      times(10, (n) =>
        (n % 2 ? ada : grace).client.call(contract.addMembers, { id: room.id, userIds: [alan.user.id] }),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual(times(10, () => 200))
    expect((await see(alan, room.id)).memberIds).toSatisfy(sameIds(ada, grace, alan))
  })

  test(`holds ${MAX_MEMBERS} people and no more`, async () => {
    const others = await strangers(MAX_MEMBERS - 1)
    const { room } = await ada.client.ok(contract.createRoom, { name: 'Full', memberIds: others })
    expect(room.memberIds).toHaveLength(MAX_MEMBERS)

    const userIds = [grace.user.id]
    expect(await ada.client.fails(contract.addMembers, { id: room.id, userIds })).toMatchObject({
      status: 422,
      code: 'chat.too_many_members',
    })
    expect((await see(ada, room.id)).memberIds).toHaveLength(MAX_MEMBERS)
    expect((await grace.client.fails(contract.getRoom, { id: room.id })).status).toBe(404)
    expect(
      await ada.client.fails(contract.createRoom, {
        name: 'Too full',
        memberIds: [...others, grace.user.id],
      }),
    ).toMatchObject({ status: 400, code: 'request.invalid' })
  })

  test('is gone for who leaves, and goes on without them', async () => {
    const room = await openRoom(ada, grace)
    await grace.client.ok(contract.leaveRoom, { id: room.id })

    expect((await grace.client.fails(contract.getRoom, { id: room.id })).code).toBe('chat.room_not_found')
    expect((await roomsOf(grace)).map(({ id }) => id)).not.toContain(room.id)
    expect((await see(ada, room.id)).memberIds).toEqual([ada.user.id])
    await say(ada, room.id)
    expect((await grace.client.fails(contract.leaveRoom, { id: room.id })).status).toBe(404)
  })

  test('takes nothing more from who has just left', async () => {
    const room = await openRoom(ada, grace)
    const answers = await whileHeld(room.id, [
      () => grace.client.call(contract.leaveRoom, { id: room.id }),
      () =>
        grace.client.call(contract.sendMessage, { id: room.id, clientId: randomUUID(), body: 'still here' }),
      () => grace.client.call(contract.addMembers, { id: room.id, userIds: [alan.user.id] }),
      () => grace.client.call(contract.leaveRoom, { id: room.id }),
    ])
    expect(answers.map(({ status }) => status)).toEqual([204, 404, 404, 404])
    expect(await see(ada, room.id)).toMatchObject({ lastSeq: 0, memberIds: [ada.user.id] })
  })

  test('shows who was added what was said before, as read', async () => {
    const room = await openRoom(ada)
    await say(ada, room.id, 'one')
    await say(ada, room.id, 'two')
    await ada.client.ok(contract.addMembers, { id: room.id, userIds: [grace.user.id] })

    expect(await see(grace, room.id)).toMatchObject({ lastSeq: 2, lastReadSeq: 2, unreadCount: 0 })
    expect((await history(grace, room.id)).map(({ body }) => body)).toEqual(['one', 'two'])
    await say(ada, room.id, 'three')
    expect(await see(grace, room.id)).toMatchObject({ lastReadSeq: 2, unreadCount: 1 })

    await grace.client.ok(contract.leaveRoom, { id: room.id })
    await say(ada, room.id, 'four')
    await ada.client.ok(contract.addMembers, { id: room.id, userIds: [grace.user.id] })
    expect(await see(grace, room.id)).toMatchObject({ lastReadSeq: 4, unreadCount: 0 })
  })
})

describe('outsiders', () => {
  test.each(['a room that they are not in', 'no room at all'])('get 404 everywhere for %s', async (which) => {
    const room = await openRoom(ada, grace)
    const { id: messageId } = await say(ada, room.id)
    const id = which === 'no room at all' ? randomUUID() : room.id
    const { client } = alan

    const answers = await Promise.all([
      client.fails(contract.getRoom, { id }),
      client.fails(contract.addMembers, { id, userIds: [alan.user.id] }),
      client.fails(contract.leaveRoom, { id }),
      client.fails(contract.listMessages, { id }),
      client.fails(contract.sendMessage, { id, clientId: randomUUID(), body: 'Hello?' }),
      client.fails(contract.editMessage, { id, messageId, body: 'Ha' }),
      client.fails(contract.deleteMessage, { id, messageId }),
      client.fails(contract.markRead, { id, seq: 1 }),
    ])

    const same = { ...answers[0], requestId: expect.any(String) }
    expect(same).toMatchObject({ status: 404, code: 'chat.room_not_found' })
    for (const answer of answers) expect(answer).toEqual(same)
    expect((await roomsOf(alan)).map((each) => each.id)).not.toContain(room.id)
    expect(await see(ada, room.id)).toMatchObject({
      lastSeq: 1,
      memberIds: expect.toSatisfy(sameIds(ada, grace)),
    })
  })
})

describe('a direct chat', () => {
  test('is one for a pair, whoever opens it', async () => {
    const [one, other] = [await app.person(), await app.person()]
    const first = await one.client.call(contract.openDm, { userId: other.user.id })
    const again = await one.client.call(contract.openDm, { userId: other.user.id.toUpperCase() })
    const fromThere = await other.client.call(contract.openDm, { userId: one.user.id })

    expect([first.status, again.status, fromThere.status]).toEqual([201, 200, 200])
    const { room } = contract.openDm.response.parse(first.body)
    expect(room).toMatchObject({ kind: 'dm', name: null, memberIds: expect.toSatisfy(sameIds(one, other)) })
    expect(again.body).toEqual(first.body)
    expect(fromThere.body).toEqual(first.body)
  })

  test('is one for a pair also when both open it at once', async () => {
    const people = await Promise.all(times(8, () => app.person()))
    const pairs = people.flatMap((one, n) => people.slice(n + 1).map((other) => [one, other] as const))
    expect(pairs).toHaveLength(28)

    await Promise.all(
      pairs.map(async ([one, other]) => {
        const answers = await Promise.all(
          [one, other, one, other].map((from) =>
            from.client.call(contract.openDm, { userId: (from === one ? other : one).user.id }),
          ),
        )
        expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 200, 201])
        const rooms = answers.map(({ body }) => contract.openDm.response.parse(body).room)
        expect(new Set(rooms.map(({ id }) => id)).size).toBe(1)
        for (const room of rooms) expect(room.memberIds).toSatisfy(sameIds(one, other))
      }),
    )
    for (const person of people) expect(await roomsOf(person)).toHaveLength(7)
  })

  test('keeps its two members', async () => {
    const room = await openDm(ada, grace)
    const fixed = { status: 409, code: 'chat.not_a_group' }
    const userIds = [alan.user.id]
    expect(await ada.client.fails(contract.addMembers, { id: room.id, userIds })).toMatchObject(fixed)
    expect(await grace.client.fails(contract.leaveRoom, { id: room.id })).toMatchObject(fixed)
    expect((await see(ada, room.id)).memberIds).toSatisfy(sameIds(ada, grace))
  })

  test('needs somebody else, who exists', async () => {
    for (const userId of [ada.user.id, ada.user.id.toUpperCase()])
      expect(await ada.client.fails(contract.openDm, { userId })).toMatchObject({
        status: 422,
        code: 'chat.dm_with_yourself',
      })
    expect(await ada.client.fails(contract.openDm, { userId: randomUUID() })).toMatchObject({
      status: 422,
      code: 'chat.unknown_person',
    })
  })
})

describe('sending', () => {
  test('numbers the messages without gaps, however many send at once', async () => {
    const senders = await Promise.all(times(8, (n) => app.person(`Sender ${n}`)))
    const [first, ...others] = senders
    const room = await openRoom(first as Person, ...others)

    const sent = await Promise.all(
      senders.flatMap((sender, s) => times(25, (n) => say(sender, room.id, `${s}/${n}`))),
    )

    expect(sent.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(times(200, (n) => n + 1))
    const bySeq = sent.toSorted((a, b) => a.seq - b.seq)
    expect(await history(first as Person, room.id)).toEqual(bySeq)
    expect(new Set(sent.map(({ senderId, body }) => `${senderId} ${body}`)).size).toBe(200)
    expect(await see(first as Person, room.id)).toMatchObject({
      lastSeq: 200,
      unreadCount: 175,
      lastMessage: bySeq.at(-1),
    })
  })

  test('the same again answers the first message', async () => {
    const room = await openRoom(ada)
    const clientId = randomUUID()
    const first = await ada.client.call(contract.sendMessage, { id: room.id, clientId, body: 'once' })
    const again = await ada.client.call(contract.sendMessage, { id: room.id, clientId, body: 'twice' })
    expect([first.status, again.status]).toEqual([201, 200])
    expect(again.body).toEqual(first.body)
    expect(await history(ada, room.id)).toHaveLength(1)
  })

  test('the same many times at once stores it once', async () => {
    const room = await openRoom(ada)
    const clientId = randomUUID()
    const answers = await Promise.all(
      times(12, (n) =>
        ada.client.call(contract.sendMessage, {
          id: room.id,
          clientId: n % 2 ? clientId : clientId.toUpperCase(),
          body: 'once',
        }),
      ),
    )
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      ...times(11, () => 200),
      201,
    ])
    for (const { body } of answers) expect(body).toEqual(answers[0]?.body)
    expect(await see(ada, room.id)).toMatchObject({ lastSeq: 1 })
    expect((await say(ada, room.id)).seq).toBe(2)
  })

  test('the same clientId in another room, or by another person, is another message', async () => {
    const [room, other] = [await openRoom(ada, grace), await openRoom(ada)]
    const clientId = randomUUID()
    const messages = [
      await ada.client.ok(contract.sendMessage, { id: room.id, clientId, body: 'here' }),
      await ada.client.ok(contract.sendMessage, { id: other.id, clientId, body: 'there' }),
      await grace.client.ok(contract.sendMessage, { id: room.id, clientId, body: 'Grace’s' }),
    ]
    expect(messages.map(({ message }) => [message.body, message.seq])).toEqual([
      ['here', 1],
      ['there', 1],
      ['Grace’s', 2],
    ])
  })

  test.each([
    ['of one character', 'x'],
    ['of the greatest length', 'x'.repeat(8_000)],
    ['of the greatest length beyond ASCII', '漢'.repeat(8_000)],
    ['of the greatest length, escaped', '\\"'.repeat(4_000)],
    ['of several lines, with spaces around', '  one\n\ttwo\r\n  '],
    ['with emoji', '👩‍💻🏳️‍🌈 ok'],
    ['with markup', "<script>alert(1)</script> ${x} '; drop table messages; -- %s"],
  ])('takes a message %s as it is', async (_, body) => {
    const room = await openRoom(ada)
    const message = await say(ada, room.id, body)
    expect(message).toMatchObject({ body, seq: 1, senderId: ada.user.id, editedAt: null, deletedAt: null })
    expect(await history(ada, room.id)).toEqual([message])
    expect((await see(ada, room.id)).lastMessage).toEqual(message)
  })

  test.each([
    ['nothing', ''],
    ['blanks', ' \n\t '],
    ['too much', 'x'.repeat(8_001)],
    ['NUL', 'a\u0000b'],
    ['a control character', 'a\u001bb'],
    ['half a character', 'a\ud83d'],
  ])('refuses a message of %s', async (_, body) => {
    const room = await openRoom(ada)
    const input = { id: room.id, clientId: randomUUID(), body }
    expect(await ada.client.fails(contract.sendMessage, input)).toMatchObject({
      status: 400,
      code: 'request.invalid',
      errors: [{ path: 'body' }],
    })
    expect(await see(ada, room.id)).toMatchObject({ lastSeq: 0 })
  })
})

describe('changing a message', () => {
  test('its author edits it, and it stays in its place', async () => {
    const room = await openRoom(ada, grace)
    const before = await say(ada, room.id, 'teh')
    await say(grace, room.id, 'pardon?')

    const { message } = await ada.client.ok(contract.editMessage, {
      id: room.id,
      messageId: before.id,
      body: 'the',
    })

    expect(message).toEqual({ ...before, body: 'the', editedAt: expect.any(String) })
    expect((await history(grace, room.id))[0]).toEqual(message)
    const { clientId } = before
    const repeated = await ada.client.ok(contract.sendMessage, { id: room.id, clientId, body: 'teh' })
    expect(repeated.message).toEqual(message)
  })

  test('an edit that changes nothing is none', async () => {
    const room = await openRoom(ada)
    const before = await say(ada, room.id, 'as it is')
    const { message } = await ada.client.ok(contract.editMessage, {
      id: room.id,
      messageId: before.id,
      body: 'as it is',
    })
    expect(message).toEqual(before)
  })

  test('its author deletes it, once, and a tombstone without words stays', async () => {
    const room = await openRoom(ada, grace)
    const before = await say(ada, room.id, 'a secret')
    const place = { id: room.id, messageId: before.id }

    const { message } = await ada.client.ok(contract.deleteMessage, place)

    expect(message).toEqual({ ...before, body: '', deletedAt: expect.any(String) })
    expect((await ada.client.ok(contract.deleteMessage, place)).message).toEqual(message)
    expect(await history(grace, room.id)).toEqual([message])
    expect((await see(grace, room.id)).lastMessage).toEqual(message)
    expect(await ada.client.fails(contract.editMessage, { ...place, body: 'again' })).toMatchObject({
      status: 409,
      code: 'chat.message_deleted',
    })
    expect((await say(ada, room.id)).seq).toBe(2)
    const { rows } = await app.db.raw('select count(*)::int as n from messages where body = ?', ['a secret'])
    expect(rows).toEqual([{ n: 0 }])
  })

  test('nobody else can', async () => {
    const room = await openRoom(ada, grace)
    const message = await say(ada, room.id, 'mine')
    const place = { id: room.id, messageId: message.id }
    const refusal = { status: 403, code: 'chat.not_yours' }
    expect(await grace.client.fails(contract.editMessage, { ...place, body: 'hers' })).toMatchObject(refusal)
    expect(await grace.client.fails(contract.deleteMessage, place)).toMatchObject(refusal)
    expect(await history(ada, room.id)).toEqual([message])
  })

  test('nor its author, once they have left', async () => {
    const room = await openRoom(ada, grace)
    const message = await say(grace, room.id, 'bye')
    await grace.client.ok(contract.leaveRoom, { id: room.id })
    const place = { id: room.id, messageId: message.id }
    expect((await grace.client.fails(contract.deleteMessage, place)).code).toBe('chat.room_not_found')
  })

  test('it is looked for in its own room only', async () => {
    const [room, other] = [await openRoom(ada), await openRoom(ada)]
    const message = await say(ada, room.id)
    for (const messageId of [message.id, randomUUID()]) {
      const place = { id: other.id, messageId }
      const missing = { status: 404, code: 'chat.message_not_found' }
      expect(await ada.client.fails(contract.editMessage, { ...place, body: 'x' })).toMatchObject(missing)
      expect(await ada.client.fails(contract.deleteMessage, place)).toMatchObject(missing)
    }
  })

  test('editing and deleting at once ends deleted, without words', async () => {
    const room = await openRoom(ada)
    const message = await say(ada, room.id, 'here')
    const place = { id: room.id, messageId: message.id }
    const answers = await Promise.all(
      times(10, (n) =>
        n === 4
          ? ada.client.call(contract.deleteMessage, place)
          : ada.client.call(contract.editMessage, { ...place, body: `edit ${n}` }),
      ),
    )
    for (const { status } of answers) expect([200, 409]).toContain(status)
    expect((await history(ada, room.id))[0]).toMatchObject({ body: '', deletedAt: expect.any(String) })
  })
})

describe('paging through messages', () => {
  let room: Room
  beforeAll(async () => {
    room = await openRoom(ada, grace)
    for (let n = 1; n <= 10; n += 1) await say(n % 2 ? ada : grace, room.id, `${n}`)
  })

  test.each([
    [{}, [1, 10], false],
    [{ limit: 10 }, [1, 10], false],
    [{ limit: 9 }, [2, 10], true],
    [{ limit: 1 }, [10, 10], true],
    [{ before: 11, limit: 10 }, [1, 10], false],
    [{ before: 7, limit: 4 }, [3, 6], true],
    [{ before: 7, limit: 5 }, [2, 6], true],
    [{ before: 7, limit: 6 }, [1, 6], false],
    [{ before: 7, limit: 7 }, [1, 6], false],
    [{ before: 2, limit: 1 }, [1, 1], false],
    [{ before: 1, limit: 4 }, [], false],
    [{ before: 2_147_483_647, limit: 3 }, [8, 10], true],
    [{ after: 0, limit: 10 }, [1, 10], false],
    [{ after: 0, limit: 4 }, [1, 4], true],
    [{ after: 5, limit: 4 }, [6, 9], true],
    [{ after: 6, limit: 4 }, [7, 10], false],
    [{ after: 6, limit: 5 }, [7, 10], false],
    [{ after: 9, limit: 1 }, [10, 10], false],
    [{ after: 10 }, [], false],
    [{ after: 2_147_483_647 }, [], false],
  ])('%j gives %j, more: %s', async (query, [from, to], hasMore) => {
    const page = await ada.client.ok(contract.listMessages, { id: room.id, ...query })
    const seqs = from === undefined ? [] : times((to ?? from) - from + 1, (n) => from + n)
    expect(page.messages.map(({ seq }) => seq)).toEqual(seqs)
    expect(page.messages.map(({ body }) => body)).toEqual(seqs.map(String))
    expect(page.hasMore).toBe(hasMore)
  })

  test.each([
    { before: 3, after: 3 },
    { before: 0 },
    { before: -1 },
    { after: -1 },
    { after: 2_147_483_648 },
    { limit: 0 },
    { limit: 201 },
    { limit: 1.5 },
  ])('%j is not valid', async (query) => {
    expect(await ada.client.fails(contract.listMessages, { id: room.id, ...query })).toMatchObject({
      status: 400,
      code: 'request.invalid',
    })
  })
})

describe('reading', () => {
  const read = (person: Person, roomId: string, seq: number) =>
    person.client.ok(contract.markRead, { id: roomId, seq })

  test('moves the mark forwards only, and never past the last message', async () => {
    const room = await openRoom(ada, grace)
    for (let n = 0; n < 5; n += 1) await say(ada, room.id)
    const marks: number[] = []
    for (const seq of [2, 1, 0, 3, 3, 2_147_483_647, 4]) {
      await read(grace, room.id, seq)
      marks.push((await see(grace, room.id)).lastReadSeq)
    }
    expect(marks).toEqual([2, 2, 2, 3, 3, 5, 5])
    expect((await see(ada, room.id)).lastReadSeq).toBe(0)
  })

  test('ends at the furthest of many marks at once', async () => {
    const room = await openRoom(ada, grace)
    for (let n = 0; n < 20; n += 1) await say(ada, room.id)
    await Promise.all(times(20, (n) => read(grace, room.id, ((n * 7) % 20) + 1)))
    expect(await see(grace, room.id)).toMatchObject({ lastReadSeq: 20, unreadCount: 0 })
  })

  test('counts no further than is told, and costs as little when somebody leaves a room that few have read', async () => {
    const room = await openRoom(ada, grace, alan)
    await app.db.raw(
      `with said as (
         insert into messages (id, room_id, seq, sender_id, client_id, body, deleted_at)
         select gen_random_uuid(), :room, seq, :sender, gen_random_uuid(), '', case when seq % 2 = 0 then now() end
         from generate_series(1, :count) seq)
       update rooms set last_seq = :count where id = :room`,
      { room: room.id, sender: ada.user.id, count: 2 * MAX_UNREAD + 100 },
    )
    expect((await see(ada, room.id)).unreadCount).toBe(0)
    expect((await see(grace, room.id)).unreadCount).toBe(MAX_UNREAD)
    await read(grace, room.id, 200)
    expect((await see(grace, room.id)).unreadCount).toBe(MAX_UNREAD - 50)

    const listener = await Listener.connect(app.url, grace.token)
    await alan.client.ok(contract.leaveRoom, { id: room.id })
    const { data } = await listener.next('room:updated', (event) => event.data.room.id === room.id)
    expect(data.room).toMatchObject({ unreadCount: MAX_UNREAD - 50, lastSeq: 2 * MAX_UNREAD + 100 })
    await listener.close()
  })

  test('counts as unread what others said since, without tombstones, for each person', async () => {
    const room = await openRoom(ada, grace, alan)
    const unread = async () =>
      Promise.all([ada, grace, alan].map(async (person) => (await see(person, room.id)).unreadCount))

    await say(ada, room.id)
    const second = await say(ada, room.id)
    await say(grace, room.id)
    expect(await unread()).toEqual([1, 2, 3])

    await read(alan, room.id, 1)
    expect(await unread()).toEqual([1, 2, 2])

    await ada.client.ok(contract.deleteMessage, { id: room.id, messageId: second.id })
    expect(await unread()).toEqual([1, 1, 1])

    await read(grace, room.id, 3)
    await read(ada, room.id, 3)
    expect(await unread()).toEqual([0, 0, 1])

    const fourth = await say(alan, room.id)
    await alan.client.ok(contract.editMessage, { id: room.id, messageId: fourth.id, body: 'edited' })
    expect(await unread()).toEqual([1, 1, 1])
  })
})

describe('the list of rooms', () => {
  test('holds one’s own, each with its last message and counts, the latest first', async () => {
    const [person, other] = [await app.person(), await app.person()]
    const [old, empty, dm] = [
      await openRoom(person, other),
      await openRoom(person),
      await openDm(other, person),
    ]
    await openRoom(other, ada)
    await say(other, old.id, 'first')
    const inDm = await say(other, dm.id, 'second')
    expect((await roomsOf(person)).map(({ id }) => id)).toEqual([dm.id, old.id, empty.id])

    const last = await say(other, old.id, 'third')
    await person.client.ok(contract.markRead, { id: old.id, seq: 1 })

    expect(await roomsOf(person)).toEqual([
      { ...old, lastSeq: 2, lastReadSeq: 1, unreadCount: 1, lastMessage: last },
      { ...dm, lastSeq: 1, lastReadSeq: 0, unreadCount: 1, lastMessage: inDm },
      empty,
    ])
    expect(await roomsOf(person)).toEqual(
      await Promise.all([old, dm, empty].map(({ id }) => see(person, id))),
    )
  })
})

/** Whether a list of ids names exactly these people, each once. */
const sameIds =
  (...people: Person[]) =>
  (ids: string[]): boolean =>
    ids.toSorted().join() ===
    people
      .map(({ user }) => user.id)
      .toSorted()
      .join()

/** Makes requests one after the other while the room's row is held, so that each waits behind the one before; then lets them go. */
async function whileHeld<T>(roomId: string, requests: Array<() => Promise<T>>): Promise<T[]> {
  const answers: Array<Promise<T>> = []
  await app.db.transaction(async (trx) => {
    await trx('rooms').where({ id: roomId }).forUpdate()
    for (const request of requests) {
      answers.push(request())
      await expect.poll(waiting, { timeout: 5_000 }).toBe(answers.length)
    }
  })
  return Promise.all(answers)
}

/** How many connections to this database wait for a lock. */
async function waiting(): Promise<number> {
  const { rows } = await app.db.raw<{ rows: Array<{ n: number }> }>(
    `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  )
  return rows[0]?.n ?? 0
}
