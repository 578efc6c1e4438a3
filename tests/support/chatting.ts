import { randomUUID } from 'node:crypto'
import { expect, vi } from 'vitest'
import { sessionEndpoints } from '../../api/contract/session.ts'
import { gatherCrowd, keepBusy } from './busy.ts'
import { compareWithDatabase, sum } from './consistency.ts'
import type { ReferenceClient } from './reference-client.ts'

/** A crowd that chats while faults are injected. */
export interface Chat {
  crowd: ReferenceClient[]
  /** Waits until so many messages more have been acknowledged than at the moment. */
  moreMessages(count: number): Promise<void>
  /** Waits until so many calls more have been repeated than at the moment. */
  moreRetries(count: number): Promise<void>
  /** How many calls were refused with 503 and Retry-After so far. */
  refused(): number
  /** Ends the load, waits until all have heard its last event, compares, and prints the counts. */
  end(what: string, faults: number): Promise<void>
}

/** Lets a crowd of six chat at an API without a pause; `addresses` are where its clients find it, in turn. */
export async function chatAt(addresses: readonly string[], databaseUrl: string): Promise<Chat> {
  const { crowd, roomId } = await gatherCrowd(addresses, 6, `c${randomUUID().slice(0, 6)}`)
  const over = new AbortController()
  const load = Promise.all(
    crowd.map((client) => keepBusy(client, [roomId], { over: over.signal, pauseMs: 5 })),
  )
  load.catch(() => {})

  async function more(of: 'sent' | 'retries', count: number): Promise<void> {
    const before = sum(crowd, of)
    const reached = vi.waitFor(() => expect(sum(crowd, of)).toBeGreaterThanOrEqual(before + count), {
      timeout: 40_000,
      interval: 10,
    })
    // The load ends by itself only by failing.
    await Promise.race([load, reached])
  }

  return {
    crowd,
    moreMessages: (count) => more('sent', count),
    moreRetries: (count) => more('retries', count),
    refused: () => sum(crowd, 'unavailable'),
    async end(what, faults) {
      over.abort()
      await load
      await heardTheLast(crowd)
      const { differences, ...counts } = await compareWithDatabase(databaseUrl, crowd)
      await Promise.all(crowd.map((client) => client.stop()))
      const [messages, replays, resyncs] = [sum(crowd, 'sent'), sum(crowd, 'replays'), sum(crowd, 'resyncs')]
      process.stdout.write(
        `${what}: ${faults} faults, ${messages} messages sent, ${counts.lost} lost, ${counts.doubled} doubled, ${counts.reordered} reordered ` +
          `(${replays} replays, ${resyncs - crowd.length} resyncs, ${sum(crowd, 'retries')} calls repeated)\n`,
      )
      expect(differences).toEqual([])
      expect(counts).toEqual({ lost: 0, doubled: 0, reordered: 0 })
      // Everybody came back by cursor; what was fetched afresh was fetched once, at the beginning.
      expect(resyncs).toBe(crowd.length)
      expect(messages).toBeGreaterThan(100)
    },
  }
}

/** The log has one order: who has heard of a change that was made last has heard of all. */
async function heardTheLast(crowd: readonly ReferenceClient[]): Promise<void> {
  const [somebody] = crowd
  const displayName = randomUUID()
  const { user } = (await somebody?.call(sessionEndpoints.updateMe, { displayName })) ?? {}
  await vi.waitFor(
    () => {
      for (const { people } of crowd) expect(people.get(user?.id ?? '')?.displayName).toBe(displayName)
    },
    { timeout: 15_000, interval: 20 },
  )
}
