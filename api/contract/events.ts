import { z } from 'zod'
import { notice } from './avatar.ts'
import { message, room } from './chat.ts'
import { id } from './fields.ts'
import { picture, user } from './session.ts'

/**
 * The version of the socket's protocol, told in `hello`.
 * Compatible changes (a new event, a new optional field) keep it: clients pass over an event that they do not know.
 */
export const PROTOCOL = 1

/** The largest frame a client may send, in bytes; a larger one closes the socket with 1009. */
export const MAX_FRAME_BYTES = 16 * 1024

/** The code with which the server closes the sockets of a session that has ended. */
export const SESSION_ENDED = 4001

/** How long somebody counts as typing after their last word of it, in milliseconds. */
export const TYPING_EXPIRES_MS = 6_000

const durable = <Type extends string, Data extends z.ZodType>(type: Type, data: Data) =>
  z.object({ type: z.literal(type), cursor: z.string(), data })
const passing = <Type extends string, Data extends z.ZodType>(type: Type, data: Data) =>
  z.object({ type: z.literal(type), data })

/** What has changed and stays so; each carries the cursor behind which a client can resume. */
export const durableEvent = z.discriminatedUnion('type', [
  durable('user:avatar:updated', z.object({ userId: id, ...picture.shape })),
  durable('user:updated', z.object({ user })),
  durable('message:created', z.object({ message })),
  durable('message:updated', z.object({ message })),
  durable('message:deleted', z.object({ message })),
  durable('room:created', z.object({ room })),
  durable('room:updated', z.object({ room })),
  durable('room:removed', z.object({ roomId: id })),
  /** To the person concerned alone. */
  durable('notice:created', z.object({ notice })),
  durable('room:read', z.object({ roomId: id, seq: z.number().int() })),
])
export type DurableEvent = z.output<typeof durableEvent>

/** What holds for the moment: nobody needs it later. */
export const passingEvent = z.discriminatedUnion('type', [
  passing('presence:changed', z.object({ userId: id, status: z.enum(['online', 'offline']) })),
  passing('typing:changed', z.object({ roomId: id, userId: id, typing: z.boolean() })),
])
export type PassingEvent = z.output<typeof passingEvent>

/** The first frame of every connection. */
export const hello = passing(
  'hello',
  z.object({
    protocol: z.literal(PROTOCOL),
    userId: id,
    cursor: z.string(),
    replay: z.enum(['none', 'complete', 'resync']),
  }),
)
export type Hello = z.output<typeof hello>

/** Why the server did not act on a client's frame. */
const frameError = z.enum(['socket.malformed', 'socket.unknown_type'])

/** Every frame that the server sends. */
export const serverFrame = z.discriminatedUnion('type', [
  hello,
  ...durableEvent.options,
  ...passingEvent.options,
  z.object({ type: z.literal('pong') }),
  passing('error', z.object({ code: frameError })),
])
export type ServerFrame = z.output<typeof serverFrame>

/** What a client shows: every server frame that tells of a change. */
export type ServerEvent = DurableEvent | PassingEvent

/** Every frame that a client sends. */
export const clientFrame = z.discriminatedUnion('type', [
  passing('typing', z.object({ roomId: id, typing: z.boolean() })),
  z.object({ type: z.literal('ping') }),
])
export type ClientFrame = z.output<typeof clientFrame>
