import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { sessionEndpoints } from '../../../api/contract/session.ts'
import { openRoom } from '../../support/chat.ts'
import { Listener } from '../../support/listener.ts'
import { startTestApp } from '../../support/test-app.ts'
import { startTcpServer } from './local-server.ts'
import { account, createSocket, hello, online, presence, startSocketServer, USER } from './socket-server.ts'

describe('a connection', () => {
  test('is online with the hello, for the account’s token', async () => {
    const server = await startSocketServer()
    server.settings.hello = false
    const { socket, use, states, until } = createSocket()
    expect(socket.state).toEqual({ status: 'offline' })

    use(account(server.url))
    const link = await server.link(0)
    expect(link.request.url).toBe('/ws')
    expect(link.token).toBe('Bearer token-a')
    expect(socket.state).toEqual({ status: 'connecting' })

    link.send(hello)
    await until(online(1))
    expect(states).toEqual([{ status: 'connecting' }, online(1)])
  })

  test('of an API under a path is there', async () => {
    const server = await startSocketServer()
    const { use } = createSocket()
    use(account(`${server.url}/base`))
    expect((await server.link(0)).request.url).toBe('/base/ws')
  })

  test('tells events in their order', async () => {
    const server = await startSocketServer()
    const { use, events } = createSocket()
    use(account(server.url))
    const link = await server.link(0)
    const sent = Array.from({ length: 50 }, () => presence())
    link.send(...sent)
    await vi.waitFor(() => expect(events).toEqual(sent))
  })

  test('survives what it does not understand, and logs none of its content', async () => {
    const server = await startSocketServer()
    const { socket, use, events, lines, until } = createSocket()
    use(account(server.url))
    const link = await server.link(0)
    link.send(
      { type: 'reaction:added', cursor: '2', data: { text: 'private words' } },
      { type: 'presence:changed', data: { userId: 'private words', status: 'online' } },
      { data: 'private words' },
      '{"type":"private words',
      'null',
      '',
      { type: 'error', data: { code: 'socket.malformed' } },
      { type: 'pong' },
    )
    link.socket.send(Buffer.from([0xff, 0x00, 0xfe]))
    const last = presence()
    link.send(last)
    await vi.waitFor(() => expect(events).toEqual([last]))
    expect(socket.state).toEqual(online(1))
    expect(lines).toHaveLength(8)
    expect(lines.join('\n')).toContain('reaction:added')
    expect(lines.join('\n')).toContain('socket.malformed')
    expect(lines.join('\n')).not.toContain('private words')
    await until(online(1))
  })

  test('of a protocol that it does not know does not come online', async () => {
    const server = await startSocketServer()
    server.settings.hello = false
    const { socket, use, lines } = createSocket()
    use(account(server.url))
    ;(await server.link(0)).send({ ...hello, data: { ...hello.data, protocol: 2 } })
    await vi.waitFor(() => expect(lines).toHaveLength(1))
    expect(socket.state).toEqual({ status: 'connecting' })
  })

  test('for the same account again stays', async () => {
    const server = await startSocketServer()
    const { socket, use, states, until } = createSocket()
    use(account(server.url))
    await until(online(1))
    socket.use(account(server.url))
    expect(states).toHaveLength(2)
    expect(server.links).toHaveLength(1)
  })
})

describe('whoever listens', () => {
  const news = (cursor: number) => ({
    type: 'room:read',
    cursor: String(cursor),
    data: { roomId: USER, seq: cursor },
  })
  const greeting = (replay: string, cursor: string) => ({ ...hello, data: { ...hello.data, replay, cursor } })

  test('is waited for: until then there is no connection, and another account’s is none', async () => {
    const server = await startSocketServer()
    const { socket, states, until } = createSocket()
    socket.use(account(server.url))
    expect(states).toEqual([])
    socket.listen(null)
    await until(online(1))
    socket.use(account(server.url, 'token-b'))
    expect(socket.state).toEqual({ status: 'offline' })
    await (await server.link(0)).closed()
    expect(server.links).toHaveLength(1)
  })

  test('hears what has happened since the cursor, and where that ends', async () => {
    const server = await startSocketServer()
    server.settings.hello = false
    const { socket, events, reached } = createSocket()
    socket.use(account(server.url))
    socket.listen('7')
    const link = await server.link(0)
    expect(link.request.url).toBe('/ws?cursor=7')
    link.send(greeting('complete', '10'), news(8), news(9))
    await vi.waitFor(() => expect(reached).toEqual(['10']))
    expect(events).toEqual([news(8), news(9)])
    expect(socket.state).toEqual({ status: 'online', connected: 1, replay: 'complete', cursor: '10' })
  })

  test('hears no end before everything has come, and begins the next time where it was', async () => {
    const server = await startSocketServer()
    server.settings.hello = false
    const { socket, events, reached } = createSocket()
    socket.use(account(server.url))
    socket.listen('7')
    const link = await server.link(0)
    link.answersPings = false
    link.send(greeting('complete', '10'), news(8))
    await vi.waitFor(() => expect(events).toEqual([news(8)]))
    link.socket.terminate()
    expect((await server.link(1)).request.url).toBe('/ws?cursor=8')
    expect(reached).toEqual([])
  })

  test('whom the server cannot tell everything any more begins where the greeting says', async () => {
    const server = await startSocketServer()
    server.settings.hello = false
    const { socket } = createSocket()
    socket.use(account(server.url))
    socket.listen('7')
    const link = await server.link(0)
    link.send(greeting('resync', '900'))
    await vi.waitFor(() => expect(socket.state).toMatchObject({ replay: 'resync', cursor: '900' }))
    link.socket.terminate()
    expect((await server.link(1)).request.url).toBe('/ws?cursor=900')
  })
})

describe('frames', () => {
  const typing = { type: 'typing', data: { roomId: USER, typing: true } } as const

  test('are sent only while the link is open', async () => {
    const server = await startSocketServer()
    const { socket, use, until } = createSocket()
    socket.send(typing)
    use(account(server.url))
    socket.send({ ...typing, data: { ...typing.data, typing: false } })
    await until(online(1))
    socket.send(typing)
    const link = await server.link(0)
    await vi.waitFor(() => expect(link.received).toHaveLength(1))
    expect(link.received).toEqual([typing])
    socket.use(null)
    socket.send(typing)
    await link.closed()
    expect(link.received).toHaveLength(1)
  })
})

describe('a session that has ended', () => {
  test('is doubted when the handshake is refused with 401, which a proxy may say, too; it comes back by itself', async () => {
    const server = await startSocketServer()
    server.settings.refuse = 401
    const { use, revoked, doubted, until } = createSocket()
    use(account(server.url))
    await vi.waitFor(() => expect(doubted).toEqual([account(server.url)]))
    server.settings.refuse = null
    await until(online(1))
    expect(revoked).toEqual([])
  })

  test('is told when the server closes with 4001', async () => {
    const server = await startSocketServer()
    const { socket, use, revoked, states, until } = createSocket()
    socket.on('revoked', () => socket.use(null))
    use(account(server.url))
    await until(online(1))
    ;(await server.link(0)).socket.close(4001, 'session ended')
    await vi.waitFor(() => expect(revoked).toEqual([account(server.url)]))
    expect(states.at(-1)).toEqual({ status: 'offline' })
  })

  test.each([401, 4001])('with %d may be followed at once by another account', async (code) => {
    const server = await startSocketServer()
    if (code === 401) server.settings.refuse = code
    const { socket, use, revoked, doubted, until } = createSocket()
    socket.on(code === 401 ? 'doubted' : 'revoked', () => {
      server.settings.refuse = null
      use(account(server.url, 'token-b'))
    })
    use(account(server.url))
    if (code === 4001) (await server.link(0)).socket.close(code)
    await vi.waitFor(() => expect(server.links.at(-1)?.token).toBe('Bearer token-b'))
    await until(online(code === 401 ? 1 : 2))
    expect([...revoked, ...doubted]).toHaveLength(1)
  })
})

describe('an earlier account', () => {
  test('never delivers into the next one’s connection', async () => {
    const first = await startSocketServer()
    const second = await startSocketServer()
    const { use, events, revoked, states, until } = createSocket()
    use(account(first.url))
    await until(online(1))
    const link = await first.link(0)

    // On its way when the account changes: both in the same turn.
    link.send(hello, presence())
    link.socket.close(4001)
    use(account(second.url, 'token-b'))
    await until(online(2))
    await link.closed()
    const news = presence()
    ;(await second.link(0)).send(news)

    await vi.waitFor(() => expect(events).toEqual([news]))
    expect(revoked).toEqual([])
    expect(states).toEqual([
      { status: 'connecting' },
      online(1),
      { status: 'offline' },
      { status: 'connecting' },
      online(2),
    ])
  })

  test('whose handshake is refused late ends no session', async () => {
    const server = await startSocketServer()
    const { socket, use, doubted, until } = createSocket()
    let refuse = (): void => {}
    const slow = await startTcpServer((tcp) => {
      refuse = () => tcp.end('HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n')
    })
    use(account(slow.url))
    use(account(server.url, 'token-b'))
    await until(online(1))
    refuse()
    socket.reconnect()
    await until(online(2))
    expect(doubted).toEqual([])
  })
})

test('with the real API: online, typing is heard, and signed out elsewhere is revoked', async () => {
  const app = await startTestApp()
  onTestFinished(() => app.stop())
  const [ada, grace] = [await app.person('Ada'), await app.person('Grace')]
  const room = await openRoom(ada, grace)
  const listener = await Listener.connect(app.url, grace.token)
  const { socket, use, events, revoked, doubted } = createSocket()
  socket.on('revoked', () => socket.use(null))
  use({ server: app.url, token: ada.token })
  await vi.waitFor(() => expect(socket.state.status).toBe('online'))

  socket.send({ type: 'typing', data: { roomId: room.id, typing: true } })
  expect(await listener.next('typing:changed')).toMatchObject({ data: { userId: ada.user.id, typing: true } })
  await grace.client.ok(sessionEndpoints.updateMe, { displayName: 'Grace Hopper' })
  await vi.waitFor(() =>
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'user:updated',
        data: { user: { ...grace.user, displayName: 'Grace Hopper' } },
      }),
    ),
  )

  await ada.client.ok(sessionEndpoints.logout, {})
  await vi.waitFor(() => expect(revoked).toEqual([{ server: app.url, token: ada.token }]))
  use({ server: app.url, token: ada.token })
  await vi.waitFor(() => expect(doubted).toEqual([{ server: app.url, token: ada.token }]))
  await listener.close()
})
