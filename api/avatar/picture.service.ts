import { createHash, randomUUID } from 'node:crypto'
import { AVATAR_TYPE, RENDITIONS, type PresignedUpload, type Rendition } from '../contract/avatar.ts'
import type { Actor } from '../platform/authenticate.ts'
import type { Db } from '../platform/db.ts'
import { AppError } from '../platform/errors.ts'
import type { LogEntry, Transact } from '../platform/event-log.ts'
import type { Storage } from '../platform/storage.ts'
import { avatarKey, BOTH, type AvatarKeys, type RenditionFiles } from './avatar-keys.ts'
import { checkRendition, thumbhashOf } from './avatar.image.ts'
import { avatarRepository, placeOf, type Deletion, type Upload } from './avatar.repository.ts'
import type { ChangeLimit } from './change-limit.ts'
import type { HeldPicture, PictureOwner } from './picture-owner.ts'
import { recentRepository } from './recent.repository.ts'
import { SWEEP_AFTER_MS } from './sweeper.ts'

/** How long a presigned upload can be used, in seconds. */
const UPLOAD_SECONDS = 300
/** How long a redirect to the bucket can be followed, in seconds. */
const READ_SECONDS = 300
const DAY_MS = 86_400_000
/** How long an upload can take from its announcement to the moment at which nothing of it is under way any more, in milliseconds. */
export const LONGEST_UPLOAD_MS = UPLOAD_SECONDS * 1000 + SWEEP_AFTER_MS
/** A key names one picture for ever, so whoever has it may keep it: a year, the longest that caches honour. */
export const CACHE_CONTROL = 'public, max-age=31536000, immutable'

/** Two files as they are announced. */
export type Announcement = Record<Rendition, { bytes: number; sha256: string }>

interface Dependencies {
  db: Db
  transact: Transact
  storage: Storage
  keys: AvatarKeys
  limit: ChangeLimit
  /** Called when objects were queued for deletion. */
  onQueued: () => void
}

/** What came of a change: its owner as they are now, and whether a picture that was decided on later stands. */
export interface Standing<View> {
  view: View
  superseded?: true
}

export type PictureService = ReturnType<typeof createPictureService>

/** Setting, removing and showing pictures, whoever has them. */
export function createPictureService({ db, transact, storage, keys, limit, onQueued }: Dependencies) {
  const uploads = avatarRepository(db)

  return {
    /** Signs two uploads for exactly the announced files. Throws `avatar.too_many_changes`. */
    async presign(actor: Actor, roomId: string | null, { full, thumb }: Announcement) {
      await limit.check(db, actor.userId)
      if ((await uploads.countOpenUploads(actor.userId)) >= limit.openUploads)
        throw new AppError(
          'avatar.too_many_changes',
          'You have begun too many uploads without completing them. Try again in five minutes.',
          { retryAfter: UPLOAD_SECONDS },
        )
      const announced = { id: randomUUID(), userId: actor.userId, roomId, full, thumb }
      const upload = await uploads.insertUpload(announced, UPLOAD_SECONDS * 1000)
      const sign = (rendition: Rendition): Promise<PresignedUpload> =>
        storage.presignPut(
          keys.pending(placeOf(upload), upload.id, rendition),
          { ...upload[rendition], contentType: AVATAR_TYPE },
          UPLOAD_SECONDS,
        )
      const [signedFull, signedThumb] = await Promise.all([sign('full'), sign('thumb')])
      return {
        uploadId: upload.id,
        expiresAt: upload.expiresAt.toISOString(),
        full: signedFull,
        thumb: signedThumb,
      }
    },

    /**
     * Checks what was uploaded and makes it the owner's picture; the same again changes nothing. Throws `avatar.upload_not_found`,
     * `avatar.upload_missing`, `avatar.upload_mismatch`, `avatar.not_an_avatar`, `avatar.too_many_changes`. `madeAgo` is how many
     * milliseconds ago it was decided on, here and below: where a later decision stands, that stays; without it this is the last.
     */
    async complete<View>(
      actor: Actor,
      roomId: string | null,
      owner: PictureOwner<View>,
      uploadId: string,
      madeAgo?: number,
    ): Promise<Standing<View>> {
      const age = ageOf(madeAgo)
      const upload = found(await uploads.findUpload(actor.userId, roomId, uploadId))
      if (upload.completed) return { view: await owner.view(db) }
      if (upload.expired) throw expired()
      const files = await readBoth(upload)
      if (files === 'completed') return { view: await owner.view(db) }
      await limit.check(db, actor.userId)
      return setFiles(actor, owner, files, upload, age)
    },

    /** Makes files that were checked once already the owner's picture, without an upload. Throws `avatar.too_many_changes`. */
    set: <View>(
      actor: Actor,
      owner: PictureOwner<View>,
      files: RenditionFiles,
      madeAgo?: number,
    ): Promise<Standing<View>> => setFiles(actor, owner, files, null, ageOf(madeAgo)),

    /** Takes the picture away and does `also` with its key; where there is none, nothing changes. */
    async remove<View>(
      owner: PictureOwner<View>,
      {
        madeAgo,
        also = async () => [],
      }: {
        madeAgo?: number | undefined
        also?: (trx: Db, key: string) => Promise<LogEntry[]>
      } = {},
    ): Promise<Standing<View>> {
      const age = ageOf(madeAgo)
      const standing = await transact(async (trx, record): Promise<Standing<View>> => {
        const before = await owner.lock(trx)
        if (isLater(before, age)) return { view: await owner.view(trx), superseded: true }
        const { key } = before
        if (key === null) return { view: await owner.view(trx) }
        await owner.replace(trx, null, age?.() ?? 0)
        await avatarRepository(trx).queueDeletions(deletionsOf(key))
        await record([...(await owner.news(trx)), ...(await also(trx, key))])
        return { view: await owner.view(trx) }
      })
      onQueued()
      return standing
    },

    /** An address in the bucket at which a rendition can be read for five minutes. */
    locate: (key: string, rendition: Rendition): Promise<string> =>
      storage.presignGet(keys.served(key, rendition), READ_SECONDS),
  }

  /** Reads and checks both renditions, unless another request has completed the upload meanwhile: then they may be gone already. */
  async function readBoth(upload: Upload): Promise<RenditionFiles | 'completed'> {
    try {
      const [full, thumb] = await Promise.all([readChecked(upload, 'full'), readChecked(upload, 'thumb')])
      return { full, thumb }
    } catch (error) {
      const now = await uploads.findUpload(upload.userId, upload.roomId, upload.id)
      if (now?.completed) return 'completed'
      throw error
    }
  }

  /** Reads one uploaded rendition, once, and checks it against what was announced and against what a picture is. */
  async function readChecked(upload: Upload, rendition: Rendition): Promise<Buffer> {
    const bytes = await storage.read(
      keys.pending(placeOf(upload), upload.id, rendition),
      RENDITIONS[rendition].maxBytes,
    )
    if (bytes === null)
      throw new AppError(
        'avatar.upload_missing',
        `The ${rendition} rendition has not arrived in the store. Upload it, then complete.`,
      )
    const announced = upload[rendition]
    const matches =
      bytes !== 'too-large' && bytes.length === announced.bytes && digest(bytes) === announced.sha256
    if (!matches)
      throw new AppError(
        'avatar.upload_mismatch',
        `The ${rendition} rendition in the store is not the file that was announced. Start again.`,
      )
    await checkRendition(bytes, rendition)
    return bytes
  }

  /** Writes the very bytes that were checked under keys that no presigned address can write, then sets them. */
  async function setFiles<View>(
    actor: Actor,
    owner: PictureOwner<View>,
    files: RenditionFiles,
    upload: Upload | null,
    age: Age,
  ): Promise<Standing<View>> {
    // Each attempt has keys of its own: whatever comes of it, nobody else writes or deletes there.
    const key = avatarKey(owner.place, randomUUID())
    const thumbhash = await thumbhashOf(files.thumb)
    // Known to the database before it is in the bucket: a crash in between leaves nothing that is not swept.
    await uploads.queueDeletions(deletionsOf(key, SWEEP_AFTER_MS))
    await Promise.all(
      BOTH.map((rendition) =>
        storage.write(keys.served(key, rendition), files[rendition], {
          contentType: AVATAR_TYPE,
          cacheControl: CACHE_CONTROL,
        }),
      ),
    )
    const standing = await transact(async (trx, record): Promise<Standing<View>> => {
      const repository = avatarRepository(trx)
      await repository.holdPerson(actor.userId)
      if (upload !== null) {
        const locked = found(await repository.lockUpload(upload.id))
        // Another request was quicker: its picture stands, and what was written here goes at once.
        if (locked.completed) {
          await repository.queueDeletions(deletionsOf(key))
          return { view: await owner.view(trx) }
        }
      }
      const before = await owner.lock(trx)
      if (isLater(before, age)) {
        await repository.queueDeletions(deletionsOf(key))
        return { view: await owner.view(trx), superseded: true }
      }
      await limit.count(trx, actor.userId)
      await owner.replace(
        trx,
        { key, url: keys.url(key, 'full'), thumbUrl: keys.url(key, 'thumb'), thumbhash },
        age?.() ?? 0,
      )
      await repository.cancelDeletions(BOTH.map((rendition) => keys.served(key, rendition)))
      await repository.queueDeletions(deletionsOf(before.key))
      if (upload !== null) {
        await repository.completeUpload(upload.id)
        await repository.queueDeletions(pendingDeletions(upload))
      }
      if (owner.place === actor.userId)
        await recentRepository(trx).put(actor.userId, {
          files,
          sha256: digest(files.full),
          thumbhash,
          key,
        })
      await record(await owner.news(trx))
      return { view: await owner.view(trx) }
    })
    onQueued()
    return standing
  }

  function deletionsOf(key: string | null, inMs = 0): Deletion[] {
    if (key === null) return []
    return BOTH.map((rendition) => ({ key: keys.served(key, rendition), inMs }))
  }

  /** Now, once more when nobody can begin to upload there any longer, and a day later for what dripped in meanwhile. */
  function pendingDeletions(upload: Upload): Deletion[] {
    return BOTH.flatMap((rendition) => {
      const key = keys.pending(placeOf(upload), upload.id, rendition)
      return [
        { key, inMs: 0 },
        { key, inMs: LONGEST_UPLOAD_MS },
        { key, inMs: LONGEST_UPLOAD_MS + DAY_MS },
      ]
    })
  }
}

/** How many milliseconds ago a change was decided on, whenever that is asked; null where it counts as the last. */
type Age = (() => number) | null

function ageOf(madeAgo: number | undefined): Age {
  const arrived = performance.now()
  return madeAgo === undefined ? null : () => madeAgo + performance.now() - arrived
}

/** Whether what stands was decided on later than what is to replace it. */
const isLater = (standing: HeldPicture, age: Age): boolean =>
  age !== null && standing.madeAgo !== null && standing.madeAgo < age()

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('base64')

function found(upload: Upload | null): Upload {
  if (upload === null)
    throw new AppError(
      'avatar.upload_not_found',
      'You have no upload with that id. It may have expired; start again.',
    )
  return upload
}

const expired = (): AppError =>
  new AppError(
    'avatar.upload_not_found',
    'The upload has expired; uploads are valid for five minutes. Start again.',
  )
