import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { chatEndpoints } from '../../../api/contract/chat.ts'
import { sessionEndpoints } from '../../../api/contract/session.ts'
import { callApi, failed } from '../../../desktop/main/api-client.ts'
import { always, json, NOWHERE, startServer, startTcpServer } from './local-server.ts'
import { NETWORK, sampleProblem, sampleUser } from './samples.ts'

const ROOM = '00000000-0000-4000-8000-000000000001'

test('a GET carries path, query and token, and no body', async () => {
  const api = await startServer(json(200, { messages: [], hasMore: false }))

  const answer = await callApi(NETWORK, { server: api.url, token: 'secret' }, chatEndpoints.listMessages, {
    id: ROOM,
    before: 7,
    limit: 20,
  })

  expect(answer).toEqual({ ok: true, value: { messages: [], hasMore: false } })
  const [request] = api.requests
  expect(request).toMatchObject({ method: 'GET', url: `/api/rooms/${ROOM}/messages?before=7&limit=20` })
  expect(request?.headers).toMatchObject({ authorization: 'Bearer secret', accept: 'application/json' })
  expect(request?.headers).not.toHaveProperty('content-type')
})

test('a search is escaped in the query', async () => {
  const api = await startServer(json(200, { users: [], nextCursor: null }))
  await callApi(NETWORK, { server: api.url, token: 't' }, sessionEndpoints.listUsers, {
    query: 'a&limit=9 ü/?',
  })
  expect(new URL(api.requests[0]?.url ?? '', api.url).searchParams.get('query')).toBe('a&limit=9 ü/?')
})

test('a POST carries its JSON; without a token, no authorization', async () => {
  const user = sampleUser()
  let body: unknown
  const api = await startServer(async (request, response) => {
    body = JSON.parse(await text(request))
    json(200, { token: 'new', user })(request, response)
  })

  const input = { username: 'ada', password: 'ünïcödé' }
  const answer = await callApi(NETWORK, { server: api.url, token: null }, sessionEndpoints.login, input)

  expect(answer).toEqual({ ok: true, value: { token: 'new', user } })
  expect(body).toEqual(input)
  expect(api.requests[0]?.headers).toMatchObject({ 'content-type': 'application/json' })
  expect(api.requests[0]?.headers).not.toHaveProperty('authorization')
})

test('an API under a path is asked there', async () => {
  const api = await startServer(json(200, { user: sampleUser() }))
  await callApi(NETWORK, { server: `${api.url}/base`, token: 't' }, sessionEndpoints.getMe, {})
  expect(api.requests[0]?.url).toBe('/base/api/users/me')
})

test('204 is a success without a value', async () => {
  const api = await startServer(always(204))
  const answer = await callApi(NETWORK, { server: api.url, token: 't' }, sessionEndpoints.logout, {})
  expect(answer).toEqual({ ok: true, value: undefined })
})

test('what the contract does not know is left out of the answer', async () => {
  const user = sampleUser()
  const api = await startServer(json(200, { user: { ...user, shoeSize: 42 }, more: true }))
  const answer = await callApi(NETWORK, { server: api.url, token: 't' }, sessionEndpoints.getMe, {})
  expect(answer).toEqual({ ok: true, value: { user } })
})

test('a problem becomes a failure with code, detail and request id', async () => {
  const problem = sampleProblem(409, 'session.username_taken')
  const api = await startServer(
    always(409, { 'content-type': 'application/problem+json' }, JSON.stringify(problem)),
  )
  const answer = await callApi(NETWORK, { server: api.url, token: 't' }, sessionEndpoints.getMe, {})
  expect(answer).toEqual({
    ok: false,
    error: { code: 'session.username_taken', detail: problem.detail, requestId: 'request-7' },
  })
})

test('a code that only a newer server knows keeps that server’s sentence', async () => {
  const newer = {
    type: 'urn:x',
    title: 'New',
    status: 409,
    code: 'chat.newer',
    detail: 'Too new for you.',
    requestId: 'r',
  }
  const api = await startServer(json(409, newer))
  const answer = await callApi(NETWORK, { server: api.url, token: 't' }, sessionEndpoints.getMe, {})
  expect(answer).toEqual({
    ok: false,
    error: { code: 'desktop.bad_answer', detail: 'Too new for you.', requestId: 'r' },
  })
})

test.each([
  ['a page of some other server', always(404, { 'content-type': 'text/html' }, '<h1>Not found</h1>')],
  ['JSON that is no problem', json(500, { message: 'broken' })],
  ['an empty answer', always(502)],
])('a failure as %s is not Medallion', async (_, listener) => {
  const api = await startServer(listener)
  const answer = await callApi(NETWORK, { server: api.url, token: 't' }, sessionEndpoints.getMe, {})
  expect(answer).toMatchObject({ ok: false, error: { code: 'desktop.not_medallion' } })
})

test.each([
  ['a page, as of a café’s network', always(200, { 'content-type': 'text/html' }, '<h1>Welcome</h1>')],
  ['JSON of another shape', json(200, { user: { id: 'not a UUID' } })],
  ['broken JSON', always(200, { 'content-type': 'application/json' }, '{"user":')],
  ['nothing', always(204)],
])('a success with %s is a bad answer', async (_, listener) => {
  const api = await startServer(listener)
  const answer = await callApi(NETWORK, { server: api.url, token: 't' }, sessionEndpoints.getMe, {})
  expect(answer).toEqual(
    failed('desktop.bad_answer', 'The answer to GET /api/users/me is not what was expected.'),
  )
})

test('a server that is away is unreachable, with the reason', async () => {
  const answer = await callApi(NETWORK, { server: NOWHERE, token: 't' }, sessionEndpoints.getMe, {})
  expect(answer).toMatchObject({ ok: false, error: { code: 'desktop.server_unreachable' } })
  expect(answer).toHaveProperty('error.detail', expect.stringContaining(NOWHERE))
})

test('a server that is silent is given up in time', async () => {
  const { url } = await startTcpServer(() => {})
  const answer = await callApi(
    NETWORK,
    { server: url, token: 't' },
    sessionEndpoints.getMe,
    {},
    { timeoutMs: 100 },
  )
  expect(answer).toMatchObject({ ok: false, error: { code: 'desktop.server_unreachable' } })
})

test('an answer that breaks off, or never ends, counts as none', async () => {
  const breaking = await startServer((_request, response) => {
    response.writeHead(200, { 'content-length': '1000' }).write('{"user":')
    setImmediate(() => response.destroy())
  })
  const endless = await startServer((_request, response) => {
    response.writeHead(200).write('{"user":')
  })
  for (const { url } of [breaking, endless]) {
    const answer = await callApi(
      NETWORK,
      { server: url, token: 't' },
      sessionEndpoints.getMe,
      {},
      { timeoutMs: 300 },
    )
    expect(answer).toMatchObject({ ok: false, error: { code: 'desktop.server_unreachable' } })
  }
})

test.each([
  ['in seconds', () => '120', 120],
  ['as a date', () => new Date(Date.now() + 90_000).toUTCString(), 90],
  ['in the past', () => new Date(0).toUTCString(), 0],
])('a refusal that says when to come back says so here: %s', async (_, header, expected) => {
  const problem = sampleProblem(429, 'avatar.too_many_changes')
  const api = await startServer((request, response) =>
    always(429, { 'retry-after': header() }, JSON.stringify(problem))(request, response),
  )
  const answer = await callApi(NETWORK, { server: api.url, token: 't' }, sessionEndpoints.getMe, {})
  expect(answer).toMatchObject({ ok: false, error: { code: 'avatar.too_many_changes' } })
  if (answer.ok) return
  // Times in headers have no fractions of a second.
  expect(Math.abs((answer.error.retryAfter ?? -1) - expected)).toBeLessThanOrEqual(1)
})

test('so does what is not Medallion; nonsense says nothing', async () => {
  for (const [header, expected] of [
    ['7', 7],
    ['soon', undefined],
  ] as const) {
    const api = await startServer(always(503, { 'retry-after': header }, 'Busy'))
    const answer = await callApi(NETWORK, { server: api.url, token: 't' }, sessionEndpoints.getMe, {})
    expect(answer).toMatchObject({ ok: false, error: { code: 'desktop.not_medallion' } })
    expect(answer.ok ? null : answer.error.retryAfter).toBe(expected)
  }
})

test('a machine without a network says so, whatever else the network says', async () => {
  const offline = { fetch, isOnline: () => false }
  const answer = await callApi(offline, { server: NOWHERE, token: 't' }, sessionEndpoints.getMe, {})
  expect(answer).toMatchObject({ ok: false, error: { code: 'desktop.offline' } })
})

test.each([
  Object.assign(new Error('no way'), { code: 'ENETUNREACH' }),
  new Error('net::ERR_INTERNET_DISCONNECTED'),
])('the network’s own word that there is none is believed: %s', async (cause) => {
  const network = {
    fetch: () => Promise.reject(new TypeError('fetch failed', { cause })),
    isOnline: () => true,
  }
  const answer = await callApi(network, { server: NOWHERE, token: 't' }, sessionEndpoints.getMe, {})
  expect(answer).toMatchObject({ ok: false, error: { code: 'desktop.offline' } })
})

test('a redirect is refused, and the token goes nowhere else', async () => {
  const elsewhere = await startServer(json(200, { user: sampleUser() }))
  const api = await startServer(always(307, { location: `${elsewhere.url}/api/users/me` }))
  const answer = await callApi(NETWORK, { server: api.url, token: 'secret' }, sessionEndpoints.getMe, {})
  expect(answer).toMatchObject({ ok: false, error: { code: 'desktop.server_unreachable' } })
  expect(elsewhere.requests).toHaveLength(0)
})

test('no failure tells the token', async () => {
  const silent = await startTcpServer((socket) => socket.destroy())
  for (const server of [silent.url, NOWHERE]) {
    const answer = await callApi(NETWORK, { server, token: 'top-secret' }, sessionEndpoints.getMe, {})
    expect(JSON.stringify(answer)).not.toContain('top-secret')
  }
})
