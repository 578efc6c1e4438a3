import { once } from 'node:events'
import {
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** What the proxy does with a request. */
export type Treatment =
  /** Passes it on, and the answer back. */
  | { do: 'pass' }
  /** Reads so many bytes of the body (none unless said) and breaks the connection. */
  | { do: 'cut'; afterBytes?: number }
  /** Reads all of it and stays silent. */
  | { do: 'stall' }
  /** Passes it on, so many bytes of the body in a second. */
  | { do: 'slow'; bytesPerSecond: number }
  /** Passes it on, and breaks the connection instead of giving the answer back. */
  | { do: 'lose-answer' }
  /** Passes it on once `until` settles. */
  | { do: 'hold'; until: Promise<unknown> }
  /** Reads all of it and answers in the place of the store. */
  | { do: 'answer'; status: number; headers?: Record<string, string>; body?: string }

/** A request as the proxy saw it. */
export interface Seen {
  method: string
  /** Path and query. */
  target: string
  headers: IncomingHttpHeaders
  treatment: Treatment
}

/** A proxy between a client and an HTTP server, with every fault that a network and a store can have. */
export interface StoreProxy {
  /** Its address, in the place of the server's. */
  readonly url: string
  /** Every request so far, in order. */
  readonly seen: Seen[]
  /** From now on requests are treated so; what is not mentioned passes. */
  treat(choose: (request: Omit<Seen, 'treatment'>) => Treatment | undefined): void
  /** By how many seconds the clock in its answers is ahead. */
  clockAhead: number
  close(): Promise<void>
}

/** Opens a proxy to the server at `target`. The Host header stays the proxy's own, since signatures cover it. */
export async function openStoreProxy(target: string): Promise<StoreProxy> {
  const far = new URL(target)
  const seen: Seen[] = []
  let choose: Parameters<StoreProxy['treat']>[0] = () => undefined
  const server = createServer((request, response) => {
    const { method = '', url = '', headers, socket } = request
    const treatment = choose({ method, target: url, headers }) ?? { do: 'pass' }
    seen.push({ method, target: url, headers, treatment })
    // Whichever side goes first, the other one's errors are of no interest.
    for (const stream of [request, response]) stream.on('error', () => {})
    apply(treatment, request, response).catch(() => socket.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server that listens on TCP has an address with a port.
  const { port } = server.address() as AddressInfo

  const proxy: StoreProxy = {
    url: `http://127.0.0.1:${port}`,
    seen,
    treat(next) {
      choose = next
    },
    clockAhead: 0,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
  return proxy

  async function apply(
    treatment: Treatment,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    // A request that is left half read does not know its connection any more.
    const { socket } = request
    switch (treatment.do) {
      case 'cut': {
        let read = 0
        if (treatment.afterBytes !== undefined)
          for await (const chunk of request) {
            // A body that is read without an encoding comes in buffers.
            read += (chunk as Buffer).length
            if (read >= treatment.afterBytes) break
          }
        return void socket.resetAndDestroy()
      }
      case 'stall':
        return void request.resume()
      case 'hold':
        await treatment.until
        return pass(request, response)
      case 'lose-answer':
        return pass(request, response, { lose: true })
      case 'slow':
        return pass(request, response, { bytesPerSecond: treatment.bytesPerSecond })
      case 'answer':
        await once(request.resume(), 'end')
        response.writeHead(treatment.status, { date: date(), ...treatment.headers }).end(treatment.body ?? '')
        return
      case 'pass':
        return pass(request, response)
    }
  }

  async function pass(
    request: IncomingMessage,
    response: ServerResponse,
    { lose = false, bytesPerSecond = 0 } = {},
  ): Promise<void> {
    const { socket } = request
    const onward = httpRequest({
      host: far.hostname,
      port: far.port,
      method: request.method,
      path: request.url,
      headers: request.headers,
      agent: false,
    })
    onward.on('error', () => socket.destroy())
    request.on('close', () => {
      if (!request.complete) onward.destroy()
    })
    const answered = once(onward, 'response')
    answered.catch(() => {})
    for await (const chunk of request) {
      onward.write(chunk)
      if (bytesPerSecond > 0) await delay(((chunk as Buffer).length / bytesPerSecond) * 1000)
    }
    onward.end()
    // The event has one argument.
    const [answer] = (await answered) as [IncomingMessage]
    if (lose) {
      await once(answer.resume(), 'end')
      socket.resetAndDestroy()
      return
    }
    response.writeHead(answer.statusCode ?? 502, {
      ...answer.headers,
      ...(proxy.clockAhead === 0 ? {} : { date: date() }),
    })
    answer.pipe(response)
  }

  function date(): string {
    return new Date(Date.now() + proxy.clockAhead * 1000).toUTCString()
  }
}

/** How S3 refuses a request, in its own XML. */
export const s3Refusal = (status: number, code: string, message = ''): Treatment => ({
  do: 'answer',
  status,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
})
