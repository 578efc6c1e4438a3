import { createHash, randomUUID } from 'node:crypto'
import { AVATAR_TYPE, RENDITIONS, type avatarEndpoints, type Rendition } from '../contract/avatar.ts'
import type { ParsedInputOf } from '../contract/endpoint.ts'
import type { User } from '../contract/session.ts'
import type { Actor } from '../platform/authenticate.ts'
import type { Db } from '../platform/db.ts'
import { AppError } from '../platform/errors.ts'
import type { LogEntry, Transact } from '../platform/event-log.ts'
import type { Storage } from '../platform/storage.ts'
import { avatarKey, BOTH, type AvatarKeys } from './avatar-keys.ts'
import { checkRendition } from './avatar.image.ts'
import { avatarRepository, type Deletion, type Upload } from './avatar.repository.ts'
import { SWEEP_AFTER_MS } from './sweeper.ts'

type Input<Name extends keyof typeof avatarEndpoints> = ParsedInputOf<(typeof avatarEndpoints)[Name]>

/** How long a presigned upload can be used, in seconds. */
const UPLOAD_SECONDS = 300
/** How long a redirect to the bucket can be followed, in seconds. */
const READ_SECONDS = 300
/** A key names one picture for ever, so whoever has it may keep it: a year, the longest that caches honour. */
const CACHE_CONTROL = 'public, max-age=31536000, immutable'

/** A rendition that is what was announced, and a picture. */
interface Checked {
  rendition: Rendition
  bytes: Buffer
}

interface Dependencies {
  db: Db
  transact: Transact
  storage: Storage
  keys: AvatarKeys
  /** Called when objects were queued for deletion. */
  onQueued: () => void
}

export type AvatarService = ReturnType<typeof createAvatarService>

/** Setting, removing and showing profile pictures. */
export function createAvatarService({ db, transact, storage, keys, onQueued }: Dependencies) {
  const avatars = avatarRepository(db)

  return {
    /** Signs two uploads for exactly the announced files. */
    async presign(actor: Actor, { full, thumb }: Input<'presignAvatar'>) {
      const id = randomUUID()
      const expiresAt = new Date(Date.now() + UPLOAD_SECONDS * 1000)
      await avatars.insertUpload({ id, userId: actor.userId, full, thumb, expiresAt })
      const sign = (rendition: Rendition, file: { bytes: number; sha256: string }) =>
        storage.presignPut(
          keys.pending(actor.userId, id, rendition),
          { ...file, contentType: AVATAR_TYPE },
          UPLOAD_SECONDS,
        )
      const [signedFull, signedThumb] = await Promise.all([sign('full', full), sign('thumb', thumb)])
      return { uploadId: id, expiresAt: expiresAt.toISOString(), full: signedFull, thumb: signedThumb }
    },

    /**
     * Checks what was uploaded and makes it the person's picture; the same again changes nothing.
     * Throws `avatar.upload_not_found`, `avatar.upload_missing`, `avatar.upload_mismatch`, `avatar.not_an_avatar`.
     */
    async complete(actor: Actor, { uploadId }: Input<'completeAvatar'>): Promise<{ user: User }> {
      const upload = found(await avatars.findUpload(actor.userId, uploadId))
      if (upload.completed) return { user: await currentUser(actor.userId) }
      if (upload.expiresAt < new Date()) throw expired()
      const files = await readBoth(upload)
      if (files === 'completed') return { user: await currentUser(actor.userId) }

      // The very bytes that were checked, under keys that no presigned address can write: nothing can be swapped afterwards.
      const key = avatarKey(actor.userId, uploadId)
      await Promise.all(
        files.map(({ rendition, bytes }) =>
          storage.write(keys.served(key, rendition), bytes, {
            contentType: AVATAR_TYPE,
            cacheControl: CACHE_CONTROL,
          }),
        ),
      )
      const user = await setPicture(upload, key)
      onQueued()
      return { user }
    },

    /** Takes the picture away; where there is none, nothing changes. */
    async remove(actor: Actor): Promise<{ user: User }> {
      const user = await transact(async (trx, record) => {
        const repository = avatarRepository(trx)
        const { key } = present(await repository.lockPicture(actor.userId))
        if (key === null) return currentUser(actor.userId, trx)
        const user = present(await repository.replacePicture(actor.userId, null))
        await repository.queueDeletions(deletionsOf(key))
        await record([pictureChanged(user)])
        return user
      })
      onQueued()
      return { user }
    },

    /** An address in the bucket at which a rendition can be read for five minutes. */
    locate: (key: string, rendition: Rendition): Promise<string> =>
      storage.presignGet(keys.served(key, rendition), READ_SECONDS),

    /** Brings stored addresses in line with the settings; tells how many changed. */
    rebaseUrls: (base: string): Promise<number> => avatars.rebaseUrls(base),
  }

  /** Reads and checks both renditions, unless another request has completed the upload meanwhile: then they may be gone already. */
  async function readBoth(upload: Upload): Promise<Checked[] | 'completed'> {
    try {
      return await Promise.all(BOTH.map((rendition) => readChecked(upload, rendition)))
    } catch (error) {
      const now = await avatars.findUpload(upload.userId, upload.id)
      if (now?.completed) return 'completed'
      throw error
    }
  }

  /** Reads one uploaded rendition, once, and checks it against what was announced and against what a picture is. */
  async function readChecked(upload: Upload, rendition: Rendition): Promise<Checked> {
    const bytes = await storage.read(
      keys.pending(upload.userId, upload.id, rendition),
      RENDITIONS[rendition].maxBytes,
    )
    if (bytes === null)
      throw new AppError(
        'avatar.upload_missing',
        `The ${rendition} rendition has not arrived in the store. Upload it, then complete.`,
      )
    const announced = upload[rendition]
    const matches =
      bytes !== 'too-large' &&
      bytes.length === announced.bytes &&
      createHash('sha256').update(bytes).digest('base64') === announced.sha256
    if (!matches)
      throw new AppError(
        'avatar.upload_mismatch',
        `The ${rendition} rendition in the store is not the file that was announced. Start again.`,
      )
    await checkRendition(bytes, rendition)
    return { rendition, bytes }
  }

  async function setPicture(upload: Upload, key: string): Promise<User> {
    const served = deletionsOf(key)
    try {
      return await transact(async (trx, record) => {
        const repository = avatarRepository(trx)
        const locked = found(await repository.lockUpload(upload.userId, upload.id))
        const before = present(await repository.lockPicture(upload.userId))
        if (locked.completed) {
          // Another request was quicker, and what we wrote is what it wrote, byte for byte; but that may have been replaced since.
          if (before.key !== key) await repository.queueDeletions(served)
          return currentUser(upload.userId, trx)
        }
        const user = present(
          await repository.replacePicture(upload.userId, {
            key,
            url: keys.url(key, 'full'),
            thumbUrl: keys.url(key, 'thumb'),
          }),
        )
        await repository.completeUpload(upload.id)
        await repository.queueDeletions([...deletionsOf(before.key), ...pendingDeletions(upload)])
        await record([pictureChanged(user)])
        return user
      })
    } catch (error) {
      // The upload was swept meanwhile, or the person is gone: what was just written belongs to nobody.
      if (error instanceof AppError) await avatars.queueDeletions(served)
      throw error
    }
  }

  async function currentUser(userId: string, from: Db = db): Promise<User> {
    return present(await avatarRepository(from).findUser(userId))
  }

  function deletionsOf(key: string | null): Deletion[] {
    if (key === null) return []
    return BOTH.map((rendition) => ({ key: keys.served(key, rendition), dueAt: new Date() }))
  }

  /** Now, and once more when nobody can upload there any longer, nor is still uploading. */
  function pendingDeletions({ userId, id, expiresAt }: Upload): Deletion[] {
    const afterwards = new Date(expiresAt.getTime() + SWEEP_AFTER_MS)
    return BOTH.flatMap((rendition) => {
      const key = keys.pending(userId, id, rendition)
      return [
        { key, dueAt: new Date() },
        { key, dueAt: afterwards },
      ]
    })
  }
}

const pictureChanged = ({ id, avatarUrl, avatarThumbUrl, avatarVersion }: User): LogEntry => ({
  topic: 'everyone',
  event: { type: 'user:avatar:updated', data: { userId: id, avatarUrl, avatarThumbUrl, avatarVersion } },
})

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

/** What was found of the person; throws when there is nobody any more. */
function present<T>(value: T | null): T {
  if (value === null) throw new AppError('session.user_not_found', 'Your account is no longer there.')
  return value
}
