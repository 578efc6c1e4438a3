import { createServer, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { announce, control, tellBurst } from '../fan-out/control.ts'
import { createEvent } from '../fan-out/event.ts'

/** What is used here of socket.io, which is installed for this benchmark alone. */
type SocketIo = {
  Server: new (server: HttpServer, options: object) => { emit(name: string, data: unknown): void }
}

const name = 'socket.io'
const { Server } = (await import(name)) as SocketIo
// The load client's own connection is idle while others have their turn.
const server = createServer({ keepAliveTimeout: 0 })
// As it is out of the box, save that it takes nothing but WebSockets and that no heartbeat falls into the measuring.
const io = new Server(server, { transports: ['websocket'], pingInterval: 3_600_000 })
server.on('request', (request, response) => {
  const answer = control(request.url ?? '', (burst) =>
    tellBurst(burst, (n) => io.emit('event', createEvent(n))),
  )
  if (answer !== null) response.end(answer)
})
server.listen(0, '127.0.0.1', () => announce((server.address() as AddressInfo).port))
