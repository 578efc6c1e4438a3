import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chatEndpoints as contract, type Room } from '../../api/contract/chat.ts'
import { toSearchQuery } from '../../api/chat/search-query.ts'
import { openRoom, say } from '../support/chat.ts'
import { startTestApp, type Person, type TestApp } from '../support/test-app.ts'

let app: TestApp
let ada: Person
let grace: Person
let alan: Person
let room: Room
let others: Room

beforeAll(async () => {
  app = await startTestApp()
  ;[ada, grace, alan] = await Promise.all([app.person('Ada'), app.person('Grace'), app.person('Alan')])
  room = await openRoom(ada, grace)
  others = await openRoom(alan, grace)
  await say(ada, room.id, 'The difference engine has 25,000 parts.')
  await say(grace, room.id, 'An ENGINE differs: Größenänderung, naïve café?')
  await say(grace, others.id, 'Our engine is secret.')
})
afterAll(() => app.stop())

const search = async (
  { client }: Person,
  q: string,
  filters: { roomId?: string; senderId?: string; before?: string; limit?: number } = {},
) => client.ok(contract.searchMessages, { q, ...filters })
const bodies = async (...query: Parameters<typeof search>) =>
  (await search(...query)).messages.map(({ body }) => body.split(' ').slice(0, 2).join(' '))

describe('searching', () => {
  test('finds every word, in any case, by its beginning, the latest first', async () => {
    expect(await bodies(ada, 'engine')).toEqual(['An ENGINE', 'The difference'])
    expect(await bodies(ada, 'eng diff')).toEqual(['An ENGINE', 'The difference'])
    expect(await bodies(ada, 'engine difference')).toEqual(['The difference'])
    expect(await bodies(ada, 'grössen')).toEqual([])
    expect(await bodies(ada, 'größen')).toEqual(['An ENGINE'])
    expect(await bodies(ada, 'café')).toEqual(['An ENGINE'])
  })

  test('finds nothing of rooms that one is no member of, also once one has left', async () => {
    expect(await bodies(ada, 'secret')).toEqual([])
    expect(await bodies(ada, 'secret', { roomId: others.id })).toEqual([])
    expect(await bodies(grace, 'secret')).toEqual(['Our engine'])
    const left = await openRoom(ada, alan)
    await say(ada, left.id, 'farewell')
    await alan.client.ok(contract.leaveRoom, { id: left.id })
    expect(await bodies(alan, 'farewell')).toEqual([])
  })

  test('can be narrowed to a room and a person', async () => {
    expect(await bodies(grace, 'engine', { roomId: others.id })).toEqual(['Our engine'])
    expect(await bodies(grace, 'engine', { senderId: ada.user.id })).toEqual(['The difference'])
  })

  test('finds what was changed, and not what was there before; nothing that was deleted', async () => {
    const message = await say(ada, room.id, 'ephemeral')
    await ada.client.ok(contract.editMessage, { id: room.id, messageId: message.id, body: 'permanent' })
    expect(await bodies(ada, 'ephemeral')).toEqual([])
    expect(await bodies(ada, 'permanent')).toEqual(['permanent'])
    await ada.client.ok(contract.deleteMessage, { id: room.id, messageId: message.id })
    expect(await bodies(ada, 'permanent')).toEqual([])
  })

  test('goes on page by page', async () => {
    const long = await openRoom(ada)
    for (let n = 1; n <= 7; n += 1) await say(ada, long.id, `page ${n}`)
    const seen: string[] = []
    let before: string | undefined
    for (let hasMore = true; hasMore;) {
      const page = await search(ada, 'page', { roomId: long.id, limit: 3, ...(before && { before }) })
      seen.push(...page.messages.map(({ body }) => body))
      before = page.messages.at(-1)?.id
      hasMore = page.hasMore
    }
    expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1].map((n) => `page ${n}`))
  })

  test.each(['', '   ', '!!!', '👍', "' | ! & ( ) : * <-> \\"])(
    'for %j finds nothing and breaks nothing',
    async (q) => {
      expect(await search(ada, q)).toEqual({ messages: [], hasMore: false })
    },
  )

  test.each(["engine' | 'x", 'engine & !difference', 'engine:*', 'a <-> b', '((engine'])(
    'takes %j as words',
    async (q) => {
      await expect(search(ada, q)).resolves.toMatchObject({ hasMore: false })
    },
  )
})

test('a query is made of words alone', () => {
  expect(toSearchQuery('Hello, wor-ld 42!')).toBe('Hello:* & wor:* & ld:* & 42:*')
  expect(toSearchQuery('…')).toBeNull()
})

test('the index serves the search', async () => {
  const { rows } = await app.db
    .raw<{ rows: Array<Record<string, string>> }>(
      `set enable_seqscan = off; explain select 1 from messages m
     where m.deleted_at is null and to_tsvector('simple', m.body) @@ to_tsquery('simple', 'x:*')`,
    )
    .then(
      (result: unknown) =>
        (Array.isArray(result) ? result[1] : result) as { rows: Array<Record<string, string>> },
    )
  expect(JSON.stringify(rows)).toContain('messages_search')
})
