import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { avatarEndpoints } from '../../api/contract/avatar.ts'
import { chatEndpoints } from '../../api/contract/chat.ts'
import { sessionEndpoints } from '../../api/contract/session.ts'
import { gatherCrowd, keepBusy } from '../support/busy.ts'
import { Client } from '../support/client.ts'
import { compareWithDatabase, sum } from '../support/consistency.ts'
import { differentPictures, type Renditions } from '../support/photos.ts'
import type { ReferenceClient } from '../support/reference-client.ts'
import { announcementOf, fetchPicture, put } from '../support/upload.ts'
import { listFaults, pick } from './faults.ts'
import { createWorld } from './world.ts'

/*
 * `npm run soak`: for SOAK_MINUTES (five unless said) a crowd of SOAK_CLIENTS (30) chats, comes and goes and changes pictures at three API processes,
 * while everything that they stand on is broken by chance. What connects the processes is Redis, where it is installed and SOAK_REDIS is
 * not `no`, or else PostgreSQL. At the end every client's state is compared with the database.
 * Exits 1 on any difference.
 */

// oxlint-disable-next-line node/no-process-env -- a program of its own, with three settings
const { SOAK_MINUTES = '5', SOAK_CLIENTS = '30', SOAK_REDIS = 'yes' } = process.env
const [minutes, size] = [Number(SOAK_MINUTES), Number(SOAK_CLIENTS)]

const say = (line: string): void => void process.stdout.write(`${line}\n`)

const world = await createWorld(3, { withRedis: SOAK_REDIS === 'yes' })
try {
  process.exitCode = (await soak()) ? 0 : 1
} finally {
  await world.close()
}

/** Runs the whole of it; true when nothing was lost and every client agrees with the database. */
async function soak(): Promise<boolean> {
  const addresses = world.nodes.map(({ gate }) => gate.url)
  const { crowd, roomId } = await gatherCrowd(addresses, size, 'soak')
  const [owner, ...others] = crowd
  if (owner === undefined) throw new Error('A soak needs clients.')
  const visitors = others.slice(-3)
  const smallRooms = await Promise.all(
    [0, 1, 2].map(async (n) => {
      const memberIds = others.filter((_, index) => index % 3 === n).map(({ userId }) => userId)
      const { room } = await owner.call(chatEndpoints.createRoom, { name: `Small ${n}`, memberIds })
      return { id: room.id, memberIds }
    }),
  )
  const { room: passage } = await owner.call(chatEndpoints.createRoom, { name: 'Passage', memberIds: [] })

  say(
    `Soak: ${minutes} minutes, ${size} clients at 3 API processes connected by ${world.redis === null ? 'PostgreSQL' : 'Redis'}`,
  )
  const over = new AbortController()
  const pictures = await differentPictures(4)
  const load = Promise.all([
    ...crowd.map((client) => {
      const small = smallRooms.filter(
        ({ memberIds }) => client === owner || memberIds.includes(client.userId),
      )
      const roomIds = [roomId, ...small.map(({ id }) => id), ...(client === owner ? [passage.id] : [])]
      return keepBusy(client, roomIds, { over: over.signal, pauseMs: 300 })
    }),
    ...visitors.map((visitor) => comeAndGo(visitor, owner, passage.id, over.signal)),
    ...others.slice(0, 3).map((client) => changePictures(client, pictures, over.signal)),
  ])
  const injected = await Promise.race([breakThings(crowd), load.then(() => new Map<string, number>())])
  over.abort()
  await load
  return report(crowd, injected)
}

/** Breaks one thing after another until the time is over, and tells how often which was broken. */
async function breakThings(crowd: readonly ReferenceClient[]): Promise<Map<string, number>> {
  const faults = listFaults(world, crowd)
  const injected = new Map<string, number>()
  const ends = performance.now() + minutes * 60_000
  let told = performance.now()
  while (performance.now() < ends) {
    const [name, fault] = pick([...faults])
    await fault()
    injected.set(name, (injected.get(name) ?? 0) + 1)
    await delay(Math.random() * 2_000)
    if (performance.now() - told > 30_000) {
      told = performance.now()
      say(
        `  ${total(injected)} faults, ${sum(crowd, 'sent')} messages sent, ${Math.round((ends - told) / 1000)} s to go`,
      )
    }
  }
  return injected
}

/** Somebody who is in a room for a while, and out of it for a while. */
async function comeAndGo(
  visitor: ReferenceClient,
  owner: ReferenceClient,
  id: string,
  over: AbortSignal,
): Promise<void> {
  while (!over.aborted) {
    await owner.call(chatEndpoints.addMembers, { id, userIds: [visitor.userId] })
    await delay(Math.random() * 6_000)
    // Leaving again what one has left already, when the answer to it was lost, is refused.
    await visitor.call(chatEndpoints.leaveRoom, { id }).catch(() => {})
    await delay(Math.random() * 3_000)
  }
}

/** Somebody who changes their picture now and then, from the beginning where it did not go through. */
async function changePictures(
  client: ReferenceClient,
  pictures: readonly Renditions[],
  over: AbortSignal,
): Promise<void> {
  while (!over.aborted) {
    const picture = pick(pictures)
    const presigned = await client.call(avatarEndpoints.presignAvatar, announcementOf(picture))
    const answers = await Promise.all([
      put(presigned.full, picture.full),
      put(presigned.thumb, picture.thumb),
    ]).catch(() => [])
    if (answers.length > 0 && answers.every(({ status }) => status === 200))
      await client.call(avatarEndpoints.completeAvatar, { uploadId: presigned.uploadId })
    await delay(Math.random() * 3_000)
  }
}

/** Waits until all have heard what was done last, compares and prints; true when there is no difference. */
async function report(
  crowd: readonly ReferenceClient[],
  injected: ReadonlyMap<string, number>,
): Promise<boolean> {
  const complete = await heardTheLast(crowd)
  const { lost, doubled, reordered, differences } = await compareWithDatabase(world.postgres.url, crowd)
  const pictures = await unreadablePictures(crowd)
  for (const client of crowd) await client.stop()

  for (const [name, count] of injected) say(`  ${String(count).padStart(4)} × ${name}`)
  say(`${total(injected)} faults injected`)
  say(`${sum(crowd, 'sent')} messages sent: ${lost} lost, ${doubled} doubled, ${reordered} reordered`)
  say(
    `${sum(crowd, 'connections')} connections, ${sum(crowd, 'replays')} replays by cursor, ` +
      `${sum(crowd, 'resyncs') - crowd.length} fetched afresh, ${sum(crowd, 'events')} events applied`,
  )
  say(
    `${sum(crowd, 'retries')} calls repeated, ${sum(crowd, 'unavailable')} of them for a 503 with Retry-After`,
  )
  say(`${crowd.length} clients compared with the database: ${differences.length} differences`)
  for (const difference of differences.slice(0, 20)) say(`  ${difference}`)
  if (!complete) say('Not every client has heard the last change within 30 s.')
  if (pictures > 0) say(`${pictures} pictures could not be read.`)
  return complete && lost + doubled + reordered + differences.length + pictures === 0
}

/** The log has one order: who has heard of a change that was made last has heard of all. False where that takes over 30 s. */
async function heardTheLast(crowd: readonly ReferenceClient[]): Promise<boolean> {
  const displayName = randomUUID()
  const user = await crowd[0]?.call(sessionEndpoints.updateMe, { displayName })
  const id = user?.user.id ?? ''
  const deadline = performance.now() + 30_000
  while (performance.now() < deadline) {
    if (crowd.every(({ people }) => people.get(id)?.displayName === displayName)) return true
    await delay(50)
  }
  return false
}

/** How many of the pictures that somebody shows cannot be read. */
async function unreadablePictures([somebody]: readonly ReferenceClient[]): Promise<number> {
  const client = new Client(somebody?.addresses[0] ?? '', somebody?.token ?? '')
  const urls = [...(somebody?.people.values() ?? [])].flatMap(({ avatarUrl, avatarThumbUrl }) =>
    [avatarUrl, avatarThumbUrl].filter((url) => url !== null),
  )
  const answers = await Promise.all(urls.map((url) => fetchPicture(client, url)))
  return answers.filter(({ status }) => status !== 200).length
}

function total(injected: ReadonlyMap<string, number>): number {
  return [...injected.values()].reduce((all, count) => all + count, 0)
}
