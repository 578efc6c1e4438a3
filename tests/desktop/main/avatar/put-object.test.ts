import { randomBytes } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { describe, expect, test, vi } from 'vitest'
import { putObject, StoreRefusal } from '../../../../desktop/main/avatar/put-object.ts'
import { always, NOWHERE, startServer, startTcpServer } from '../local-server.ts'

const TARGET = '/bucket/pending/a%2Fb.webp?X-Amz-Signature=a%2Bb%3D&x-id=PutObject'
/** More than the system keeps for a reader that does not read. */
const LARGE = randomBytes(24 * 1024 * 1024)

const signed = (server: string, file: Uint8Array) => ({
  method: 'PUT' as const,
  url: server + TARGET,
  headers: {
    'content-type': 'image/webp',
    'content-length': String(file.length),
    'x-amz-checksum-sha256': 'c2hhMjU2',
  },
})

/** Reads the whole file before it answers, as stores do. */
const afterReading =
  (listener: RequestListener, received: (body: Buffer) => void = () => {}): RequestListener =>
  async (request, response) => {
    received(await buffer(request))
    listener(request, response)
  }

const refusal = always(403, {}, '<?xml version="1.0"?><Error><Code>SignatureDoesNotMatch</Code></Error>')

describe('a file', () => {
  test('is sent as it was signed, and nothing is added', async () => {
    const file = randomBytes(100_000)
    const bodies: Buffer[] = []
    const store = await startServer(afterReading(always(200), (body) => bodies.push(body)))

    await putObject(signed(store.url, file), file)

    expect(store.requests).toHaveLength(1)
    expect(store.requests[0]).toMatchObject({ method: 'PUT', url: TARGET })
    expect(store.requests[0]?.headers).toEqual({
      ...signed(store.url, file).headers,
      host: new URL(store.url).host,
      connection: 'close',
    })
    expect(bodies[0]?.equals(file)).toBe(true)
  })

  test.each([1, 4_096, 4_097, 262_144])(
    'of %d bytes tells how much went out, up to all of it',
    async (size) => {
      const file = randomBytes(size)
      const store = await startServer(afterReading(always(200)))
      const sent: number[] = []
      await putObject(signed(store.url, file), file, { onSent: (bytes) => sent.push(bytes) })
      expect(sent.at(-1)).toBe(size)
      expect(sent).toEqual([...new Set(sent)].toSorted((a, b) => a - b))
      expect(sent).toHaveLength(Math.ceil(size / 4_096))
    },
  )

  test('has gone out whole before it has arrived, and has arrived only when the store says so', async () => {
    const file = randomBytes(10_000)
    let answer = (): void => {}
    const store = await startServer(async (request, response) => {
      await buffer(request)
      answer = () => response.end()
    })
    const told: Array<number | 'whole'> = []
    const put = putObject(signed(store.url, file), file, {
      onSent: (bytes) => told.push(bytes),
      onWhole: () => told.push('whole'),
    })
    await vi.waitFor(() => expect(told).toEqual([4_096, 8_192, 'whole']))
    await vi.waitFor(() => {
      answer()
      expect(told).toHaveLength(4)
    })
    await put
    expect(told.at(-1)).toBe(10_000)
  })

  test('that is a view of a larger memory is sent alone', async () => {
    const memory = randomBytes(10_000)
    const file = memory.subarray(3_000, 9_000)
    const bodies: Buffer[] = []
    const store = await startServer(afterReading(always(204), (body) => bodies.push(body)))
    await putObject(signed(store.url, file), file)
    expect(bodies[0]?.equals(file)).toBe(true)
  })
})

describe('a store that refuses', () => {
  test.each([
    ['403 SignatureDoesNotMatch', refusal],
    ['400 BadDigest', always(400, {}, '<Error>\n <Code>BadDigest</Code>\n</Error>')],
    ['500', always(500)],
    ['503', always(503, {}, 'Service unavailable')],
    ['307', always(307, { location: NOWHERE })],
  ])('says %s', async (message, listener) => {
    const file = randomBytes(5_000)
    const store = await startServer(afterReading(listener))
    const put = putObject(signed(store.url, file), file)
    await expect(put).rejects.toThrow(message)
    await expect(put).rejects.toBeInstanceOf(StoreRefusal)
  })

  test('is quoted: code, sentence, clock, and when to come back', async () => {
    const file = randomBytes(5_000)
    const store = await startServer(
      afterReading(
        always(
          503,
          { date: 'Tue, 24 Nov 2026 10:00:00 GMT', 'retry-after': '3' },
          '<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>',
        ),
      ),
    )
    await expect(putObject(signed(store.url, file), file)).rejects.toMatchObject({
      status: 503,
      code: 'SlowDown',
      sentence: 'Please reduce your request rate.',
      clock: Date.UTC(2026, 10, 24, 10),
      retryAfter: 3,
    })
  })

  test('before it has read the file is believed at once', async () => {
    const store = await startServer(refusal)
    const put = putObject(signed(store.url, LARGE), LARGE, { silenceMs: 15_000 })
    const begun = performance.now()
    await expect(put).rejects.toThrow('403 SignatureDoesNotMatch')
    expect(performance.now() - begun).toBeLessThan(5_000)
  })

  test('and then cuts the connection fails once, whichever is heard first', async () => {
    const store = await startTcpServer((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 403 Forbidden\r\ncontent-length: 21\r\n\r\n<Code>Expired</Code>\n')
        setImmediate(() => socket.resetAndDestroy())
      })
    })
    await expect(putObject(signed(store.url, LARGE), LARGE)).rejects.toThrow(/403 Expired|ECONNRESET|EPIPE/)
  })
})

describe('a store that is away', () => {
  test('is told from one that refuses', async () => {
    const file = randomBytes(5_000)
    const put = putObject(signed(NOWHERE, file), file)
    await expect(put).rejects.toThrow(/ECONNREFUSED/)
    await expect(put).rejects.not.toBeInstanceOf(StoreRefusal)
  })

  test('midway fails, and the progress stays short of the end', async () => {
    const store = await startTcpServer((socket) => {
      socket.once('data', () => setImmediate(() => socket.resetAndDestroy()))
    })
    const sent: number[] = []
    const put = putObject(signed(store.url, LARGE), LARGE, { onSent: (bytes) => sent.push(bytes) })
    await expect(put).rejects.toThrow(/ECONNRESET|EPIPE|socket hang up/)
    expect(sent.at(-1)).toBeLessThan(LARGE.length)
  })

  test('while it answers fails, too', async () => {
    const file = randomBytes(5_000)
    const store = await startServer(
      afterReading((_request, response) => {
        response.writeHead(200, { 'content-length': '100' }).write('half')
        setImmediate(() => response.destroy())
      }),
    )
    await expect(putObject(signed(store.url, file), file)).rejects.toThrow(/aborted|ECONNRESET/)
  })

  test.each([
    ['at once', randomBytes(5_000)],
    ['with the file on its way', LARGE],
  ])('by its silence is given up: %s', async (_, file) => {
    const store = await startTcpServer((socket) => socket.pause())
    const put = putObject(signed(store.url, file), file, { silenceMs: 300 })
    await expect(put).rejects.toThrow('the store does not answer')
  })
})

test('a store that only trickles is given up, too', async () => {
  const file = randomBytes(5_000)
  const store = await startServer((_request, response) => {
    const trickle = setInterval(() => response.write(' '), 20)
    response.once('close', () => clearInterval(trickle))
  })
  const put = putObject(signed(store.url, file), file, { silenceMs: 10_000, longestMs: 300 })
  await expect(put).rejects.toThrow('the store does not answer')
})

test('an upload that is not wanted any more is cut off', async () => {
  let connected = false
  let cutOff = false
  const store = await startTcpServer((socket) => {
    connected = true
    socket.once('close', () => {
      cutOff = true
    })
    socket.resume()
  })
  const abort = new AbortController()
  const file = randomBytes(5_000)
  const put = putObject(signed(store.url, file), file, { signal: abort.signal })
  put.catch(() => {})
  await vi.waitFor(() => expect(connected).toBe(true))
  abort.abort()
  await expect(put).rejects.toThrow(/abort/)
  await vi.waitFor(() => expect(cutOff).toBe(true))
})
