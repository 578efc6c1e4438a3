import { createClient } from '@redis/client'
import type { OpenWire } from './bus.ts'

const CHANNEL = 'medallion'

/** A wire over Redis' publish and subscribe, which carries more than PostgreSQL's and costs the database nothing. */
export function redisWire(url: string): OpenWire {
  return async ({ text, lost }) => {
    // The bus itself comes back after a break, and proves that messages arrive.
    const socket = { reconnectStrategy: false, connectTimeout: 5_000 } as const
    const publisher = createClient({ url, socket, disableOfflineQueue: true })
    const subscriber = publisher.duplicate()
    const both = [publisher, subscriber]
    for (const client of both) {
      client.on('error', lost)
      client.on('end', () => lost(new Error('the connection has ended')))
    }
    const close = async (): Promise<void> => {
      for (const client of both) if (client.isOpen) client.destroy()
    }
    try {
      await Promise.all(both.map((client) => client.connect()))
      await subscriber.subscribe(CHANNEL, text)
    } catch (error) {
      await close()
      throw error
    }
    return {
      async send(message) {
        await publisher.publish(CHANNEL, message)
      },
      close,
    }
  }
}
