import { createHash } from 'node:crypto'
import { avatarEndpoints } from '../../../api/contract/avatar.ts'
import type { User } from '../../../api/contract/session.ts'
import type { Renditions, Result } from '../../bridge.ts'
import { failed } from '../api-client.ts'
import type { Session } from '../session.ts'
import { putObject, StoreRefusal } from './put-object.ts'

/** Uploads two renditions straight to the store and sets them as the person's picture; `onProgress` hears parts of 1. */
export async function uploadPicture(
  session: Session,
  { full, thumb }: Renditions,
  onProgress: (fraction: number) => void,
): Promise<Result<User>> {
  const presigned = await session.call(avatarEndpoints.presignAvatar, {
    full: announce(full),
    thumb: announce(thumb),
  })
  if (!presigned.ok) return presigned

  const abort = new AbortController()
  const { signal } = abort
  const sent = { full: 0, thumb: 0 }
  const progress = (rendition: keyof Renditions) => (bytes: number) => {
    sent[rendition] = bytes
    onProgress((sent.full + sent.thumb) / (full.length + thumb.length))
  }
  try {
    await Promise.all([
      putObject(presigned.value.full, full, progress('full'), { signal }),
      putObject(presigned.value.thumb, thumb, progress('thumb'), { signal }),
    ])
  } catch (error) {
    // The other file alone is of no use, and its progress would disturb the next try.
    abort.abort()
    if (error instanceof StoreRefusal) return failed('desktop.store_refused', error.message)
    return failed('desktop.store_unreachable', error instanceof Error ? error.message : String(error))
  }

  const completed = await session.call(avatarEndpoints.completeAvatar, { uploadId: presigned.value.uploadId })
  return completed.ok ? { ok: true, value: completed.value.user } : completed
}

const announce = (file: Uint8Array) => ({
  bytes: file.length,
  sha256: createHash('sha256').update(file).digest('base64'),
})
