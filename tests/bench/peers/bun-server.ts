import { announce, control, tellBurst } from '../fan-out/control.ts'
import { createEvent } from '../fan-out/event.ts'

interface Server {
  port: number
  upgrade(request: Request): boolean
  publish(topic: string, data: string): number
}

/** What is used here of Bun, in which this file runs. */
declare const Bun: {
  gc(force: boolean): void
  serve(options: {
    hostname: string
    port: number
    idleTimeout: number
    fetch(request: Request, server: Server): Response | undefined
    websocket: {
      idleTimeout: number
      perMessageDeflate: boolean
      open(socket: { subscribe(topic: string): void; send(data: string): void }): void
      message(): void
    }
  }): Server
}

globalThis.gc = async () => Bun.gc(true)

const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  // The load client's own connection is idle while others have their turn.
  idleTimeout: 0,
  fetch(request, server) {
    const { pathname, search } = new URL(request.url)
    if (pathname === '/ws') return server.upgrade(request) ? undefined : new Response('', { status: 400 })
    return new Response(
      control(pathname + search, (burst) =>
        tellBurst(burst, (n) => server.publish('everyone', JSON.stringify(createEvent(n)))),
      ),
    )
  },
  websocket: {
    idleTimeout: 0,
    perMessageDeflate: false,
    open(socket) {
      socket.subscribe('everyone')
      socket.send('{"type":"hello"}')
    },
    message() {},
  },
})
announce(server.port)
