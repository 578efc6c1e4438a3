import { createHash, randomUUID } from 'node:crypto'
import { avatarRepository, type Deletion } from '../avatar/avatar.repository.ts'
import { SWEEP_AFTER_MS } from '../avatar/sweeper.ts'
import {
  ATTACHMENT_THUMB_TYPE,
  MAX_ATTACHMENT_BYTES,
  MAX_ATTACHMENTS,
  type Attachment,
  type attachmentEndpoints,
} from '../contract/attachment.ts'
import type { ParsedInputOf } from '../contract/endpoint.ts'
import type { Actor } from '../platform/authenticate.ts'
import type { Db } from '../platform/db.ts'
import { AppError } from '../platform/errors.ts'
import type { Storage } from '../platform/storage.ts'
import type { AttachmentKeys, AttachmentRendition } from './attachment-keys.ts'
import { toAttachment, toKept, type AttachmentRow, type KeptAttachment } from './attachment-row.ts'
import { toServedImage } from './attachment.image.ts'
import { attachmentRepository } from './attachment.repository.ts'
import { roomRepository } from './room.repository.ts'
import { notFound } from './room.service.ts'

/** How long a presigned upload can be used, in seconds: the largest image takes that long at 0.2 Mbit/s. */
const UPLOAD_SECONDS = 900
/** How long a redirect to the bucket can be followed, in seconds. */
const READ_SECONDS = 300
const DAY_MS = 86_400_000
/** How long an image that was completed can be sent, in milliseconds. */
const KEEP_MS = DAY_MS
/** How many uploads somebody may have announced without completing them. */
const MAX_OPEN = 4 * MAX_ATTACHMENTS
/** How many images somebody may have completed without sending them. */
const MAX_UNSENT = 5 * MAX_ATTACHMENTS
/** A key names one image for ever; only members of its room are to have it. */
const CACHE_CONTROL = 'private, max-age=31536000, immutable'

type Input<Name extends keyof typeof attachmentEndpoints> = ParsedInputOf<(typeof attachmentEndpoints)[Name]>

interface Dependencies {
  db: Db
  storage: Storage
  keys: AttachmentKeys
  /** Called when objects were queued for deletion. */
  onQueued: () => void
}

export type AttachmentService = ReturnType<typeof createAttachmentService>

/** Images for messages: uploading, checking, giving them to a message, and reading them (docs/adr/0012-attachments.md). */
export function createAttachmentService({ db, storage, keys, onQueued }: Dependencies) {
  const attachments = attachmentRepository(db)
  let lastTurn: Promise<unknown> = Promise.resolve()

  return {
    /** Signs an upload for exactly the announced file. Throws `chat.room_not_found`, `chat.too_many_attachments`. */
    async presign(actor: Actor, { id: roomId, ...file }: Input<'presignAttachment'>) {
      await requireMember(actor, roomId)
      await requireFew(actor)
      const id = randomUUID()
      const key = keys.pending(roomId, id)
      const { expires_at: expiresAt } = await db.transaction(async (trx) => {
        await avatarRepository(trx).queueDeletions(leftovers(key))
        return attachmentRepository(trx).insert(
          { ...file, id, room_id: roomId, user_id: actor.userId },
          UPLOAD_SECONDS * 1000,
        )
      })
      const image = await storage.presignPut(key, { ...file, contentType: file.type }, UPLOAD_SECONDS)
      return { attachmentId: id, expiresAt: expiresAt.toISOString(), image }
    },

    /**
     * Checks what was uploaded and makes what is served of it; the same again changes nothing. Throws `chat.room_not_found`,
     * `chat.attachment_not_found`, `chat.attachment_missing`, `chat.attachment_mismatch`, `chat.not_an_image`.
     */
    async complete(
      actor: Actor,
      { id: roomId, attachmentId }: Input<'completeAttachment'>,
    ): Promise<{ attachment: Attachment }> {
      await requireMember(actor, roomId)
      const find = async (): Promise<AttachmentRow> =>
        found(await attachments.find(actor.userId, roomId, attachmentId))
      const announced = await find()
      if (announced.message_id === null && announced.expired) throw expired()
      const completed = announced.key === null ? await inTurn(() => completeOnce(find)) : announced
      return { attachment: toAttachment(roomId, keptOf(completed)) }
    },

    /**
     * Gives images to a message in the transaction that sends it, with the room's row held. Throws `chat.attachment_not_found` unless
     * each is one's own, completed in this room and neither sent nor about to go.
     */
    async claim(
      trx: Db,
      ids: string[],
      message: Record<'messageId' | 'roomId' | 'userId', string>,
    ): Promise<KeptAttachment[]> {
      const claimed = await attachmentRepository(trx).claim(ids, message)
      if (claimed.length < ids.length) throw noneToSend()
      await avatarRepository(trx).cancelDeletions(claimed.flatMap(({ key }) => objectsOf(key)))
      const kept = new Map(claimed.map((row) => [row.id, keptOf(row)]))
      return ids.flatMap((id) => kept.get(id) ?? [])
    },

    /** Removes what a message carried, in the transaction that deletes it; `onQueued` is the caller's to call afterwards. */
    async discard(trx: Db, ids: string[]): Promise<void> {
      const removed = await attachmentRepository(trx).remove(ids)
      await avatarRepository(trx).queueDeletions(deletionsOf(removed, 0))
    },

    /** An address in the bucket at which an image can be read for five minutes. Throws `chat.attachment_not_found`. */
    async locate(
      actor: Actor,
      roomId: string,
      attachmentId: string,
      rendition: AttachmentRendition,
    ): Promise<string> {
      const key = await attachments.findKey(roomId, attachmentId, actor.userId)
      if (key === null) throw noneHere()
      return storage.presignGet(keys.served(key, rendition), READ_SECONDS)
    },

    onQueued,
  }

  async function requireMember(actor: Actor, roomId: string): Promise<void> {
    if (!(await roomRepository(db).isMember(roomId, actor.userId))) throw notFound()
  }

  async function requireFew(actor: Actor): Promise<void> {
    const { open, completed, freeIn } = await attachments.countUnsent(actor.userId)
    if (open >= MAX_OPEN)
      throw new AppError(
        'chat.too_many_attachments',
        'You have begun too many uploads without completing them. Try again in a quarter of an hour.',
        { retryAfter: UPLOAD_SECONDS },
      )
    if (completed >= MAX_UNSENT)
      throw new AppError(
        'chat.too_many_attachments',
        `You have uploaded ${MAX_UNSENT} images without sending them. Send them, or wait until they are forgotten after a day.`,
        { retryAfter: Math.max(1, freeIn ?? 1) },
      )
  }

  /** One image at a time in each process: decoded, the largest take hundreds of megabytes. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = lastTurn.then(work)
    lastTurn = turn.catch(() => {})
    return turn
  }

  /** Completes what `find` finds, unless another request has done so, whose doing may have taken the upload away already. */
  async function completeOnce(find: () => Promise<AttachmentRow>): Promise<AttachmentRow> {
    const announced = await find()
    if (announced.key !== null) return announced
    try {
      return await serve(announced, await readAnnounced(announced))
    } catch (error) {
      const now = await find()
      if (now.key !== null) return now
      throw error
    }
  }

  /** Reads what was uploaded, once, and checks it against what was announced. */
  async function readAnnounced({ room_id: roomId, id, bytes, sha256 }: AttachmentRow): Promise<Buffer> {
    const file = await storage.read(keys.pending(roomId, id), MAX_ATTACHMENT_BYTES)
    if (file === null)
      throw new AppError(
        'chat.attachment_missing',
        'The image has not arrived in the store. Upload it, then complete.',
      )
    if (file === 'too-large' || file.length !== bytes || digest(file) !== sha256)
      throw new AppError(
        'chat.attachment_mismatch',
        'What is in the store is not the file that was announced. Start again.',
      )
    return file
  }

  /** Writes what is served under keys that no presigned address can write, then notes it. */
  async function serve({ id, room_id: roomId, type }: AttachmentRow, bytes: Buffer): Promise<AttachmentRow> {
    const { file, width, height, thumb, thumbhash } = await toServedImage(bytes, type)
    // Each attempt has keys of its own: whatever comes of it, nobody else writes or deletes there.
    const key = `${roomId}/${randomUUID()}`
    // Known to the database before it is in the bucket, and due only when it can no longer be sent: sending it takes it off the queue.
    await avatarRepository(db).queueDeletions(deletionsOf([key], KEEP_MS + SWEEP_AFTER_MS))
    const options = { cacheControl: CACHE_CONTROL }
    await Promise.all([
      storage.write(keys.served(key, 'image'), file, { ...options, contentType: type }),
      storage.write(keys.served(key, 'thumb'), thumb, { ...options, contentType: ATTACHMENT_THUMB_TYPE }),
    ])
    const completed = await db.transaction(async (trx) => {
      const repository = attachmentRepository(trx)
      const locked = found(await repository.lock(id))
      // Another process was quicker: what it wrote stands, and what was written here goes at once.
      if (locked.key !== null) {
        await avatarRepository(trx).queueDeletions(deletionsOf([key], 0))
        return locked
      }
      await avatarRepository(trx).queueDeletions([{ key: keys.pending(roomId, id), inMs: 0 }])
      return repository.complete(id, { key, served_bytes: file.length, width, height, thumbhash }, KEEP_MS)
    })
    onQueued()
    return completed
  }

  function objectsOf(key: string | null): string[] {
    return key === null ? [] : keys.both(key)
  }

  function deletionsOf(servedKeys: string[], inMs: number): Deletion[] {
    return servedKeys.flatMap((key) => objectsOf(key).map((object) => ({ key: object, inMs })))
  }
}

/** Once nobody can begin to upload there any longer and no completion is under way, and a day later for what dripped in meanwhile. */
function leftovers(key: string): Deletion[] {
  const inMs = UPLOAD_SECONDS * 1000 + SWEEP_AFTER_MS
  return [
    { key, inMs },
    { key, inMs: inMs + DAY_MS },
  ]
}

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('base64')

function found(row: AttachmentRow | null): AttachmentRow {
  if (row === null)
    throw new AppError(
      'chat.attachment_not_found',
      'You have no such upload in this room. It may have expired; start again.',
    )
  return row
}

/** What a message keeps of a completed attachment. */
function keptOf(row: AttachmentRow): KeptAttachment {
  const kept = toKept(row)
  if (kept === null) throw new Error(`The attachment ${row.id} is not completed.`)
  return kept
}

const expired = (): AppError =>
  new AppError(
    'chat.attachment_not_found',
    'The upload has expired: it was not completed within a quarter of an hour, or not sent within a day. Start again.',
  )

const noneToSend = (): AppError =>
  new AppError(
    'chat.attachment_not_found',
    'One of these images cannot be sent here: it is named twice, not completed in this room by you, sent already, or forgotten after a day. Nothing was sent.',
  )

/** There is no image, or none for whoever asks. Also for addresses that name none. */
export const noneHere = (): AppError =>
  new AppError('chat.attachment_not_found', 'There is no such image, or you cannot see it.')
