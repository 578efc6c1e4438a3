import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import WebSocket from 'ws'
import { NOWHERE, startTcpServer } from './local-server.ts'
import { PING_EVERY_MS, PONG_MS } from '../../../desktop/main/socket.ts'
import { account, createSocket, online, presence, startSocketServer, type Link } from './socket-server.ts'

/** Stops the clock of the program, and lets chance give the longest waits; the network stays real. */
function fakeClock(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  vi.spyOn(Math, 'random').mockReturnValue(0.999_999)
}
/** Waits for something of the real network while the clock of the program stands. */
async function untilReal(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 5_000
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`This did not come true: ${condition.toString()}`)
    await new Promise(setImmediate)
  }
}

/** Waits until the last link's answer to the first ping has come: events come in their order. */
async function proved(links: Link[], events: unknown[]): Promise<void> {
  await untilReal(() => links.at(-1)?.pings === 1)
  links.at(-1)?.send(presence())
  await untilReal(() => events.length === 1)
}

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('coming back', () => {
  test('after each close, counting the connections', async () => {
    const server = await startSocketServer()
    const { use, states, until } = createSocket()
    use(account(server.url))
    for (const [index, close] of [
      (link: Link) => link.socket.close(1001, 'going away'),
      (link: Link) => link.socket.terminate(),
      (link: Link) => link.socket.close(1011),
    ].entries()) {
      await until(online(index + 1))
      close(await server.link(index))
      await vi.waitFor(() => expect(states.at(-1)).not.toEqual(online(index + 1)))
    }
    await until(online(4))
    const once = [{ status: 'connecting' }, expect.objectContaining({ status: 'online' })]
    expect(states).toEqual([...once, ...[2, 3, 4].flatMap(() => [{ status: 'offline' }, ...once])])
  })

  test.each([503, 404, 302, 200])(
    'after a handshake refused with %d; nobody is signed out by it',
    async (status) => {
      const server = await startSocketServer()
      server.settings.refuse = status
      const { use, revoked, until } = createSocket()
      use(account(server.url))
      await until({ status: 'offline' })
      server.settings.refuse = null
      await until(online(1))
      expect(revoked).toEqual([])
    },
  )

  test('takes longer each time up to 15 s, and starts anew once a link has delivered', async () => {
    const server = await startSocketServer()
    server.settings.refuse = 503
    fakeClock()
    const { socket, use, events } = createSocket()
    use(account(server.url))
    let attempts = 0
    for (const wait of [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]) {
      attempts += 1
      await untilReal(() => server.attempts() === attempts && socket.state.status === 'offline')
      vi.advanceTimersByTime(wait - 10)
      expect(socket.state).toEqual({ status: 'offline' })
      vi.advanceTimersByTime(10)
      expect(socket.state).toEqual({ status: 'connecting' })
    }
    await untilReal(() => socket.state.status === 'offline')
    server.settings.refuse = null
    vi.advanceTimersByTime(15_000)
    await proved(server.links, events)
    server.links[0]?.socket.terminate()
    await untilReal(() => socket.state.status === 'offline')
    vi.advanceTimersByTime(500)
    expect(socket.state).toEqual({ status: 'connecting' })
  })

  test.each([1008, 1013])('takes up to 15 s after %d, by which the server asks for less', async (code) => {
    const server = await startSocketServer()
    fakeClock()
    const { socket, use, events } = createSocket()
    use(account(server.url))
    await proved(server.links, events)
    server.links[0]?.socket.close(code)
    await untilReal(() => socket.state.status === 'offline')
    vi.advanceTimersByTime(14_990)
    expect(socket.state).toEqual({ status: 'offline' })
    vi.advanceTimersByTime(10)
    await untilReal(() => socket.state.status === 'online')
    events.length = 0
    await proved(server.links, events)
    server.links[1]?.socket.close(1011)
    await untilReal(() => socket.state.status === 'offline')
    vi.advanceTimersByTime(500)
    expect(socket.state).toEqual({ status: 'connecting' })
  })

  test('waits a part of that time that chance decides', async () => {
    const server = await startSocketServer()
    server.settings.refuse = 503
    fakeClock()
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    const { socket, use } = createSocket()
    use(account(server.url))
    await untilReal(() => socket.state.status === 'offline')
    vi.advanceTimersByTime(249)
    expect(socket.state).toEqual({ status: 'offline' })
    vi.advanceTimersByTime(1)
    expect(socket.state).toEqual({ status: 'connecting' })
  })

  test.each(['reconnect', 'another account'])('%s begins with short waits again', async (how) => {
    const server = await startSocketServer()
    server.settings.refuse = 503
    fakeClock()
    const { socket, use } = createSocket()
    use(account(server.url))
    for (let attempt = 1; attempt < 5; attempt += 1) {
      await untilReal(() => server.attempts() === attempt && socket.state.status === 'offline')
      vi.advanceTimersByTime(15_000)
    }
    if (how === 'reconnect') socket.reconnect()
    else use(account(server.url, 'token-b'))
    expect(socket.state).toEqual({ status: 'connecting' })
    await untilReal(() => socket.state.status === 'offline')
    vi.advanceTimersByTime(500)
    expect(socket.state).toEqual({ status: 'connecting' })
  })

  test('from a server that is away altogether', async () => {
    fakeClock()
    const { socket, use, lines } = createSocket()
    use(account(NOWHERE))
    await untilReal(() => socket.state.status === 'offline')
    expect(lines.join('\n')).toContain('ECONNREFUSED')
    vi.advanceTimersByTime(500)
    expect(socket.state).toEqual({ status: 'connecting' })
    await untilReal(() => socket.state.status === 'offline')
  })

  test('at once when asked, dropping a link that may be dead', async () => {
    const server = await startSocketServer()
    const { socket, use, until } = createSocket()
    use(account(server.url))
    await until(online(1))
    socket.reconnect()
    expect(socket.state).toEqual({ status: 'connecting' })
    await until(online(2))
    await (await server.link(0)).closed()
    expect(server.links).toHaveLength(2)
  })

  test('at once instead of waiting, and only once', async () => {
    const server = await startSocketServer()
    server.settings.refuse = 503
    fakeClock()
    const { socket, use } = createSocket()
    use(account(server.url))
    await untilReal(() => socket.state.status === 'offline')
    server.settings.refuse = null
    socket.reconnect()
    await untilReal(() => socket.state.status === 'online')
    // The wait that was given up was the only other timer; the one left watches for silence.
    expect(vi.getTimerCount()).toBe(1)
    expect(server.attempts()).toBe(2)
  })

  test('not for nobody', () => {
    const { socket, states } = createSocket()
    socket.reconnect()
    expect(states).toEqual([])
  })
})

describe('a link that is open', () => {
  beforeEach(fakeClock)

  test('and does not answer is dead after 5 s', async () => {
    const server = await startSocketServer()
    const { socket, use, events, lines } = createSocket()
    use(account(server.url))
    await proved(server.links, events)
    const [link] = server.links
    if (link) link.answersPings = false
    vi.advanceTimersByTime(PING_EVERY_MS)
    await untilReal(() => link?.pings === 2)
    vi.advanceTimersByTime(PONG_MS - 1)
    expect(link?.socket.readyState).toBe(WebSocket.OPEN)
    vi.advanceTimersByTime(1)
    await untilReal(() => socket.state.status === 'offline')
    expect(lines.join('\n')).toContain('nothing came for 5 s')
    vi.advanceTimersByTime(500)
    await untilReal(() => socket.state.status === 'online')
    expect(socket.state).toEqual(online(2))
  })

  test('and answers stays, however long', async () => {
    const server = await startSocketServer()
    const { socket, use, events } = createSocket()
    use(account(server.url))
    await proved(server.links, events)
    for (let pings = 2; pings < 6; pings += 1) {
      vi.advanceTimersByTime(PING_EVERY_MS)
      await untilReal(() => server.links[0]?.pings === pings)
      server.links[0]?.send(presence())
      await untilReal(() => events.length === pings)
    }
    expect(socket.state).toEqual(online(1))
    expect(server.attempts()).toBe(1)
  })

  test('and tells much before it answers stays', async () => {
    const server = await startSocketServer()
    const { socket, use, events } = createSocket()
    use(account(server.url))
    await proved(server.links, events)
    const [link] = server.links
    if (link) link.answersPings = false
    vi.advanceTimersByTime(PING_EVERY_MS)
    for (let told = 2; told < 6; told += 1) {
      vi.advanceTimersByTime(PONG_MS - 1)
      link?.send(presence())
      await untilReal(() => events.length === told)
    }
    expect(socket.state).toEqual(online(1))
  })

  test('but never greets is given up after 10 s', async () => {
    const server = await startSocketServer()
    server.settings.hello = false
    const { socket, use } = createSocket()
    use(account(server.url))
    await untilReal(() => server.links.length === 1)
    // The open link has been seen here as well once the handshake's own timer is gone.
    await untilReal(() => vi.getTimerCount() === 1)
    vi.advanceTimersByTime(10_000)
    await untilReal(() => socket.state.status === 'offline')
  })

  test('is made sure of at once when asked, and not twice', async () => {
    const server = await startSocketServer()
    const { socket, use, events } = createSocket()
    use(account(server.url))
    await proved(server.links, events)
    const [link] = server.links
    if (link) link.answersPings = false
    socket.wake()
    socket.wake()
    await untilReal(() => link?.pings === 2)
    vi.advanceTimersByTime(PONG_MS)
    await untilReal(() => socket.state.status === 'offline')
    expect(link?.pings).toBe(2)
    socket.wake()
    expect(socket.state).toEqual({ status: 'connecting' })
  })
})

describe('nobody', () => {
  test('has no connection, and none is tried again', async () => {
    const server = await startSocketServer()
    fakeClock()
    const { socket, use, states } = createSocket()
    use(account(server.url))
    await untilReal(() => socket.state.status === 'online')
    expect(vi.getTimerCount()).toBe(1)
    socket.use(null)
    expect(states.at(-1)).toEqual({ status: 'offline' })
    await untilReal(() => server.links[0]?.socket.readyState === WebSocket.CLOSED)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('leaves no timer behind while waiting to try again, nor while connecting', async () => {
    const server = await startSocketServer()
    server.settings.refuse = 503
    fakeClock()
    const { socket, use } = createSocket()
    use(account(server.url))
    await untilReal(() => socket.state.status === 'offline')
    socket.use(null)
    expect(vi.getTimerCount()).toBe(0)

    const silent = await startTcpServer(() => {})
    use(account(silent.url))
    socket.use(null)
    vi.advanceTimersByTime(60_000)
    expect(vi.getTimerCount()).toBe(0)
    expect(socket.state).toEqual({ status: 'offline' })
    expect(server.attempts()).toBe(1)
  })
})

test('a server that takes the connection but never answers does not hold up the next', async () => {
  let connections = 0
  const silent = await startTcpServer(() => {
    connections += 1
  })
  const server = await startSocketServer()
  const { socket, use, until } = createSocket()
  use(account(silent.url))
  await vi.waitFor(() => expect(connections).toBe(1))
  socket.reconnect()
  await vi.waitFor(() => expect(connections).toBe(2))
  expect(socket.state).toEqual({ status: 'connecting' })
  use(account(server.url))
  await until(online(1))
})
