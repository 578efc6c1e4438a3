import { DatabaseError } from 'pg'
import { MAX_UNREAD, type Room } from '../contract/chat.ts'
import type { Db } from '../platform/db.ts'
import { AppError } from '../platform/errors.ts'
import { toPicture, type PictureColumns } from '../session/user-row.ts'
import { toMessage, type MessageRow } from './message-row.ts'

interface RoomRow extends PictureColumns {
  id: string
  kind: 'group' | 'dm'
  name: string | null
  last_seq: number
  viewer_id: string
  last_read_seq: number
  unread_count: number
  member_ids: string[]
  last_message:
    | (Omit<MessageRow, 'created_at' | 'edited_at' | 'deleted_at'> &
        Record<'created_at' | 'edited_at' | 'deleted_at', string | null>)
    | null
}

/** A room as one member sees it, with who that is. */
export interface RoomView {
  viewerId: string
  room: Room
}

/** What is known of a room whose row is held. */
type Held = Pick<Room, 'kind'>

const FOREIGN_KEY_VIOLATION = '23503'

// One row for each member who looks: what is theirs alone, and what everyone sees.
// Own messages and tombstones are not unread. Counted is no further than people are told: this runs while the room is held, and a large
// room has hundreds who have not read for months. The index `messages_unread` has it all.
const VIEWS = `
  select r.id, r.kind, r.name, r.last_seq, r.avatar_url, r.avatar_thumb_url, r.avatar_version, r.avatar_thumbhash,
    me.user_id as viewer_id, me.last_read_seq,
    (select count(*)::int from (
      select 1 from messages m
      where m.room_id = r.id and m.seq > me.last_read_seq and m.sender_id <> me.user_id and m.deleted_at is null
      order by m.seq limit ${MAX_UNREAD}) counted
    ) as unread_count,
    (select array_agg(everyone.user_id order by everyone.joined_at, everyone.user_id)
      from room_members everyone where everyone.room_id = r.id) as member_ids,
    (select to_jsonb(m) from messages m where m.room_id = r.id and m.seq = r.last_seq) as last_message
  from room_members me join rooms r on r.id = me.room_id`

/** Rooms and who is in them, in the database. */
export const roomRepository = (db: Db) => ({
  async insertGroup(id: string, name: string): Promise<void> {
    await db('rooms').insert({ id, kind: 'group', name })
  },

  /** Tells false when the pair has its chat already, also one that commits at the same moment. */
  async insertDm(id: string, pair: string): Promise<boolean> {
    const inserted = await db('rooms')
      .insert({ id, kind: 'dm', dm_key: pair })
      .onConflict('dm_key')
      .ignore()
      .returning('id')
    return inserted.length > 0
  },

  async findDmId(pair: string): Promise<string | null> {
    const row = await db('rooms').where({ dm_key: pair }).first<{ id: string } | undefined>('id')
    return row?.id ?? null
  },

  /** Adds people who are not members yet and tells who they are; nothing that was said before counts as unread. Throws `chat.unknown_person`. */
  async insertMembers(roomId: string, userIds: string[]): Promise<string[]> {
    try {
      const { rows } = await db.raw<{ rows: Array<{ user_id: string }> }>(
        `insert into room_members (room_id, user_id, last_read_seq)
         select r.id, added.user_id, r.last_seq from rooms r, unnest(?::uuid[]) as added(user_id)
         where r.id = ? on conflict do nothing returning user_id`,
        [userIds, roomId],
      )
      return rows.map((row) => row.user_id)
    } catch (error) {
      if (error instanceof DatabaseError && error.code === FOREIGN_KEY_VIOLATION)
        throw new AppError('chat.unknown_person', 'One of these people does not exist. Nobody was added.')
      throw error
    }
  },

  async removeMember(roomId: string, userId: string): Promise<boolean> {
    return (await db('room_members').where({ room_id: roomId, user_id: userId }).delete()) > 0
  },

  /** Holds a room's row until the transaction ends: what happens in a room happens in turn. */
  holdRoom: (roomId: string): Promise<Held | null> => holdRoom(db, roomId),

  /** The same for one of its members alone; null for others. */
  async lockRoom(roomId: string, memberId: string): Promise<Held | null> {
    const room = await holdRoom(db, roomId)
    // Looked up afterwards: who left while this waited for its turn is no member any more.
    return room !== null && (await isMember(db, roomId, memberId)) ? room : null
  },

  isMember: (roomId: string, userId: string): Promise<boolean> => isMember(db, roomId, userId),

  async countMembers(roomId: string): Promise<number> {
    const [row] = await db('room_members').where({ room_id: roomId }).count<Array<{ count: string }>>()
    return Number(row?.count ?? 0)
  },

  async listRoomIds(userId: string): Promise<string[]> {
    return db('room_members').where({ user_id: userId }).pluck<string[]>('room_id')
  },

  async findRoom(roomId: string, userId: string): Promise<Room | null> {
    const [view] = await views(db, 'where r.id = ? and me.user_id = ?', [roomId, userId])
    return view?.room ?? null
  },

  /** A person's rooms, the latest message first. */
  async listRooms(userId: string): Promise<Room[]> {
    const found = await views(db, 'where me.user_id = ?', [userId])
    return found.toSorted((a, b) => latest(b).localeCompare(latest(a))).map(({ room }) => room)
  },

  /** The room as each of its members sees it. */
  listViews: (roomId: string): Promise<RoomView[]> => views(db, 'where r.id = ?', [roomId]),

  /** Moves a read mark forwards, never past the last message; tells where it is now, or null when it did not move. */
  async replaceReadMark(roomId: string, userId: string, seq: number): Promise<number | null> {
    const { rows } = await db.raw<{ rows: Array<{ last_read_seq: number }> }>(
      `update room_members me set last_read_seq = least(?, r.last_seq) from rooms r
       where r.id = me.room_id and me.room_id = ? and me.user_id = ? and me.last_read_seq < least(?, r.last_seq)
       returning me.last_read_seq`,
      [seq, roomId, userId, seq],
    )
    return rows[0]?.last_read_seq ?? null
  },
})

async function holdRoom(db: Db, roomId: string): Promise<Held | null> {
  const held = db('rooms').where({ id: roomId }).forUpdate().first<Held | undefined>('kind')
  return (await held.options({ name: 'hold_room' })) ?? null
}

async function isMember(db: Db, roomId: string, userId: string): Promise<boolean> {
  const row = await db('room_members')
    .where({ room_id: roomId, user_id: userId })
    .first<object | undefined>('user_id')
  return row !== undefined
}

async function views(db: Db, where: string, bindings: string[]): Promise<RoomView[]> {
  const { rows } = await db.raw<{ rows: RoomRow[] }>(`${VIEWS} ${where}`, bindings)
  return rows.map(toView)
}

const latest = ({ room }: RoomView): string => room.lastMessage?.createdAt ?? ''

const toView = (row: RoomRow): RoomView => ({
  viewerId: row.viewer_id,
  room: {
    id: row.id,
    kind: row.kind,
    name: row.name,
    memberIds: row.member_ids,
    lastSeq: row.last_seq,
    lastReadSeq: row.last_read_seq,
    unreadCount: row.unread_count,
    lastMessage: row.last_message === null ? null : toMessage(withDates(row.last_message)),
    ...toPicture(row),
  },
})

/** JSON made the times into text. */
function withDates(row: NonNullable<RoomRow['last_message']>): MessageRow {
  return {
    ...row,
    created_at: new Date(row.created_at ?? 0), // the column is never null
    edited_at: date(row.edited_at),
    deleted_at: date(row.deleted_at),
  }
}

const date = (text: string | null): Date | null => (text === null ? null : new Date(text))
