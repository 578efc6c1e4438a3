import { once } from 'node:events'
import { request } from 'node:http'
import { randomUUID } from 'node:crypto'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { catalogue, type Catalogue, type EndpointName } from '../../api/contract/catalogue.ts'
import { toHttpRequest, type Endpoint, type InputOf } from '../../api/contract/endpoint.ts'
import { problem, type Problem } from '../../api/contract/errors.ts'
import { openStorage } from '../../api/platform/storage.ts'
import { openRoom, say } from '../support/chat.ts'
import { asProblem, Client, type RawAnswer } from '../support/client.ts'
import { photo, renditionsOf, type Renditions } from '../support/photos.ts'
import { openGate, type TcpGate } from '../support/tcp-gate.ts'
import { startTestApp, type Person, type TestApp } from '../support/test-app.ts'
import { testStorage } from '../support/test-cluster.ts'
import {
  announcementOf,
  announcementOfImage,
  put,
  savePicture,
  upload,
  uploadImage,
} from '../support/upload.ts'

const names = Object.keys(catalogue) as EndpointName[] // the catalogue has no other keys
const withToken = names.filter((name) => catalogue[name].auth === 'bearer')
const withBody = names.filter((name) => !['GET', 'DELETE'].includes(catalogue[name].method))
const withParameters = names.filter((name) => catalogue[name].path.includes(':'))

let app: TestApp
let ada: Person
let grace: Person
let renditions: Renditions
let image: Buffer

beforeAll(async () => {
  app = await startTestApp()
  // Ada comes first: she is the admin.
  ada = await app.person('Ada')
  grace = await app.person('Grace')
  image = await photo('jpeg')
  renditions = await renditionsOf(image)
})
afterAll(() => app.stop())

type Inputs = { [Name in EndpointName]: () => Promise<InputOf<Catalogue[Name]>> }

async function message(): Promise<{ id: string; messageId: string }> {
  const { id } = await openRoom(ada, grace)
  return { id, messageId: (await say(ada, id)).id }
}

/** A former picture of Ada's. */
async function recent(): Promise<{ id: string }> {
  await savePicture(ada.client, renditions)
  await ada.client.ok(catalogue.removeAvatar, {})
  const { pictures } = await ada.client.ok(catalogue.listRecentAvatars, {})
  return { id: pictures[0]?.id ?? '' }
}

/** For each endpoint, what Ada can call it with successfully. */
const valid: Inputs = {
  register: async () => ({
    username: `n-${randomUUID().slice(0, 8)}`,
    displayName: 'Newcomer',
    password: '0123456789',
    deviceName: 'laptop',
  }),
  login: async () => ({ username: ada.username, password: ada.password, deviceName: 'laptop' }),
  logout: async () => ({}),
  listDevices: async () => ({}),
  revokeDevice: async () => {
    await app.anonymous.ok(catalogue.login, { username: ada.username, password: ada.password })
    const { sessions } = await ada.client.ok(catalogue.listDevices, {})
    return { id: sessions.find(({ current }) => !current)?.id ?? '' }
  },
  getMe: async () => ({}),
  updateMe: async () => ({ displayName: 'Ada L.' }),
  listUsers: async () => ({ query: 'a', after: 'a', limit: 10 }),
  getUser: async () => ({ id: grace.user.id }),
  presignAvatar: async () => announcementOf(renditions),
  completeAvatar: async () => ({ uploadId: (await upload(ada.client, renditions)).uploadId }),
  removeAvatar: async () => ({}),
  listRecentAvatars: async () => ({}),
  takeRecentAvatar: recent,
  forgetRecentAvatar: recent,
  removeAvatarOf: async () => ({ id: grace.user.id, reason: 'Not a picture of a person' }),
  listNotices: async () => ({}),
  markNoticeSeen: async () => {
    await savePicture(ada.client, renditions)
    await ada.client.ok(catalogue.removeAvatarOf, { id: ada.user.id, reason: 'A mistake' })
    const { notices } = await ada.client.ok(catalogue.listNotices, {})
    return { id: notices[0]?.id ?? '' }
  },
  describeServer: async () => ({}),
  createInvite: async () => ({ maxUses: 2, days: 3 }),
  listInvites: async () => ({}),
  revokeInvite: async () => ({ id: (await ada.client.ok(catalogue.createInvite, {})).invite.id }),
  setRole: async () => ({ id: grace.user.id, role: 'member' }),
  createRoom: async () => ({ name: 'Room', memberIds: [grace.user.id] }),
  listRooms: async () => ({}),
  getRoom: async () => ({ id: (await openRoom(ada)).id }),
  addMembers: async () => ({ id: (await openRoom(ada)).id, userIds: [grace.user.id] }),
  leaveRoom: async () => ({ id: (await openRoom(ada)).id }),
  presignRoomAvatar: async () => ({ id: (await openRoom(ada)).id, ...announcementOf(renditions) }),
  completeRoomAvatar: async () => {
    const { id } = await openRoom(ada)
    const presigned = await ada.client.ok(catalogue.presignRoomAvatar, { id, ...announcementOf(renditions) })
    for (const rendition of ['full', 'thumb'] as const) await put(presigned[rendition], renditions[rendition])
    return { id, uploadId: presigned.uploadId }
  },
  removeRoomAvatar: async () => ({ id: (await openRoom(ada)).id }),
  openDm: async () => ({ userId: grace.user.id }),
  listMessages: async () => ({ id: (await message()).id, limit: 10 }),
  sendMessage: async () => ({ id: (await openRoom(ada)).id, clientId: randomUUID(), body: 'Hello' }),
  addReaction: async () => ({ ...(await message()), emoji: '👍' }),
  removeReaction: async () => ({ ...(await message()), emoji: '👍' }),
  searchMessages: async () => ({ q: 'Hello' }),
  editMessage: async () => ({ ...(await message()), body: 'Hello again' }),
  deleteMessage: message,
  markRead: async () => ({ id: (await message()).id, seq: 1 }),
  presignAttachment: async () => ({ id: (await openRoom(ada)).id, ...announcementOfImage(image) }),
  completeAttachment: async () => {
    const { id } = await openRoom(ada)
    return { id, attachmentId: await uploadImage(ada.client, id, image) }
  },
}

/** A valid request to an endpoint, as HTTP. */
async function validRequest(name: EndpointName) {
  const endpoint: Endpoint = catalogue[name]
  const input = (await valid[name]()) as Record<string, unknown> // every request is an object
  return { endpoint, input, ...toHttpRequest(endpoint, input) }
}

const NO_WORD_OF_THE_INSIDE =
  /node_modules|\.ts:\d|\bat \w+ \(|\b(select|insert into|update|delete from)\b.*\b(from|where|values|set)\b|relation "|postgres|pg_|knex|\$\d/i

/** Checks that an answer is a problem as the contract has it, which keeps the server's inside to itself. */
function expectProblem(answer: RawAnswer, ...statuses: number[]): Problem {
  const told = asProblem(answer)
  expect(statuses).toContain(told.status)
  expect(told.type).toBe(`urn:medallion:problem:${told.code}`)
  expect(told.requestId).toBe(answer.headers.get('x-request-id'))
  expect(problem.strict().parse(answer.body)).toEqual(told)
  expect(JSON.stringify(answer.body)).not.toMatch(NO_WORD_OF_THE_INSIDE)
  return told
}

/** Everything in the database, once all events have been placed; when somebody was last seen does not count, nor what the sweeper has yet to do, nor that the process lives. */
async function contents({ db }: TestApp): Promise<string> {
  await expect.poll(async () => (await db('event_outbox').count())[0]).toEqual({ count: '0' })
  const { rows: tables } = await db.raw<{ rows: Array<{ name: string }> }>(
    `select quote_ident(table_name) as name from information_schema.tables
     where table_schema = 'public' and table_name not in ('object_deletions', 'api_processes') order by 1`,
  )
  const each = tables.map(
    ({
      name,
    }) => `select '${name}' as name, md5(coalesce(string_agg(to_jsonb(t)::text, ',' order by t::text), '')) as digest
      from (select * from ${name}) t`,
  )
  const { rows } = await db.raw<{ rows: unknown }>(
    each
      .join(' union all ')
      .replace('from (select * from sessions)', 'from (select id, token_hash from sessions)'),
  )
  return JSON.stringify(rows)
}

/** Runs what must leave no trace in the database. */
async function changingNothing(work: () => Promise<void>): Promise<void> {
  const before = await contents(app)
  await work()
  expect(await contents(app)).toBe(before)
}

/** Sends bytes as they are: no client corrects the address, the length or the encoding. */
async function sendBytes(
  method: string,
  path: string,
  body: Buffer | Buffer[] | undefined,
  headers: Record<string, string>,
): Promise<RawAnswer> {
  const { hostname, port } = new URL(app.url)
  const sent = request({
    hostname,
    port,
    method,
    path,
    headers: { authorization: `Bearer ${ada.token}`, ...headers },
  })
  if (Array.isArray(body)) for (const chunk of body) sent.write(chunk)
  sent.end(Array.isArray(body) ? undefined : body)
  const [response] = await once(sent, 'response')
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  const answered = new Headers()
  for (const [name, value] of Object.entries(response.headers)) answered.set(name, String(value))
  return { status: response.statusCode, headers: answered, body: text === '' ? undefined : JSON.parse(text) }
}

describe('success', () => {
  test.each(names)('%s answers with its status, and exactly what the contract declares', async (name) => {
    const { endpoint, method, target, body } = await validRequest(name)
    const client = name === 'logout' ? (await app.person()).client : ada.client

    const answer = await client.raw(method, target, body)

    expect([endpoint.status, endpoint.repeatStatus]).toContain(answer.status)
    expect(endpoint.response.parse(answer.body)).toEqual(answer.body)
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    if (endpoint.status !== 204) expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
  })

  test('does not need more than the method: HEAD answers like GET, OPTIONS tells the methods', async () => {
    const head = await ada.client.raw('HEAD', '/api/rooms')
    expect([head.status, head.body]).toEqual([200, undefined])
    const options = await ada.client.raw('OPTIONS', '/api/rooms')
    expect(options.status).toBe(200)
    expect(options.headers.get('allow')?.split(', ').toSorted()).toEqual(['GET', 'HEAD', 'POST'])
  })
})

describe('without a valid token', () => {
  test.each(withToken)('%s is 401', async (name) => {
    const { method, target, body } = await validRequest(name)
    await changingNothing(async () => {
      for (const authorization of [
        undefined,
        '',
        'Bearer',
        'Bearer ',
        `Bearer ${'x'.repeat(43)}`,
        `Bearer ${'x'.repeat(5000)}`,
        `Basic ${ada.token}`,
        `Bearer ${ada.token}x`,
        `Bearer  ${ada.token} ${ada.token}`,
        ada.token,
      ]) {
        const headers: Record<string, string> = authorization === undefined ? {} : { authorization }
        const answer = await app.anonymous.raw(method, target, body, headers)
        expect(expectProblem(answer, 401).code).toBe('session.unauthenticated')
        expect(answer.headers.get('www-authenticate')).toBe('Bearer')
      }
    })
  })

  test('pictures are 401, whether there are any or not', async () => {
    for (const address of [
      `/api/avatars/${ada.user.id}/${randomUUID()}/256.webp`,
      `/api/rooms/${randomUUID()}/attachments/${randomUUID()}/original`,
    ])
      expectProblem(await app.anonymous.raw('GET', address), 401)
  })
})

const NOT_TEXT = [null, 5, true, [], ['text'], {}]
const NOT_A_LINE = [...NOT_TEXT, '', '   ', 'a\u0000b', 'a\nb', '\ud800', 'x\udfff', 'x'.repeat(20_000)]
const NOT_AN_ID = [
  ...NOT_TEXT,
  '',
  'null',
  '0',
  '../..',
  'x'.repeat(20_000),
  '00000000-0000-0000-0000-00000000000g',
  `${randomUUID()}\u0000`,
  ` ${randomUUID()}`,
  `${randomUUID()}' or 1=1 --`,
  `{${randomUUID()}}`,
  randomUUID().replaceAll('-', ''),
]
const NOT_A_NUMBER = [null, true, [], {}, [1], '', 'NaN', '1e3', '0x10', '1.5', '-1', ' 1', 'Infinity', '١']
const NOT_IDS = [
  null,
  'x',
  5,
  {},
  { length: 1, 0: 'x' },
  [null],
  [[]],
  ['x'],
  [randomUUID(), 5],
  Array.from({ length: 600 }, () => randomUUID()),
]
const NOT_A_FILE = [
  null,
  5,
  'x',
  [],
  {},
  { bytes: 5 },
  { sha256: 'x' },
  ...[0, -1, 1.5, 1e300, null, '5', 10_000_000].map((bytes) => ({ bytes, sha256: `${'A'.repeat(43)}=` })),
  ...[null, '', 'A'.repeat(44), `${'A'.repeat(42)}==`, `${'A'.repeat(43)}=\n`, `${'-'.repeat(43)}=`].map(
    (sha256) => ({
      bytes: 5,
      sha256,
    }),
  ),
]

/** For each field of every request, what it must not be. */
const BAD: Record<string, unknown[]> = {
  username: [
    ...NOT_TEXT,
    'ab',
    'a b',
    'a\u0000bc',
    'x'.repeat(33),
    'x'.repeat(20_000),
    'é'.repeat(5),
    '\ud800\ud800\ud800',
  ],
  displayName: NOT_A_LINE,
  password: [...NOT_TEXT, 'short', 'x'.repeat(20_000)],
  deviceName: NOT_A_LINE,
  id: NOT_AN_ID,
  userId: NOT_AN_ID,
  messageId: NOT_AN_ID,
  clientId: NOT_AN_ID,
  uploadId: NOT_AN_ID,
  roomId: NOT_AN_ID,
  senderId: NOT_AN_ID,
  replyToId: NOT_AN_ID,
  attachmentId: NOT_AN_ID,
  attachmentIds: NOT_IDS,
  emoji: ['', 'a', '1', '👍👍', '👍 ', '%', 'x'.repeat(20_000)],
  q: ['a\u0000b', 'x'.repeat(201), 'a\nb', ['a', 'b']],
  query: ['a\u0000b', 'x'.repeat(65), 'a\tb', ['a', 'b']],
  after: ['a\u0000b', 'x'.repeat(65), ['1', '2']],
  before: ['0', '2147483648', '99999999999999999999', ...NOT_A_NUMBER],
  madeAgo: ['-1', '2592000001', '99999999999999999999', ...NOT_A_NUMBER],
  limit: ['0', '201', '99999999999999999999', ...NOT_A_NUMBER],
  name: [...NOT_A_LINE, 'x'.repeat(256)],
  type: [...NOT_TEXT, '', 'image/svg+xml', 'IMAGE/PNG', 'image/png; charset=utf-8'],
  bytes: [...NOT_A_NUMBER, '5', 0, -1, 1.5, 20 * 1024 * 1024 + 1],
  sha256: [...NOT_TEXT, '', 'A'.repeat(44), `${'A'.repeat(42)}==`, `${'A'.repeat(43)}=\n`],
  memberIds: NOT_IDS,
  userIds: [...NOT_IDS, []],
  body: [...NOT_TEXT, '', ' \n', 'a\u0000b', 'a\u001bb', '\udfff', 'x'.repeat(8_001)],
  seq: [...NOT_A_NUMBER, '1', -1, 1.5, 2_147_483_648, 1e300, Number.MAX_SAFE_INTEGER],
  full: NOT_A_FILE,
  thumb: NOT_A_FILE,
  role: [...NOT_TEXT, 'owner', 'ADMIN', ''],
  invite: [...NOT_TEXT.filter((value) => value !== undefined), 'a\u0000b', 'x'.repeat(129)],
  maxUses: [...NOT_A_NUMBER, 0, 1_001, 1.5],
  days: [...NOT_A_NUMBER, 0, 91, 1.5],
  reason: ['a\u0000b', 'x'.repeat(301), ' ', ['a', 'b']],
}
/** `login` takes any text for a name and a password, which then is a wrong one. */
const BAD_AT_LOGIN: Record<string, unknown[]> = {
  username: [...NOT_TEXT, 'a\u0000b', '\ud800', 'x'.repeat(129)],
  password: [...NOT_TEXT, 'x'.repeat(1_025)],
}

const ANY_ID = randomUUID()

const fieldsOf = (name: EndpointName): string[] => Object.keys((catalogue[name].request as z.ZodObject).shape) // every request is an object

describe('bad input', () => {
  const huge = Buffer.from(`{"body":"${'x'.repeat(20_000_000)}"}`)
  const bombs = { gzip: gzipSync(huge), deflate: deflateSync(huge), br: brotliCompressSync(huge) }
  const cases = names.flatMap((name) => fieldsOf(name).map((field) => [name, field] as const))

  test.each(cases)('of %s in %s is 400', async (name, field) => {
    const { endpoint, input, method, target } = await validRequest(name)
    const bad = (name === 'login' ? BAD_AT_LOGIN[field] : undefined) ?? BAD[field]
    if (bad === undefined) throw new Error(`Say in BAD what ${field} must not be.`)
    const inPath = endpoint.path.includes(`:${field}`)
    const inBody = !inPath && withBody.includes(name)
    const missing = catalogue[name].request.safeParse({ ...input, [field]: undefined }).success
      ? []
      : [undefined]

    await changingNothing(async () => {
      for (const value of inBody ? [...bad, ...missing] : bad.filter(fitsAnAddress)) {
        const answer = inBody
          ? await ada.client.raw(
              method,
              target,
              JSON.stringify({ ...strip(input, endpoint), [field]: value }),
            )
          : inPath
            ? await ada.client.raw(method, place(endpoint, input, field, value), bodyOf(name, input))
            : await ada.client.raw(method, search(target, field, value))
        const told = expectProblem(answer, 400, ...(inPath ? [404, 405] : []))
        if (!inPath) {
          expect(told.code).toBe('request.invalid')
          expect(told.errors?.map(({ path }) => path.split('.')[0])).toContain(field)
          expect(told.errors?.length).toBeLessThanOrEqual(20)
        }
      }
    })
  })

  const WHOLE: Array<[string, string]> = [
    ['malformed JSON', '{"a":'],
    ['a bare word', 'undefined'],
    ['NaN', '{"seq":NaN}'],
    ['a trailing comma', '{"a":1,}'],
    ['two values', '{}{}'],
    ['a list', '[]'],
    ['a list of the right thing', '[{"id":1}]'],
    ['a number', '1'],
    ['null', 'null'],
    ['a text', '"text"'],
    ['a __proto__ key', '{"__proto__":{"displayName":"x","admin":true}}'],
    ['a nested __proto__ key', '{"full":{"__proto__":{"bytes":1}}}'],
    ['a constructor key', '{"constructor":{"prototype":{"displayName":"x"}}}'],
    ['only unknown fields', '{"toString":1,"hasOwnProperty":2,"length":3}'],
    ['deep nesting', `${'['.repeat(30_000)}${']'.repeat(30_000)}`],
    ['deep nesting of objects', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
    ['a NUL byte', '{"a":"\u0000"}'],
    ['a byte order mark and nothing', '\ufeff'],
    [
      'thousands of wrong ids',
      JSON.stringify({ memberIds: Array.from({ length: 20_000 }, () => 1), userIds: 1 }),
    ],
  ]
  // Nothing is required of a body that has no fields, save to be an object.
  const required = withBody.filter((name) => {
    const inPath = Object.fromEntries(
      [...catalogue[name].path.matchAll(/:(\w+)/g)].map(([, field]) => [
        field,
        field === 'emoji' ? '👍' : ANY_ID,
      ]),
    )
    return !catalogue[name].request.safeParse(inPath).success
  })

  test.each(required)('of %s as a whole is 4xx', async (name) => {
    const { method, target } = await validRequest(name)
    await changingNothing(async () => {
      for (const [what, body] of WHOLE) {
        const answer = await ada.client.raw(method, target, body)
        const told = expectProblem(answer, 400)
        expect(told.code, what).toBe('request.invalid')
        expect(JSON.stringify(answer.body).length, what).toBeLessThan(8_000)
      }
    })
    expect(Object.prototype).not.toHaveProperty('admin')
  })

  test('nothing is required of a body without fields, save to be an object', async () => {
    const { client } = await app.person()
    for (const body of ['[]', '1', 'null', '{"a":'])
      expectProblem(await client.raw('POST', '/api/auth/logout', body), 400)
    expect((await client.raw('POST', '/api/auth/logout', '{"unknown":1}')).status).toBe(204)
  })

  test.each(required)('of %s in its form is 4xx', async (name) => {
    const { method, target, body = '' } = await validRequest(name)
    const json = { 'content-type': 'application/json' }
    const cases: Array<
      [status: number, body: Buffer | Buffer[] | undefined, headers: Record<string, string>]
    > = [
      [415, Buffer.from(body), { 'content-type': 'text/plain' }],
      [415, Buffer.from(body), { 'content-type': 'application/x-www-form-urlencoded' }],
      [415, Buffer.from(body), { 'content-type': 'multipart/form-data; boundary=x' }],
      [415, Buffer.from(body), { 'content-type': 'application/xml' }],
      [415, Buffer.from(body), { 'content-type': 'nonsense' }],
      [415, Buffer.from(body), {}],
      [415, [Buffer.from(body)], {}],
      [415, Buffer.from(body), { ...json, 'content-encoding': 'zstd' }],
      [415, Buffer.from(body), { ...json, 'content-encoding': 'gzip, gzip' }],
      [413, Buffer.from(`{"body":"${'x'.repeat(65_536)}"}`), json],
      [413, Array.from({ length: 20 }, () => Buffer.alloc(8_192, ' ')), json],
      [413, bombs.gzip, { ...json, 'content-encoding': 'gzip' }],
      [413, bombs.deflate, { ...json, 'content-encoding': 'deflate' }],
      [400, Buffer.from(body), { ...json, 'content-encoding': 'gzip' }],
      [400, gzipSync(body).subarray(0, 20), { ...json, 'content-encoding': 'gzip' }],
      [400, Buffer.from([0xff, 0xfe, 0x00]), json],
      [400, Buffer.from(body, 'utf16le'), json],
      [400, undefined, json],
      [400, undefined, {}],
    ]
    await changingNothing(async () => {
      for (const [status, bytes, headers] of cases)
        expectProblem(await sendBytes(method, target, bytes, headers), status)
      // Some versions of the parser know it, some do not.
      const brotli = { ...json, 'content-encoding': 'br' }
      expectProblem(await sendBytes(method, target, bombs.br, brotli), 413, 415)
    })
  })

  test('a compressed body is read', async () => {
    const body = gzipSync(JSON.stringify({ displayName: 'Compressed' }))
    const headers = { 'content-type': 'application/json; charset=utf-8', 'content-encoding': 'gzip' }
    expect(await sendBytes('PATCH', '/api/users/me', body, headers)).toMatchObject({
      status: 200,
      body: { user: { displayName: 'Compressed' } },
    })
  })

  const STRANGE = [
    '%E0%A4%A',
    '%',
    '%%',
    '%zz',
    '%00',
    '%ff',
    '%c0%af',
    '%ed%a0%80',
    'a%2Fb',
    '%2e%2e',
    '..%2f..%2fetc%2fpasswd',
    '%252e',
    '%0d%0aSet-Cookie:%20a=b',
    ';',
    "'",
    'undefined',
    '[object%20Object]',
    'x'.repeat(5_000),
    '%20',
    ':id',
    '*',
    '\\',
  ]

  test.each(withParameters)('in the path of %s is 4xx', async (name) => {
    const { endpoint, input, method } = await validRequest(name)
    const parameters = [...endpoint.path.matchAll(/:(\w+)/g)].map(([, parameter]) => parameter ?? '')
    await changingNothing(async () => {
      for (const parameter of parameters)
        for (const strange of STRANGE) {
          const path = endpoint.path.replace(/:(\w+)/g, (_, each: string) =>
            each === parameter ? strange : encodeURIComponent(String(input[each])),
          )
          const body = bodyOf(name, input)
          const answer = await sendBytes(
            method,
            path,
            body === undefined ? undefined : Buffer.from(body),
            body === undefined ? {} : { 'content-type': 'application/json' },
          )
          expectProblem(answer, 400, 404, 405)
        }
    })
  })

  test('in the address of a picture is 404', async () => {
    const [id, file] = [randomUUID(), '256.webp']
    for (const strange of STRANGE)
      for (const path of [`${strange}/${id}/${file}`, `${id}/${strange}/${file}`, `${id}/${id}/${strange}`])
        expectProblem(await sendBytes('GET', `/api/avatars/${path}`, undefined, {}), 404)
  })

  test('in the address of an attached image is 404', async () => {
    const id = randomUUID()
    for (const strange of STRANGE)
      for (const path of [
        `${strange}/attachments/${id}/original`,
        `${id}/attachments/${strange}/original`,
        `${id}/attachments/${id}/${strange}`,
      ])
        expectProblem(await sendBytes('GET', `/api/rooms/${path}`, undefined, {}), 404)
  })

  test.each([
    '/api/users?query=%',
    '/api/users?query=%E0%A4%A',
    '/api/users?%=1',
    '/api/users?query[a]=b',
    '/api/users?__proto__=x',
  ])('that means nothing in the search %s does no harm', async (target) => {
    expect((await sendBytes('GET', target, undefined, {})).status).toBeLessThan(500)
  })
})

describe('addresses', () => {
  test.each([
    '/',
    '/api',
    '/api/',
    '/api/nothing',
    '/api/rooms/x/y/z',
    '/favicon.ico',
    '/api%2Frooms',
    '//api/rooms',
    '/%',
    '/%E0%A4%A',
    '/../etc/passwd',
    '/api/auth',
    '/ws',
  ])('%s is unknown', async (path) => {
    for (const method of ['GET', 'POST', 'DELETE'])
      expect(expectProblem(await sendBytes(method, path, undefined, {}), 404).code).toBe('request.not_found')
  })

  test.each([
    ['PUT', '/api/rooms', ['GET', 'HEAD', 'POST']],
    ['GET', '/api/auth/login', ['POST']],
    ['DELETE', '/api/users/me', ['GET', 'HEAD', 'PATCH']],
    ['PATCH', '/api/rooms', ['GET', 'HEAD', 'POST']],
    ['PROPFIND', '/api/rooms', ['GET', 'HEAD', 'POST']],
    ['POST', '/healthz', ['GET', 'HEAD']],
  ])('%s %s is the wrong method', async (method, path, allowed) => {
    const answer = await sendBytes(method, path, undefined, {})
    expect(expectProblem(answer, 405).code).toBe('request.method_not_allowed')
    expect(answer.headers.get('allow')?.split(', ').toSorted()).toEqual(allowed)
  })
})

describe('health', () => {
  let database: TcpGate
  let store: TcpGate
  let own: TestApp
  let person: Person

  beforeAll(async () => {
    const { accessKeyId, secretAccessKey, endpoint, ...place } = testStorage()
    store = await openGate(endpoint)
    own = await startTestApp({
      storage: openStorage({
        ...place,
        endpoint: new URL(store.url).origin,
        credentials: { accessKeyId, secretAccessKey },
      }),
      databaseThrough: async (url) => {
        database = await openGate(url)
        return database.url
      },
    })
    person = await own.person()
  })
  afterAll(async () => {
    await own.stop()
    await Promise.all([database.close(), store.close()])
  })

  const at = async (path: string) => (await own.anonymous.raw('GET', path)).status

  test('is told to anyone', async () => {
    expect([await at('/healthz'), await at('/readyz')]).toEqual([200, 200])
  })

  test('without the store: alive, not ready; and ready again with it', async () => {
    store.shut()
    expect(await at('/healthz')).toBe(200)
    const answer = await own.anonymous.raw('GET', '/readyz')
    expect(expectProblem(answer, 503).code).toBe('server.storage_unavailable')
    expect(answer.headers.get('retry-after')).toBe('5')
    store.reopen()
    expect(await at('/readyz')).toBe(200)
  })

  test('without the database: alive, not ready, every request 503; and well again with it', async () => {
    database.shut()
    expect(await at('/healthz')).toBe(200)
    const answers = await Promise.all([
      own.anonymous.raw('GET', '/readyz'),
      person.client.call(catalogue.getMe, {}),
      person.client.call(catalogue.createRoom, { name: 'Room', memberIds: [] }),
      own.anonymous.call(catalogue.login, { username: person.username, password: person.password }),
    ])
    for (const answer of answers) expect(expectProblem(answer, 503).code).toBe('server.database_unavailable')

    database.reopen()
    await expect.poll(() => at('/readyz')).toBe(200)
    expect((await person.client.ok(catalogue.getMe, {})).user).toEqual(person.user)
  })

  test('with a database that takes connections and says nothing, every request is 503, too', async () => {
    database.silence()
    const answers = await Promise.all([
      own.anonymous.raw('GET', '/readyz'),
      person.client.call(catalogue.createRoom, { name: 'Room', memberIds: [] }),
    ])
    for (const answer of answers) expect(expectProblem(answer, 503).code).toBe('server.database_unavailable')
    database.reopen()
    await expect.poll(() => at('/readyz')).toBe(200)
  })

  test('with the pool closed, as while stopping, every request is 503, too', async () => {
    const closed = await startTestApp()
    await closed.db.destroy()
    const client = new Client(closed.url, 'x'.repeat(43))
    expectProblem(await client.raw('GET', '/readyz'), 503)
    expectProblem(await client.call(catalogue.getMe, {}), 503)
    await closed.stop()
  })
})

describe('an unforeseen fault', () => {
  test('is a problem that tells nothing of the inside', async () => {
    const own = await startTestApp()
    const { client } = await own.person()
    await own.db.schema.renameTable('rooms', 'rooms_elsewhere')
    for (const answer of [
      await client.call(catalogue.listRooms, {}),
      await client.call(catalogue.createRoom, { name: 'Room', memberIds: [] }),
    ])
      expect(expectProblem(answer, 500).code).toBe('server.internal')
    await own.stop()
  })
})

/** Whether a value can be written in an address, and says there what it is: not an object, a list of one, or nothing. */
const fitsAnAddress = (value: unknown): boolean =>
  typeof value === 'object' && value !== null
    ? Array.isArray(value) && value.length > 1
    : value !== '' && String(value).length < 10_000

/** The input without what is in the path. */
const strip = (input: Record<string, unknown>, { path }: Endpoint): Record<string, unknown> =>
  Object.fromEntries(Object.entries(input).filter(([field]) => !path.includes(`:${field}`)))

const bodyOf = (name: EndpointName, input: Record<string, unknown>): string | undefined =>
  withBody.includes(name) ? JSON.stringify(strip(input, catalogue[name])) : undefined

const place = ({ path }: Endpoint, input: Record<string, unknown>, field: string, value: unknown): string =>
  path.replace(/:(\w+)/g, (_, each: string) => encode(each === field ? value : input[each]))

function search(target: string, field: string, value: unknown): string {
  const [path, query] = target.split('?', 2)
  const fields = new URLSearchParams(query)
  fields.delete(field)
  for (const each of Array.isArray(value) && value.length > 0 ? value : [value])
    fields.append(field, String(each))
  return `${path}?${fields}`
}

/** As JavaScript's own, but for halves of characters, which no address can hold. */
const encode = (value: unknown): string =>
  encodeURIComponent(String(value).replace(/\p{Surrogate}/gu, '\ufffd'))
