import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import { announce, control, tellBurst } from './control.ts'
import { createEvent } from './event.ts'

// The load client's own connection is idle while others have their turn.
const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
  response.end(control(request.url ?? '', (burst) => tellBurst(burst, tell)))
})
const sockets = new WebSocketServer({ server, perMessageDeflate: false })
sockets.on('connection', (socket) => socket.send('{"type":"hello"}'))
server.listen(0, '127.0.0.1', () => announce((server.address() as AddressInfo).port))

function tell(n: number): void {
  const message = Buffer.from(JSON.stringify(createEvent(n)))
  for (const socket of sockets.clients) socket.send(message, { binary: false })
}
