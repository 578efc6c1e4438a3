import { Socket } from 'node:net'
import { Client } from 'pg'
import type { OpenWire } from './bus.ts'

const CHANNEL = 'medallion'

/** How long the server's farewell is waited for, in milliseconds: on a line that leads nowhere it never comes. */
const FAREWELL_MS = 1_000

/**
 * A wire over PostgreSQL's LISTEN and NOTIFY, on a connection of its own. Notifying commits a transaction of its own, outside those
 * that change something: within them it would take a lock that all commits of the cluster share.
 */
export function postgresWire(url: string): OpenWire {
  return async ({ text, lost }) => {
    const line = new Socket()
    const client = new Client({
      stream: () => line,
      connectionString: url,
      application_name: 'medallion bus',
      connectionTimeoutMillis: 5_000,
      query_timeout: 10_000,
      keepAlive: true,
    })
    client.on('error', lost)
    client.on('end', () => lost(new Error('the connection has ended')))
    client.on('notification', ({ payload }) => text(payload ?? ''))
    async function close(): Promise<void> {
      const patience = setTimeout(() => line.destroy(), FAREWELL_MS)
      await client.end()
      clearTimeout(patience)
    }
    try {
      await client.connect()
      await client.query(`listen ${CHANNEL}`)
    } catch (error) {
      await close().catch(() => {})
      throw error
    }
    return {
      async send(message) {
        await client.query('select pg_notify($1, $2)', [CHANNEL, message])
      },
      close,
    }
  }
}
