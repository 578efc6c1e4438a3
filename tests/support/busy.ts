import { setTimeout as delay } from 'node:timers/promises'
import { chatEndpoints } from '../../api/contract/chat.ts'
import { sessionEndpoints } from '../../api/contract/session.ts'
import { Client } from './client.ts'
import { ReferenceClient } from './reference-client.ts'

/** Registers so many people, the first of whom opens a room with all the others in it; each is a client of these addresses, started. */
export async function gatherCrowd(
  addresses: readonly string[],
  size: number,
  prefix: string,
): Promise<{ crowd: ReferenceClient[]; roomId: string }> {
  const api = new Client(addresses[0] ?? '', null)
  const crowd = await Promise.all(
    Array.from({ length: size }, async (_, n) => {
      const username = `${prefix}-${n}`
      const account = { username, displayName: username, password: 'correct horse battery' }
      const client = new ReferenceClient(addresses, await api.ok(sessionEndpoints.register, account))
      // Some connect here, some there.
      for (let turns = 0; turns < n % addresses.length; turns += 1) client.move()
      return client
    }),
  )
  const [owner, ...others] = crowd
  if (owner === undefined) throw new Error('A crowd needs somebody.')
  const memberIds = others.map(({ userId }) => userId)
  const { room } = await owner.call(chatEndpoints.createRoom, { name: prefix, memberIds })
  for (const client of crowd) client.start()
  return { crowd, roomId: room.id }
}

/** Somebody who writes, corrects, takes back, reads and renames themselves until `over`; every call is repeated until it is answered. */
export async function keepBusy(
  client: ReferenceClient,
  roomIds: readonly string[],
  { over, pauseMs }: { over: AbortSignal; pauseMs: number },
): Promise<void> {
  const own: Array<{ roomId: string; messageId: string; seq: number }> = []
  for (let n = 1; !over.aborted; n += 1) {
    const dice = Math.random()
    const roomId = pick(roomIds)
    const mine = own.length === 0 ? undefined : pick(own)
    if (dice < 0.12 && mine !== undefined)
      await client.call(chatEndpoints.editMessage, {
        id: mine.roomId,
        messageId: mine.messageId,
        body: `Corrected ${n}`,
      })
    else if (dice < 0.17 && mine !== undefined) {
      own.splice(own.indexOf(mine), 1)
      await client.call(chatEndpoints.deleteMessage, { id: mine.roomId, messageId: mine.messageId })
    } else if (dice < 0.27 && mine !== undefined)
      await client.call(chatEndpoints.markRead, { id: mine.roomId, seq: mine.seq })
    else if (dice < 0.29) await client.call(sessionEndpoints.updateMe, { displayName: `Name ${n}` })
    else {
      const { id, seq } = await client.send(roomId, `Message ${n}`)
      own.push({ roomId, messageId: id, seq })
    }
    if (pauseMs > 0) await delay(Math.random() * 2 * pauseMs)
  }
}

function pick<T>(from: readonly T[]): T {
  // The index is within the array, which is not empty.
  return from[Math.floor(Math.random() * from.length)] as T
}
