import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openDatabase } from '../../../api/platform/db.ts'
import { createEventLog } from '../../../api/platform/event-log.ts'
import { createHub } from '../../../api/platform/hub.ts'
import { createLog } from '../../../api/platform/log.ts'
import { attachSockets } from '../../../api/platform/socket-server.ts'
import { announce, control, tellBurst, type Burst } from './control.ts'
import { createEvent } from './event.ts'

/*
 * Medallion's real sockets, hub and event log over the database of the first argument, with a heartbeat of the
 * second's milliseconds, for whoever connects. Events go straight into
 * the hub, which is the work that the others do as well, or, with `&through=log`, the way of every change: each committed in a
 * transaction of its own, placed in the log, told from there.
 */

const log = createLog('warn')
const db = openDatabase(process.argv[2] ?? '', log)
const hub = createHub(log, Number(process.argv[3]))
const eventLog = createEventLog(db, log, { tell: hub.tell, keepDays: 1 })
// The load client's own connection is idle while others have their turn.
const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
  response.end(control(request.url ?? '', publish))
})
attachSockets(server, {
  db,
  hub,
  eventLog,
  findActor: async () => ({ userId: randomUUID(), sessionId: randomUUID() }),
  topicsOf: async () => [],
  listeners: [],
  log,
})
await eventLog.start()
server.listen(0, '127.0.0.1', () => announce((server.address() as AddressInfo).port))

function publish(burst: Burst, url: string): void {
  if (url.includes('through=log')) void commitAll(burst)
  else
    tellBurst(burst, (n) => {
      const { cursor, ...event } = createEvent(n)
      hub.tell({ position: Number(cursor), topic: 'everyone', event })
    })
}

/** As many at once as the database's pool has connections. */
async function commitAll({ count }: Burst): Promise<void> {
  let n = 0
  const commit = async (): Promise<void> => {
    while (n < count) {
      const { cursor: _, ...event } = createEvent(n)
      n += 1
      await eventLog.transact((_trx, record) => record([{ topic: 'everyone', event }]))
    }
  }
  await Promise.all(Array.from({ length: Math.min(20, count) }, commit))
}
