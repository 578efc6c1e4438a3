import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chatEndpoints as contract, MAX_REACTIONS, type Message, type Room } from '../../api/contract/chat.ts'
import { openRoom, say } from '../support/chat.ts'
import { Listener } from '../support/listener.ts'
import { startTestApp, type Person, type TestApp } from '../support/test-app.ts'

let app: TestApp
let ada: Person
let grace: Person
let alan: Person
let room: Room
let question: Message

beforeAll(async () => {
  app = await startTestApp()
  ;[ada, grace, alan] = await Promise.all([app.person('Ada'), app.person('Grace'), app.person('Alan')])
  room = await openRoom(ada, grace)
  question = await say(ada, room.id, 'Shall we?')
})
afterAll(() => app.stop())

const reply = (person: Person, replyToId: string, roomId = room.id, clientId = randomUUID()) =>
  person.client.call(contract.sendMessage, { id: roomId, clientId, body: 'Yes', replyToId })

describe('a reply', () => {
  test('names what it answers: id, place and author', async () => {
    const { status, body } = await reply(grace, question.id)
    expect(status).toBe(201)
    expect(body).toMatchObject({
      message: { replyTo: { id: question.id, seq: question.seq, senderId: ada.user.id } },
    })
  })

  test('sent again under its id stays one', async () => {
    const clientId = randomUUID()
    const first = await reply(grace, question.id, room.id, clientId)
    const second = await reply(grace, question.id, room.id, clientId)
    expect([first.status, second.status]).toEqual([201, 200])
    expect(second.body).toEqual(first.body)
  })

  test('to what is not there, or stands in another room, is refused and stores nothing', async () => {
    const other = await openRoom(ada, grace)
    const elsewhere = await say(ada, other.id)
    const before = (await ada.client.ok(contract.getRoom, { id: room.id })).room.lastSeq
    for (const id of [randomUUID(), elsewhere.id]) {
      const { status, body } = await reply(grace, id)
      expect([status, body]).toMatchObject([404, { code: 'chat.message_not_found' }])
    }
    expect((await ada.client.ok(contract.getRoom, { id: room.id })).room.lastSeq).toBe(before)
  })

  test('by somebody who is no member is refused as any message is', async () => {
    expect((await reply(alan, question.id)).body).toMatchObject({ code: 'chat.room_not_found' })
  })

  test('stays when what it answers is deleted', async () => {
    const doomed = await say(ada, room.id, 'doomed')
    await reply(grace, doomed.id)
    await ada.client.ok(contract.deleteMessage, { id: room.id, messageId: doomed.id })
    const { messages } = await grace.client.ok(contract.listMessages, { id: room.id })
    expect(messages.at(-1)?.replyTo?.id).toBe(doomed.id)
  })
})

describe('reactions', () => {
  const react = (person: Person, message: Message, emoji: string) =>
    person.client.ok(contract.addReaction, { id: message.roomId, messageId: message.id, emoji })
  const retract = (person: Person, message: Message, emoji: string) =>
    person.client.ok(contract.removeReaction, { id: message.roomId, messageId: message.id, emoji })

  test('are kept in their order and told to everyone', async () => {
    const message = await say(ada, room.id)
    const listener = await Listener.connect(app.url, ada.token)
    await react(grace, message, '👍')
    await react(ada, message, '🎉')
    const { message: after } = await react(ada, message, '👍')
    expect(after.reactions).toEqual([
      { emoji: '👍', userIds: [grace.user.id, ada.user.id] },
      { emoji: '🎉', userIds: [ada.user.id] },
    ])
    expect(after.editedAt).toBeNull()
    const told = await listener.next(
      'message:updated',
      ({ data }) => data.message.reactions[0]?.userIds.length === 2,
    )
    expect(told.data.message).toEqual(after)
    await listener.close()
  })

  test('given or taken back twice change nothing and tell nobody', async () => {
    const message = await say(ada, room.id)
    const once = await react(grace, message, '👍')
    expect(await react(grace, message, '👍')).toEqual(once)
    const gone = await retract(grace, message, '👍')
    expect(gone.message.reactions).toEqual([])
    expect(await retract(grace, message, '👍')).toEqual(gone)
    expect(await retract(ada, message, '🎉')).toEqual(gone)
  })

  test('given by many at once are all there', async () => {
    const message = await say(ada, room.id)
    await Promise.all(
      ['👍', '🎉', '❤️', '🚀'].flatMap((emoji) => [react(ada, message, emoji), react(grace, message, emoji)]),
    )
    const { messages } = await ada.client.ok(contract.listMessages, { id: room.id, limit: 1 })
    expect(messages[0]?.reactions.map(({ userIds }) => userIds.length)).toEqual([2, 2, 2, 2])
  })

  test('are limited in their kinds, not in their number', async () => {
    const message = await say(ada, room.id)
    const kinds = Array.from({ length: MAX_REACTIONS }, (_, n) => String.fromCodePoint(0x1f600 + n))
    for (const emoji of kinds) await react(ada, message, emoji)
    const refused = await ada.client.call(contract.addReaction, {
      id: room.id,
      messageId: message.id,
      emoji: '🚀',
    })
    expect([refused.status, refused.body]).toMatchObject([409, { code: 'chat.too_many_reactions' }])
    await react(grace, message, kinds[0] ?? '')
  })

  test.each(['👍👍', 'a', '1', ' ', '👍 ', 'thumbsup', '<b>', '‍'])(
    'are one emoji: %j is refused',
    async (emoji) => {
      const answer = await ada.client.call(contract.addReaction, {
        id: room.id,
        messageId: question.id,
        emoji,
      })
      expect(answer.status).toBe(400)
    },
  )

  test.each(['👍🏽', '👩‍👩‍👧', '🇨🇭', '❤️', '#️⃣'])('may be %s', async (emoji) => {
    const message = await say(ada, room.id)
    expect((await react(ada, message, emoji)).message.reactions).toEqual([{ emoji, userIds: [ada.user.id] }])
  })

  test('go with a message that is deleted, which takes none any more', async () => {
    const message = await say(ada, room.id)
    await react(grace, message, '👍')
    const { message: tombstone } = await ada.client.ok(contract.deleteMessage, {
      id: room.id,
      messageId: message.id,
    })
    expect(tombstone).toMatchObject({ reactions: [] })
    const refused = await grace.client.call(contract.addReaction, {
      id: room.id,
      messageId: message.id,
      emoji: '👍',
    })
    expect([refused.status, refused.body]).toMatchObject([409, { code: 'chat.message_deleted' }])
  })

  test('are for members alone', async () => {
    const answer = await alan.client.call(contract.addReaction, {
      id: room.id,
      messageId: question.id,
      emoji: '👍',
    })
    expect(answer.body).toMatchObject({ code: 'chat.room_not_found' })
  })
})
