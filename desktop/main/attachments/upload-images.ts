import { createHash } from 'node:crypto'
import { attachmentEndpoints } from '../../../api/contract/attachment.ts'
import type { PresignedUpload } from '../../../api/contract/avatar.ts'
import type { Failure, Result, StagedImage } from '../../bridge.ts'
import { failed } from '../api-client.ts'
import { judgeApiFailure, judgeRefusal, type Fault } from '../avatar/fault.ts'
import { putObject, StoreRefusal } from '../avatar/put-object.ts'
import { connectionFailure, type Network } from '../network.ts'
import type { Session } from '../session.ts'

/** The images of one message that are to be brought into the store, and their surroundings. */
export interface ImagesJob {
  roomId: string
  images: readonly StagedImage[]
  /** What is in the store already: ids of attachments by those of images. */
  uploaded: Readonly<Record<string, string>>
  session: Pick<Session, 'call'>
  read: (imageId: string) => Promise<Buffer | null>
  isOnline: Network['isOnline']
  signal: AbortSignal
  /** Hears of each that is done; settles once that is on disk. */
  onUploaded: (imageId: string, attachmentId: string) => Promise<void>
  /** Hears which part of 1 is in the store, of all of them together. */
  onProgress: (fraction: number) => void
}

/** How often an image is announced anew that the server or the store does not know any more. */
const MAX_TRIES = 2

/** Brings every image into the store that is not there yet, one after the other; their attachments' ids in the order of the images. */
export async function uploadImages(job: ImagesJob): Promise<Result<string[]>> {
  const total = job.images.reduce((sum, { bytes }) => sum + bytes, 0)
  const ids: string[] = []
  let before = 0
  for (const image of job.images) {
    const done = job.uploaded[image.id]
    const start = before
    const answer: Result<string> =
      done === undefined
        ? await uploadImage(job, image, (bytes) => job.onProgress((start + bytes) / total))
        : { ok: true, value: done }
    if (!answer.ok) return answer
    ids.push(answer.value)
    before += image.bytes
    job.onProgress(before / total)
  }
  return { ok: true, value: ids }
}

async function uploadImage(
  job: ImagesJob,
  image: StagedImage,
  onSent: (bytes: number) => void,
): Promise<Result<string>> {
  const file = await job.read(image.id)
  if (file === null) return failed('desktop.image_gone', `${image.name} is no longer kept here.`)
  for (let tries = 1; ; tries += 1) {
    const attempt = await tryImage(job, image, file, onSent)
    if ('attachmentId' in attempt) {
      await job.onUploaded(image.id, attempt.attachmentId)
      return { ok: true, value: attempt.attachmentId }
    }
    const { failure, remedy } = attempt
    const isWorthAnother = remedy === 'sign-anew' || remedy === 'put-again'
    if (!isWorthAnother || tries === MAX_TRIES || job.signal.aborted) return { ok: false, error: failure }
  }
}

/** Announces, puts and completes an image; a fault says what would help. */
async function tryImage(
  { roomId: id, session, isOnline, signal }: ImagesJob,
  { name, type }: StagedImage,
  file: Buffer,
  onSent: (bytes: number) => void,
): Promise<{ attachmentId: string } | Fault> {
  const sha256 = createHash('sha256').update(file).digest('base64')
  const announced = { id, name, type, bytes: file.length, sha256 }
  const signed = await session.call(attachmentEndpoints.presignAttachment, announced, { signal })
  if (!signed.ok) return judgeFailure(signed.error)
  const { attachmentId, image } = signed.value
  const fault = await put(image, file, { isOnline, signal, onSent })
  if (fault !== null) return fault
  const completed = await session.call(
    attachmentEndpoints.completeAttachment,
    { id, attachmentId },
    { signal, timeoutMs: COMPLETE_MS },
  )
  return completed.ok ? { attachmentId } : judgeFailure(completed.error)
}

/** How long the server may take to check an image, in milliseconds: it decodes up to 100 megapixels. */
const COMPLETE_MS = 60_000

async function put(
  upload: PresignedUpload,
  file: Buffer,
  options: { isOnline: Network['isOnline']; signal: AbortSignal; onSent: (bytes: number) => void },
): Promise<Fault | null> {
  const signedAt = Date.now()
  try {
    await putObject(upload, file, options)
    return null
  } catch (error) {
    if (error instanceof StoreRefusal) return judgeRefusal(error, upload.url, Date.now() - signedAt)
    const who = `The picture store at ${new URL(upload.url).origin}`
    return {
      failure: connectionFailure(error, options.isOnline, who, 'desktop.store_unreachable'),
      remedy: 'wait',
    }
  }
}

// Announced a day ago, or lost by the store: both are mended by sending the image anew.
const LOST = new Set<Failure['code']>(['chat.attachment_not_found', 'chat.attachment_missing'])

const judgeFailure = (failure: Failure): Fault =>
  LOST.has(failure.code) ? { failure, remedy: 'put-again' } : judgeApiFailure(failure)
