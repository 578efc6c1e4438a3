import { beforeEach, describe, expect, it } from 'vitest'
import {
  mergeRoom,
  noteMessage,
  noteRead,
  putRoom,
  removeRoom,
  resetRooms,
  selectRoom,
  setRooms,
  sortRooms,
  useRooms,
} from '../../../desktop/renderer/chat/rooms.ts'
import { message, room, uuid } from './fake-bridge.ts'

const SELF = uuid(1)
const known = () => useRooms.getState().rooms[uuid(1)]

beforeEach(resetRooms)

describe('unread counts', () => {
  it("grow by others' messages, once each, and not by one's own", () => {
    putRoom(room(3))
    noteMessage(message(4), SELF)
    noteMessage(message(4), SELF)
    noteMessage(message(5, SELF), SELF)
    expect(known()).toMatchObject({ lastSeq: 5, unreadCount: 1 })
  })

  it('fall at once when read, and to what is left behind', () => {
    putRoom(room(9, { lastReadSeq: 4, unreadCount: 5 }))
    noteRead(uuid(1), 6, () => 3)
    expect(known()).toMatchObject({ lastReadSeq: 6, unreadCount: 3 })
    noteRead(uuid(1), 9, () => 1)
    expect(known()?.unreadCount).toBe(0)
    noteRead(uuid(1), 2, () => 7)
    expect(known()).toMatchObject({ lastReadSeq: 9, unreadCount: 0 })
  })

  it('are not brought back by an answer from before', () => {
    putRoom(room(9, { lastReadSeq: 4, unreadCount: 5 }))
    noteRead(uuid(1), 9, () => 0)
    setRooms([room(9, { lastReadSeq: 4, unreadCount: 5 })])
    expect(known()).toMatchObject({ lastReadSeq: 9, unreadCount: 0 })
  })
})

describe('mergeRoom', () => {
  it('counts what came behind a mark that the server does not know yet', () => {
    const readOffline = room(10, { lastReadSeq: 10, unreadCount: 0 })
    const merged = mergeRoom(readOffline, room(15, { lastReadSeq: 5, unreadCount: 10 }))
    expect(merged).toMatchObject({ lastSeq: 15, lastReadSeq: 10, unreadCount: 5 })
  })

  it('counts no more than the server does: some of what came is one’s own', () => {
    const readOffline = room(10, { lastReadSeq: 10, unreadCount: 0 })
    expect(mergeRoom(readOffline, room(15, { lastReadSeq: 5, unreadCount: 2 })).unreadCount).toBe(2)
  })

  it('keeps a message that came while the answer was under way', () => {
    const merged = mergeRoom(room(6, { lastReadSeq: 5, unreadCount: 1 }), room(5, { name: 'renamed' }))
    expect(merged).toMatchObject({ name: 'renamed', lastSeq: 6, unreadCount: 1 })
    expect(merged.lastMessage?.seq).toBe(6)
  })

  it('takes what is newer', () => {
    expect(mergeRoom(room(5), room(8, { lastReadSeq: 5, unreadCount: 3 }))).toMatchObject({
      lastSeq: 8,
      unreadCount: 3,
    })
  })
})

describe('the last message', () => {
  it('changes when it is edited, and not when an older one is', () => {
    putRoom(room(5))
    noteMessage({ ...message(5), body: 'edited' }, SELF)
    noteMessage({ ...message(4), body: 'older' }, SELF)
    expect(known()?.lastMessage?.body).toBe('edited')
  })
})

describe('events about rooms', () => {
  it('change name and members, and do not undo what one has read since', () => {
    putRoom(room(9, { lastReadSeq: 4, unreadCount: 5 }))
    putRoom(room(9, { name: 'renamed', memberIds: [uuid(1)], lastReadSeq: 2, unreadCount: 7 }))
    expect(known()).toMatchObject({ name: 'renamed', memberIds: [uuid(1)], lastReadSeq: 4, unreadCount: 5 })
  })

  it('close the room that is gone', () => {
    putRoom(room(1))
    selectRoom(uuid(1))
    removeRoom(uuid(1))
    expect(useRooms.getState()).toMatchObject({ rooms: {}, selectedId: null })

    putRoom(room(1))
    selectRoom(uuid(1))
    setRooms([])
    expect(useRooms.getState().selectedId).toBeNull()
  })
})

describe('sortRooms', () => {
  it('puts the latest activity first, and new ones above', () => {
    const older = room(1, { id: uuid(11) })
    const newer = room(2, { id: uuid(12) })
    const empty = room(0, { id: uuid(13) })
    const dm = room(9, { id: uuid(14), kind: 'dm', name: null })
    expect(sortRooms([older, dm, newer, empty], 'group').map(({ id }) => id)).toEqual([
      uuid(13),
      uuid(12),
      uuid(11),
    ])
  })
})
