import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { clientFrame, serverFrame } from '../../api/contract/events.ts'
import { problem } from '../../api/contract/errors.ts'
import { asProblem, Client } from '../support/client.ts'
import { openRoom, say } from '../support/chat.ts'
import { Listener } from '../support/listener.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

const TOKEN = 'a-token-for-prometheus'
let app: TestApp

beforeAll(async () => {
  app = await startTestApp({ metricsToken: TOKEN })
})
afterAll(() => app.stop())

/** The metrics' lines, each as its name with labels, and its value. */
async function measure(): Promise<Map<string, number>> {
  const { status, body } = await new Client(app.url, TOKEN).raw('GET', '/metrics')
  expect(status).toBe(200)
  const lines = String(body)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => [
      line.slice(0, line.lastIndexOf(' ')),
      Number(line.slice(line.lastIndexOf(' ') + 1)),
    ]),
  )
}

describe('the metrics', () => {
  test('are for whoever shows the token, and there for nobody where none is set', async () => {
    expect(asProblem(await app.anonymous.raw('GET', '/metrics')).code).toBe('session.unauthenticated')
    const { client } = await app.person()
    expect((await client.raw('GET', '/metrics')).status).toBe(401)
    const bare = await startTestApp()
    try {
      expect((await new Client(bare.url, TOKEN).raw('GET', '/metrics')).status).toBe(404)
    } finally {
      await bare.stop()
    }
  })

  test.each(['abcdefghijklmnop', 'c2l4dGVlbi1jaGFyYWN0ZXJz+/==', `~${'x.'.repeat(200)}!`])(
    'are for whoever shows any token that may be set, and for nobody who shows another: %s',
    async (token) => {
      const at = await startTestApp({ metricsToken: token })
      try {
        expect((await new Client(at.url, token).raw('GET', '/metrics')).status).toBe(200)
        for (const wrong of [token.slice(1), `${token}x`, token.toUpperCase()])
          expect((await new Client(at.url, wrong).raw('GET', '/metrics')).status).toBe(401)
      } finally {
        await at.stop()
      }
    },
  )

  test('count requests by pattern, sockets, deliveries, refusals, queues and the pool', async () => {
    const ada = await app.person('Ada')
    const grace = await app.person('Grace')
    const room = await openRoom(ada, grace)
    const before = await measure()
    const listener = await Listener.connect(app.url, grace.token)
    await say(ada, room.id)
    await listener.next('message:created', () => true)
    await ada.client.raw('GET', '/api/rooms/not-an-id')
    await app.anonymous.raw('GET', '/made/up/path')
    const after = await measure()

    const grown = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0)
    const answered = (method: string, route: string, status: number) =>
      grown(
        `medallion_http_request_duration_seconds_count{method="${method}",route="${route}",status="${status}"}`,
      )
    expect(answered('POST', '/api/rooms/:id/messages', 201)).toBe(1)
    expect(answered('GET', 'none', 404)).toBe(1)
    expect(grown('medallion_problems_total{code="request.not_found"}')).toBe(1)
    expect(grown('medallion_problems_total{code="request.invalid"}')).toBe(1)
    expect(grown('medallion_socket_connections')).toBe(1)
    expect(grown('medallion_deliveries_total')).toBeGreaterThanOrEqual(2)
    expect(grown('medallion_events_told_total')).toBeGreaterThanOrEqual(1)
    for (const name of [
      'medallion_queue_depth{queue="event_outbox"}',
      'medallion_queue_depth{queue="object_deletions"}',
      'medallion_database_pool{state="used"}',
      'process_resident_memory_bytes',
    ])
      expect(after.has(name), name).toBe(true)
    expect([...after.keys()].join('\n')).not.toMatch(/made|[0-9a-f]{8}-[0-9a-f]{4}-/)

    await listener.close()
    await expect
      .poll(async () => (await measure()).get('medallion_socket_connections'))
      .toBe(before.get('medallion_socket_connections'))
  })
})

/** Sends bytes as they are, and gives what comes back until the server closes. */
const exchange = (bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(app.url)
    let answer = ''
    const socket = connect(Number(port), hostname, () => socket.write(bytes))
    socket
      .setEncoding('utf8')
      .on('data', (data) => {
        answer += String(data)
      })
      .on('close', () => resolve(answer))
      .on('error', reject)
  })

describe('what never becomes a request', () => {
  test.each([
    ['no HTTP', 'NONSENSE\r\n\r\n', 400, 'request.invalid'],
    [
      'headers without end',
      `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      'request.headers_too_large',
    ],
    [
      'an upgrade elsewhere',
      'GET /api/rooms HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n',
      404,
      'request.not_found',
    ],
    [
      'an upgrade without a token',
      'GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
      401,
      'session.unauthenticated',
    ],
  ])('is answered as a problem: %s', async (_, bytes, status, code) => {
    const [head = '', body = ''] = (await exchange(bytes)).split('\r\n\r\n')
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(head).toMatch(/^content-type: application\/problem\+json$/im)
    const told = problem.parse(JSON.parse(body))
    expect(told).toMatchObject({ status, code })
    expect(head).toContain(told.requestId)
  })
})

describe('the description of the socket', () => {
  test('has every frame of the contract, each way, and names no message that is not there', async () => {
    const { body } = await app.anonymous.raw('GET', '/api/asyncapi.json')
    const { channels, operations } = z
      .looseObject({
        asyncapi: z.literal('3.0.0'),
        channels: z.object({
          socket: z.looseObject({
            messages: z.record(z.string(), z.object({ name: z.string(), payload: z.looseObject({}) })),
          }),
        }),
        operations: z.record(
          z.string(),
          z.object({
            action: z.string(),
            channel: z.unknown(),
            messages: z.array(z.object({ $ref: z.string() })),
          }),
        ),
      })
      .parse(body)
    const { messages } = channels.socket
    const namesOf = (name: string) =>
      operations[name]?.messages.map(({ $ref }) => messages[$ref.split('/').at(-1) ?? '']?.name)
    expect(namesOf('tell')).toEqual(serverFrame.options.map(({ shape }) => shape.type.value))
    expect(namesOf('hear')).toEqual(clientFrame.options.map(({ shape }) => shape.type.value))
    expect(messages['message.created']?.payload).toMatchObject({
      required: expect.arrayContaining(['cursor', 'data']),
    })
  })
})
