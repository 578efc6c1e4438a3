import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chatEndpoints as contract, type Room } from '../../api/contract/chat.ts'
import { MAX_WORDS, toSearchWords } from '../../api/chat/search-words.ts'
import { wordsOf } from '../../api/contract/words.ts'
import { asProblem } from '../support/client.ts'
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

describe('what stands between words', () => {
  const said = [
    [
      'see https://example.com/docs/intro for it',
      'example.com',
      'https://example.com/docs/intro',
      'docs',
      'intro',
    ],
    ['attached report.pdf now', 'report.pdf', 'report', 'pdf'],
    ['mail john.doe@corp.example.org', 'john.doe@corp.example.org', 'doe', 'corp'],
    ['version 3.14 out', '3.14', '3', '14'],
    ['it was -42 degrees', '-42', '42'],
    ['look at /usr/local/bin', '/usr/local/bin', 'local'],
    ['src/app.ts is broken', 'src/app.ts', 'app.ts', 'app'],
    ['node.js rocks', 'node.js', 'js'],
    ['#release-1.2 is v2.0.1-beta', 'release-1.2', 'v2.0.1', 'beta'],
    ['foo_bar_baz', 'foo_bar_baz', 'bar'],
    ["don't use AT&T at 10:30", "don't", 'AT&T', '10:30'],
    ['<b>bold</b> &amp; 1e-5', 'bold', 'amp', '1e-5'],
    ['“quoted”—dashed…', 'quoted', 'dashed'],
    ['ПРИВЕТ, мир', 'привет', 'МИР'],
    ['Été à Paris', 'été', 'ÉTÉ', 'à'],
    ['E\u0301te\u0301 au calme', 'e\u0301te\u0301'],
    ['Καλημέρα· κόσμε', 'καλημέρα', 'Κόσμε'],
    ['مَرحبا، يا عالم', 'مَرحبا', 'عالم'],
    ['नमस्ते।दुनिया', 'नमस्ते', 'दुनिया'],
    ['می‌خواهم', 'می‌خواهم', 'خواهم'],
    ['会议明天开始', '会议'],
  ]
  test.each(said)('is no part of them: %j', async (body, ...queries) => {
    const { id } = await openRoom(ada)
    await say(ada, id, body)
    for (const query of queries)
      expect((await search(ada, query, { roomId: id })).messages, query).toMatchObject([{ body }])
  })

  test('is the same to the database as to the API, for every character', async () => {
    const codes = Array.from({ length: 0x2_ffff }, (_, n) => n + 1).filter((n) => n < 0xd800 || n > 0xdfff)
    const words = codes.map((code) => `a${String.fromCodePoint(code)}b`)
    const { rows } = await app.db.raw<{ rows: Array<{ split: boolean }> }>(
      `select search_words(word) = 'a b' as split from unnest(?::text[]) with ordinality as of (word, n) order by n`,
      [words],
    )
    const known = /[^\p{Unassigned}\p{Private_Use}]/u
    const differing = codes.filter(
      (code, n) =>
        known.test(String.fromCodePoint(code)) &&
        rows[n]?.split !== (wordsOf(words[n] as string).length === 2),
    )
    expect(differing.map((code) => code.toString(16))).toEqual([])
  })
})

test('looked for are words alone, each once, and not too many', () => {
  expect(toSearchWords('Hello, wor-ld 42! hello')).toEqual(['hello', 'wor', 'ld', '42'])
  expect(toSearchWords('e en engine')).toEqual(['engine'])
  expect(toSearchWords('…')).toEqual([])
  expect(toSearchWords('a b c d e f g h i j k l m n')).toHaveLength(MAX_WORDS)
})

test('a search that takes too long is ended and says so, and the next one is served', async () => {
  await app.db.transaction(async (trx) => {
    await trx.raw('lock table messages in access exclusive mode')
    expect(asProblem(await ada.client.call(contract.searchMessages, { q: 'engine' }))).toMatchObject({
      status: 422,
      code: 'chat.search_too_slow',
    })
  })
  expect(await bodies(ada, 'difference')).toEqual(['The difference'])
})

test('the index serves the search', async () => {
  const trx = await app.db.transaction()
  try {
    // A few messages are found faster in other ways.
    await trx.raw('drop index messages_unread')
    await trx.raw('set local enable_seqscan = off')
    const { rows } = await trx.raw<{ rows: object[] }>(
      `explain select 1 from messages m where m.deleted_at is null
       and to_tsvector('simple', search_words(m.body)) @@ search_query(array['x'])`,
    )
    expect(JSON.stringify(rows)).toContain('Index Scan on messages_search_words')
  } finally {
    await trx.rollback()
  }
})
