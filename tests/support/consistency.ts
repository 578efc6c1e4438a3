import { isDeepStrictEqual } from 'node:util'
import { Client } from 'pg'
import { toMessage, type MessageRow } from '../../api/chat/message-row.ts'
import type { Message } from '../../api/contract/chat.ts'
import type { ReferenceClient, Tally } from './reference-client.ts'

/** How far clients are from the database. All four must be 0, or empty. */
export interface Comparison {
  /** Messages that were acknowledged and are not in the database, or are there and unknown to a client that may see them. */
  lost: number
  /** Messages that are there more than once, or that nobody sent, and whatever a client heard twice. */
  doubled: number
  /** Gaps in a room's count, and whatever a client heard before its turn. */
  reordered: number
  /** Every other difference, in words. */
  differences: string[]
}

interface Truth {
  rooms: Map<string, { name: string | null; last_seq: number; avatar_version: number }>
  members: Map<string, Map<string, number>>
  messages: Map<string, Message[]>
  people: Map<string, { display_name: string; avatar_version: number; avatar_url: string | null }>
}

/** Compares what clients know, and what was acknowledged to them, with the database. Nothing may be under way. */
export async function compareWithDatabase(
  databaseUrl: string,
  clients: readonly ReferenceClient[],
): Promise<Comparison> {
  const truth = await readTruth(databaseUrl)
  const result: Comparison = {
    lost: 0,
    doubled: sum(clients, 'doubled'),
    reordered: sum(clients, 'reordered'),
    differences: [],
  }
  for (const messages of truth.messages.values())
    messages.forEach(({ seq }, n) => {
      if (seq !== n + 1) result.reordered += 1
    })
  for (const client of clients) {
    compareAcknowledged(client, truth, result)
    comparePeople(client, truth, result)
    compareRooms(client, truth, result)
  }
  return result
}

function compareAcknowledged(client: ReferenceClient, truth: Truth, result: Comparison): void {
  const sent = [...truth.messages.values()].flat().filter(({ senderId }) => senderId === client.userId)
  const ids = new Set(sent.map(({ clientId }) => clientId))
  result.doubled += sent.length - ids.size
  for (const { clientId, id, seq } of client.acknowledged.values()) {
    const kept = sent.find((message) => message.clientId === clientId)
    if (kept === undefined) result.lost += 1
    else if (kept.id !== id || kept.seq !== seq) result.doubled += 1
  }
  const unknown = [...ids].filter((id) => !client.acknowledged.has(id))
  if (unknown.length > 0)
    result.differences.push(`${unknown.length} messages of ${client.userId} were never acknowledged`)
}

function comparePeople(client: ReferenceClient, { people }: Truth, { differences }: Comparison): void {
  for (const [id, { display_name, avatar_version, avatar_url }] of people) {
    const known = client.people.get(id)
    const there = { name: display_name, version: avatar_version, url: avatar_url }
    const here = known && { name: known.displayName, version: known.avatarVersion, url: known.avatarUrl }
    if (!isDeepStrictEqual(here, there))
      differences.push(
        `${client.userId} knows ${id} as ${JSON.stringify(here)}, not ${JSON.stringify(there)}`,
      )
  }
}

function compareRooms(client: ReferenceClient, truth: Truth, result: Comparison): void {
  const mine = [...truth.rooms].filter(([id]) => truth.members.get(id)?.has(client.userId))
  for (const id of client.rooms.keys())
    if (!mine.some(([roomId]) => roomId === id))
      result.differences.push(`${client.userId} still has room ${id}`)
  for (const [id, row] of mine) {
    const known = client.rooms.get(id)
    const members = truth.members.get(id) ?? new Map<string, number>()
    if (known === undefined) {
      result.differences.push(`${client.userId} does not have room ${id}`)
      continue
    }
    const { room, messages } = known
    const here = {
      name: room.name,
      lastSeq: room.lastSeq,
      read: room.lastReadSeq,
      picture: room.avatarVersion,
      members: room.memberIds.toSorted(),
    }
    const there = {
      name: row.name,
      lastSeq: row.last_seq,
      read: members.get(client.userId),
      picture: row.avatar_version,
      members: [...members.keys()].toSorted(),
    }
    if (!isDeepStrictEqual(here, there))
      result.differences.push(`${client.userId} has ${JSON.stringify(here)}, not ${JSON.stringify(there)}`)
    for (const message of truth.messages.get(id) ?? []) {
      const heard = messages.get(message.seq)
      if (heard === undefined) result.lost += 1
      else if (!isDeepStrictEqual(heard, message))
        result.differences.push(
          `${client.userId} has ${JSON.stringify(heard)}, not ${JSON.stringify(message)}`,
        )
    }
  }
}

/** One number of all clients' tallies. */
export const sum = (clients: readonly ReferenceClient[], of: keyof Tally): number =>
  clients.reduce((total, { tally }) => total + tally[of], 0)

async function readTruth(databaseUrl: string): Promise<Truth> {
  const db = new Client({ connectionString: databaseUrl })
  await db.connect()
  try {
    const rooms = await db.query<{
      id: string
      name: string | null
      last_seq: number
      avatar_version: number
    }>('select id, name, last_seq, avatar_version from rooms')
    const members = await db.query<{ room_id: string; user_id: string; last_read_seq: number }>(
      'select room_id, user_id, last_read_seq from room_members',
    )
    const people = await db.query<{
      id: string
      display_name: string
      avatar_version: number
      avatar_url: string | null
    }>('select id, display_name, avatar_version, avatar_url from users')
    const messages = await db.query<MessageRow>('select * from messages order by room_id, seq')
    return {
      rooms: new Map(rooms.rows.map((row) => [row.id, row])),
      members: group(
        members.rows,
        ({ room_id }) => room_id,
        (rows) => new Map(rows.map((row) => [row.user_id, row.last_read_seq])),
      ),
      people: new Map(people.rows.map(({ id, ...row }) => [id, row])),
      messages: group(
        messages.rows,
        ({ room_id }) => room_id,
        (rows) => rows.map(toMessage),
      ),
    }
  } finally {
    await db.end()
  }
}

function group<Row, Group>(
  rows: Row[],
  key: (row: Row) => string,
  gather: (rows: Row[]) => Group,
): Map<string, Group> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row])
  return new Map([...groups].map(([id, of]) => [id, gather(of)]))
}
