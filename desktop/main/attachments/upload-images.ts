import { createHash } from 'node:crypto'
import { attachmentEndpoints } from '../../../api/contract/attachment.ts'
import type { PresignedUpload } from '../../../api/contract/avatar.ts'
import type { Failure, Result, StagedImage } from '../../bridge.ts'
import { failed } from '../api-client.ts'
import { judgeApiFailure, judgeRefusal, type Fault } from '../avatar/fault.ts'
import { putObject, StoreRefusal } from '../avatar/put-object.ts'
import { readSignature } from '../avatar/signature.ts'
import { connectionFailure, type Network } from '../network.ts'
import type { Session } from '../session.ts'

/** An upload that was announced and is not completed: tried again as it is while it holds, since the server bears only so many. */
export interface AnnouncedUpload {
  attachmentId: string
  request: PresignedUpload
  /** By this machine's clock, in milliseconds. */
  signedAt: number
  /** The store has it. */
  isStored: boolean
}

/** The images of one message that are to be brought into the store, and their surroundings. */
export interface ImagesJob {
  roomId: string
  images: readonly StagedImage[]
  /** What is in the store already: ids of attachments by those of images. */
  uploaded: Readonly<Record<string, string>>
  /** By image; what is begun here is added, and taken away once it is completed or of no use. */
  announced: Map<string, AnnouncedUpload>
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
    if (remedy === 'wait') return { ok: false, error: failure }
    job.announced.delete(image.id)
    if (remedy === 'give-up' || tries === MAX_TRIES) return { ok: false, error: failure }
  }
}

/** Announces, puts and completes an image, as far as that is not done; a fault says what would help. */
async function tryImage(
  job: ImagesJob,
  image: StagedImage,
  file: Buffer,
  onSent: (bytes: number) => void,
): Promise<{ attachmentId: string } | Fault> {
  const upload = begun(job, image) ?? (await announce(job, image, file))
  if ('remedy' in upload) return upload
  const fault = upload.isStored ? null : await put(job, upload, file, onSent)
  if (fault !== null) return fault
  upload.isStored = true
  const { attachmentId } = upload
  const completed = await job.session.call(
    attachmentEndpoints.completeAttachment,
    { id: job.roomId, attachmentId },
    { signal: job.signal, timeoutMs: COMPLETE_MS },
  )
  if (!completed.ok) return judgeFailure(completed.error)
  job.announced.delete(image.id)
  return { attachmentId }
}

/** What was announced before and still holds. */
function begun({ announced }: ImagesJob, { id }: StagedImage): AnnouncedUpload | null {
  const upload = announced.get(id)
  if (upload === undefined) return null
  const lifetime = readSignature(upload.request.url)?.lifetime ?? 0
  return upload.isStored || Date.now() - upload.signedAt < lifetime ? upload : null
}

async function announce(
  { roomId: id, announced, session, signal }: ImagesJob,
  image: StagedImage,
  file: Buffer,
): Promise<AnnouncedUpload | Fault> {
  const { name, type } = image
  const sha256 = createHash('sha256').update(file).digest('base64')
  const signedAt = Date.now()
  const signed = await session.call(
    attachmentEndpoints.presignAttachment,
    { id, name, type, bytes: file.length, sha256 },
    { signal },
  )
  if (!signed.ok) return judgeFailure(signed.error)
  const { attachmentId, image: request } = signed.value
  const upload = { attachmentId, request, signedAt, isStored: false }
  announced.set(image.id, upload)
  return upload
}

/** How long the server may take to check an image, in milliseconds: it decodes up to 100 megapixels. */
const COMPLETE_MS = 60_000

async function put(
  { isOnline, signal }: ImagesJob,
  { request, signedAt }: AnnouncedUpload,
  file: Buffer,
  onSent: (bytes: number) => void,
): Promise<Fault | null> {
  try {
    await putObject(request, file, { signal, onSent })
    return null
  } catch (error) {
    if (error instanceof StoreRefusal) return judgeRefusal(error, request.url, Date.now() - signedAt)
    const who = `The picture store at ${new URL(request.url).origin}`
    return { failure: connectionFailure(error, isOnline, who, 'desktop.store_unreachable'), remedy: 'wait' }
  }
}

// Announced a day ago, or lost by the store: both are mended by sending the image anew.
const LOST = new Set<Failure['code']>(['chat.attachment_not_found', 'chat.attachment_missing'])

const judgeFailure = (failure: Failure): Fault =>
  LOST.has(failure.code) ? { failure, remedy: 'put-again' } : judgeApiFailure(failure)
