import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A server of one test, which ends with it. */
export interface LocalServer {
  url: string
  http: Server
  /** Every request so far, in order. */
  requests: IncomingMessage[]
}

/** Serves HTTP on a free port of this machine until the test ends. */
export async function startServer(listener: RequestListener): Promise<LocalServer> {
  const requests: IncomingMessage[] = []
  const http = createServer((request, response) => {
    requests.push(request)
    listener(request, response)
  }).listen(0, '127.0.0.1')
  await once(http, 'listening')
  onTestFinished(() => {
    http.close()
    http.closeAllConnections()
  })
  return { url: addressOf(http), http, requests }
}

/** Answers every request alike. */
export const always =
  (status: number, headers: Record<string, string> = {}, body: string | Uint8Array = ''): RequestListener =>
  (_request, response) => {
    response.writeHead(status, headers).end(body)
  }

/** Answers every request with JSON. */
export const json = (status: number, body: unknown): RequestListener =>
  always(status, { 'content-type': 'application/json' }, JSON.stringify(body))

/** Takes connections and leaves each to `handle`: a server that is silent, or breaks off. Ends with the test. */
export async function startTcpServer(handle: (socket: Socket) => void): Promise<{ url: string }> {
  const sockets = new Set<Socket>()
  const server = createTcpServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    handle(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { url: addressOf(server) }
}

/** An address where nobody listens: port 2 is assigned to a service that nobody runs any more, and fetch itself refuses only port 1. */
export const NOWHERE = 'http://127.0.0.1:2'

const addressOf = (server: { address(): AddressInfo | string | null }): string =>
  // A server that listens on TCP has an address with a port.
  `http://127.0.0.1:${(server.address() as AddressInfo).port}`
