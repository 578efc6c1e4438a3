import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { createServer } from 'node:http'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { Batch, PING, toFrame } from '../../api/platform/frame.ts'
import { createHub, type Hub } from '../../api/platform/hub.ts'
import { createLog } from '../../api/platform/log.ts'

const closers: Array<() => void> = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

/** A real WebSocket, its server's end, and the line on which that writes. */
async function connect(): Promise<{ client: WebSocket; socket: WebSocket; stream: Socket }> {
  const server = createServer()
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const taken = new Promise<{ socket: WebSocket; stream: Socket }>((resolve) => {
    server.on('upgrade', (request, stream: Socket, head) =>
      sockets.handleUpgrade(request, stream, head, (socket) => resolve({ socket, stream })),
    )
  })
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  closers.push(() => {
    client.terminate()
    server.close()
  })
  await once(client, 'open')
  return { client, ...(await taken) }
}

/** The next so many texts that a client hears. */
async function hear(client: WebSocket, count: number): Promise<string[]> {
  const heard: string[] = []
  return new Promise((resolve) => {
    client.on('message', (data: Buffer) => {
      heard.push(data.toString('utf8'))
      if (heard.length === count) resolve(heard)
    })
  })
}

describe('a frame', () => {
  test.each([0, 123, 124, 65_533, 65_534, 70_000])(
    'of a text of %i characters is what the peer reads',
    async (length) => {
      const { client, stream } = await connect()
      const heard = hear(client, 2)
      stream.write(toFrame('x'.repeat(length)))
      stream.write(toFrame('漢'))
      expect(await heard).toEqual([JSON.stringify('x'.repeat(length)), '"漢"'])
    },
  )

  test('that asks for a sign of life gets one', async () => {
    const { client, socket, stream } = await connect()
    const asked = once(client, 'ping')
    const answered = once(socket, 'pong')
    stream.write(PING)
    await Promise.all([asked, answered])
  })
})

describe('a batch', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer]

  test('has its frames in their order, and is one for all who were told the same', () => {
    const empty = new Batch()
    const mine = empty.with(a).with(b)
    expect(mine.bytes.toString()).toBe('ab')
    expect(empty.with(a).with(b)).toBe(mine)
    expect(mine.with(c).bytes.toString()).toBe('abc')
    expect(mine.length).toBe(2)
  })

  test('of another who was told something else in between is not touched by it', () => {
    const empty = new Batch()
    const both = empty.with(a)
    const one = both.with(b)
    const other = both.with(c)
    expect([both, one, other].map(({ bytes }) => bytes.toString())).toEqual(['a', 'ab', 'ac'])
  })
})

describe('the hub', () => {
  const tell = (hub: Hub, position: number): void =>
    hub.tell({
      position,
      topic: 'everyone',
      event: { type: 'room:removed', data: { roomId: String(position) } },
    })

  async function join(): Promise<{ hub: Hub; client: WebSocket; write: ReturnType<typeof spyOnWrite> }> {
    const { client, socket, stream } = await connect()
    const hub = createHub(createLog('silent'))
    closers.push(() => hub.stop())
    const hello = hear(client, 1)
    hub.wait({ socket, stream }, { userId: 'ada', sessionId: 'laptop' }).join([], [{ type: 'pong' }])
    await hello
    return { hub, client, write: spyOnWrite(stream) }
  }
  const spyOnWrite = (stream: Socket) => vi.spyOn(stream, 'write')

  test('writes a lone event before the turn ends in which it was told', async () => {
    const { hub, write } = await join()
    // Again while it may still rest from writing the greeting.
    await vi.waitFor(async () => {
      write.mockClear()
      tell(hub, 1)
      await Promise.resolve()
      expect(write).toHaveBeenCalledTimes(1)
    })
  })

  test('writes once what one turn tells, in order', async () => {
    const { hub, client, write } = await join()
    const heard = hear(client, 100)
    for (let n = 1; n <= 100; n += 1) tell(hub, n)
    const cursors = (await heard).map((text) => (JSON.parse(text) as { cursor: string }).cursor)
    expect(cursors).toEqual(Array.from({ length: 100 }, (_, n) => String(n + 1)))
    expect(write).toHaveBeenCalledTimes(1)
  })

  test('keeps the order over turns, pauses and batches that are full', async () => {
    const { hub, client } = await join()
    const heard = hear(client, 5_000)
    for (let n = 1; n <= 5_000; n += 1) {
      tell(hub, n)
      if (n % 1_500 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    const cursors = (await heard).map((text) => Number((JSON.parse(text) as { cursor: string }).cursor))
    expect(cursors).toEqual(Array.from({ length: 5_000 }, (_, n) => n + 1))
  })
})
