import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * A TCP port of 127.0.0.1 that nothing listens on: `preferred` if it is free, else one that the system picks.
 * Another program may take it before it is used; callers try again then.
 */
export async function findFreePort(preferred?: number): Promise<number> {
  if (preferred === undefined) return await listenBriefly(0)
  return await listenBriefly(preferred).catch(() => listenBriefly(0))
}

async function listenBriefly(port: number): Promise<number> {
  const server = createServer()
  server.listen({ port, host: '127.0.0.1', exclusive: true })
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('The system gave no TCP port.')
  return address.port
}
