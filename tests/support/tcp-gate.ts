import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A gate between a program and a server, which a test can shut: a network that fails, in earnest. */
export interface TcpGate {
  /** The server's address as seen through the gate. */
  readonly url: string
  /** Cuts every connection and takes no new ones. */
  shut(): void
  /** Cuts every connection; new ones are taken, and nothing ever comes through. */
  silence(): void
  reopen(): void
  close(): Promise<void>
}

/** Opens a gate to the server that `target` names with host and port. */
export async function openGate(target: string): Promise<TcpGate> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  let state: 'open' | 'shut' | 'silent' = 'open'

  const server = createServer((near) => {
    if (state === 'shut') return near.resetAndDestroy()
    if (state === 'silent') {
      sockets.add(near.on('error', () => near.destroy()).on('close', () => sockets.delete(near)))
      return
    }
    const far = connect(Number(port), hostname)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    near.pipe(far).pipe(near)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')

  function cut(next: typeof state): void {
    state = next
    for (const socket of sockets) socket.resetAndDestroy()
  }

  const through = new URL(target)
  through.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: through.href,
    shut: () => cut('shut'),
    silence: () => cut('silent'),
    reopen() {
      // What was taken in silence stays silent: it goes.
      if (state !== 'open') cut('open')
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      const closed = once(server, 'close')
      server.close()
      await closed
    },
  }
}
