import { vi } from 'vitest'
import type { Room, Message } from '../../../api/contract/chat.ts'
import type { User } from '../../../api/contract/session.ts'
import type { Bridge, Result } from '../../../desktop/bridge.ts'

/** A UUID that tells its number. */
export const uuid = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`

/** What main answers when it refuses. */
export const failed = (code: 'desktop.store_unreachable' | 'server.internal'): Result<never> => ({
  ok: false,
  error: { code, detail: code },
})

/**
 * Puts a bridge at `window.medallion` of which only the given parts exist: what a test does not expect to be asked for
 * is not there to answer.
 */
export function stubBridge(parts: {
  call?: (name: string, input: never) => Promise<Result<unknown>>
  attachments?: Partial<Bridge['attachments']>
  avatar?: Partial<Bridge['avatar']>
  outbox?: Partial<Bridge['outbox']>
  snapshot?: Partial<Bridge['snapshot']>
}): void {
  vi.stubGlobal('window', Object.assign(new EventTarget(), { medallion: parts }))
}

/** A person without picture, or with the one of this version. */
export function person(number: number, version = 0): User {
  const key = version === 0 ? null : `/avatars/${uuid(number)}/${version}`
  return {
    id: uuid(number),
    username: `person${number}`,
    displayName: `Person ${number}`,
    role: 'member',
    avatarUrl: key && `${key}/256.webp`,
    avatarThumbUrl: key && `${key}/64.webp`,
    avatarVersion: version,
    avatarThumbhash: null,
  }
}

/** A message of somebody in the room with number 1, minutes after noon. */
export function message(seq: number, senderId = uuid(2), minutes = seq): Message {
  return {
    id: uuid(1_000 + seq),
    roomId: uuid(1),
    seq,
    senderId,
    clientId: uuid(2_000 + seq),
    body: `message ${seq}`,
    createdAt: new Date(Date.UTC(2026, 4, 4, 12, minutes)).toISOString(),
    editedAt: null,
    deletedAt: null,
    replyTo: null,
    reactions: [],
    attachments: [],
  }
}

/** The room with number 1, in which everything up to `lastSeq` is read. */
export function room(lastSeq: number, changes: Partial<Room> = {}): Room {
  return {
    id: uuid(1),
    kind: 'group',
    name: 'engine-room',
    memberIds: [uuid(1), uuid(2)],
    lastSeq,
    lastReadSeq: lastSeq,
    unreadCount: 0,
    lastMessage: lastSeq === 0 ? null : message(lastSeq),
    avatarUrl: null,
    avatarThumbUrl: null,
    avatarVersion: 0,
    avatarThumbhash: null,
    ...changes,
  }
}
