import { setTimeout as delay } from 'node:timers/promises'
import type { ReferenceClient } from '../support/reference-client.ts'
import type { Node, World } from './world.ts'

/** Breaks something, and mends it. */
export type Fault = () => Promise<void>

/** What can go wrong in a world with these clients, by name. */
export function listFaults(
  { nodes, postgres, redis, store }: World,
  clients: readonly ReferenceClient[],
): ReadonlyMap<string, Fault> {
  const node = (): Node => pick(nodes)
  const faults = new Map<string, Fault>([
    ['API process killed', () => node().restart('kill')],
    ['API process stopped in order', () => node().restart('stop')],
    [
      'all API processes killed',
      async () => {
        await Promise.all(nodes.map((each) => each.restart('kill')))
      },
    ],
    ['half of the connections cut', async () => node().gate.cutSome(0.5)],
    [
      'network stalled',
      async () => {
        const { gate } = node()
        gate.stall()
        await delay(1_000 + Math.random() * 5_000)
        gate.reopen()
      },
    ],
    [
      'network slow',
      async () => {
        const { gate } = node()
        gate.delay(60)
        await delay(4_000)
        gate.delay(0)
      },
    ],
    ['PostgreSQL restarted', () => restartPostgres(postgres.halt)],
    ['PostgreSQL killed', () => restartPostgres(postgres.kill)],
    [
      'bucket away',
      async () => {
        store.shut()
        await delay(3_000)
        store.reopen()
      },
    ],
    [
      'clients moved',
      async () => {
        for (const client of clients) if (Math.random() < 0.5) client.move()
      },
    ],
  ])
  if (redis !== null)
    faults.set('Redis killed', async () => {
      await redis.kill()
      await delay(Math.random() * 3_000)
      await redis.restart()
    })
  return faults

  async function restartPostgres(end: () => Promise<void>): Promise<void> {
    await end()
    await delay(Math.random() * 2_000)
    await postgres.start()
  }
}

/** One of them, by chance; there must be one. */
export function pick<T>(from: readonly T[]): T {
  // The index is within the array, which is not empty.
  return from[Math.floor(Math.random() * from.length)] as T
}
