import type { Failure, Renditions } from '../../bridge.ts'
import { connectionFailure, type Network } from '../network.ts'
import type { ChangeRecord, Upload } from './change-record.ts'
import { judgeApiFailure, judgeRefusal, type Fault } from './fault.ts'
import { commit, presign, type Call, type Changed } from './picture-calls.ts'
import { putObject, StoreRefusal } from './put-object.ts'
import { readSignature } from './signature.ts'

/** A change to carry out, and its surroundings. */
export interface Job {
  /** As it is now; `keep` replaces it. */
  readonly record: ChangeRecord
  readonly renditions: Renditions | null
  call: Call
  isOnline: Network['isOnline']
  /** Stops everything but a last request that was sent. */
  signal: AbortSignal
  /** Changes the record at once, and settles once that is on disk. */
  keep(changes: Partial<ChangeRecord>): Promise<void>
  /** Settles when nothing earlier can still change the picture. */
  turn(): Promise<void>
  /** False once the person has given the change up, or a later one has taken its place. */
  isWanted(): boolean
  /** Hears which part of 1 is in the store. */
  onProgress(fraction: number): void
}

/**
 * What one try has come to. `settled`: so it is now, and `sure` that the answer is this change's own and no later one's;
 * `again`: it may work later; `refused`: it will not; `dropped`: it was stopped, or nobody wants it any more.
 */
export type Outcome =
  | { status: 'settled'; changed: Changed; sure: boolean }
  | { status: 'again' | 'refused'; failure: Failure }
  | { status: 'dropped' }

/** Carries a change out from where it is: presign, put what has not arrived, complete. Never throws for what the network does. */
export async function carryOut(job: Job): Promise<Outcome> {
  // A signature that was refused is replaced, and what has not arrived put again, but not without end.
  let patience = 1
  while (!job.signal.aborted && (job.record.committing || job.isWanted())) {
    const result = (await upload(job)) ?? (await complete(job))
    if ('status' in result) return result
    const { failure, remedy } = result
    if (job.record.committing && remedy === 'wait') return { status: 'again', failure }
    if (!job.isWanted()) return { status: 'dropped' }
    if (remedy === 'wait') return { status: 'again', failure }
    const isExpected = remedy === 'sign-anew' ? isStale(job.record.upload) : isUncertain(job.record.upload)
    if (remedy === 'give-up' || (!isExpected && patience === 0)) return { status: 'refused', failure }
    if (!isExpected) patience -= 1
    await job.keep({ upload: remedy === 'sign-anew' ? null : putAgain(job.record.upload) })
  }
  return { status: 'dropped' }
}

/** Brings both renditions into the store, where there are any; null when there is nothing (more) to bring. */
async function upload(job: Job): Promise<Fault | null> {
  const { renditions, record } = job
  if (renditions === null || record.committing) return null
  if (record.upload === null || (hasUnsent(record.upload) && isStale(record.upload))) {
    const signedAt = Date.now()
    const signed = await presign(job.call, record.target, renditions)
    if (!signed.ok) return judgeApiFailure(signed.error)
    if (job.signal.aborted) return null
    const { uploadId, expiresAt, full, thumb } = signed.value
    void job.keep({
      upload: {
        uploadId,
        signedAt,
        expiresAt,
        full: { request: full, state: 'unsent' },
        thumb: { request: thumb, state: 'unsent' },
      },
    })
  }
  return putBoth(job, renditions)
}

/** Puts what is not in the store yet, at once. A fault that time cannot mend cuts the other file off; else it goes on to its end. */
async function putBoth(job: Job, renditions: Renditions): Promise<Fault | null> {
  const sent = { full: 0, thumb: 0 }
  const total = renditions.full.length + renditions.thumb.length
  const other = new AbortController()
  const signal = AbortSignal.any([job.signal, other.signal])
  const put = async (which: keyof Renditions): Promise<Fault | null> => {
    const onSent = (bytes: number): void => {
      sent[which] = bytes
      job.onProgress((sent.full + sent.thumb) / total)
    }
    if (job.record.upload?.[which].state !== 'unsent') {
      onSent(renditions[which].length)
      return null
    }
    const fault = await putOne(job, which, renditions[which], signal, onSent)
    if (fault !== null && fault.remedy !== 'wait') other.abort()
    return fault
  }
  const faults = (await Promise.all([put('full'), put('thumb')])).filter((fault) => fault !== null)
  return faults.find(({ remedy }) => remedy !== 'wait') ?? faults[0] ?? null
}

async function putOne(
  job: Job,
  which: keyof Renditions,
  file: Uint8Array,
  signal: AbortSignal,
  onSent: (bytes: number) => void,
): Promise<Fault | null> {
  const upload = job.record.upload
  if (upload === null) return null
  const { request } = upload[which]
  const mark = (state: Upload['full']['state']): void => {
    const now = job.record.upload
    if (now !== null) void job.keep({ upload: { ...now, [which]: { request, state } } })
  }
  try {
    await putObject(request, file, { signal, onSent, onWhole: () => mark('sent') })
    mark('stored')
    return null
  } catch (error) {
    if (!(error instanceof StoreRefusal)) {
      const { origin } = new URL(request.url)
      const failure = connectionFailure(
        error,
        job.isOnline,
        `The picture store at ${origin}`,
        'desktop.store_unreachable',
      )
      return { failure, remedy: 'wait' }
    }
    mark('unsent')
    return judgeRefusal(error, request.url, Date.now() - upload.signedAt)
  }
}

/** Sends the last request when it is this change's turn. */
async function complete(job: Job): Promise<Fault | Outcome> {
  const wasUnknown = job.record.committing
  if (!wasUnknown) {
    await job.turn()
    if (job.signal.aborted || !job.isWanted()) return { status: 'dropped' }
    // On disk before it is on its way: whatever happens then, it is known that it may have been carried out.
    await job.keep({ committing: true })
    if (!job.isWanted()) return { status: 'dropped' }
  }
  // Somebody else may be signed in by now, and it must not be sent as them.
  if (job.signal.aborted) return { status: 'dropped' }
  const answer = await commit(job.call, job.record)
  if (answer.ok) return { status: 'settled', changed: answer.value, sure: !wasUnknown }
  const fault = judgeApiFailure(answer.error)
  if (fault.remedy !== 'wait') await job.keep({ committing: false })
  return fault
}

const hasUnsent = ({ full, thumb }: Upload): boolean => full.state === 'unsent' || thumb.state === 'unsent'

/** Whether something has gone out whole without an answer, so that it may not have arrived. */
const isUncertain = (upload: Upload | null): boolean =>
  upload !== null && (upload.full.state === 'sent' || upload.thumb.state === 'sent')

/** Whether the signatures have outlived their time, by this machine's clock alone, which need not agree with any other. */
function isStale(upload: Upload | null): boolean {
  if (upload === null) return false
  const lifetime =
    readSignature(upload.full.request.url)?.lifetime ?? Date.parse(upload.expiresAt) - upload.signedAt
  return Date.now() - upload.signedAt >= lifetime
}

/** What had no answer has not arrived; where everything had one, the store has lost both. */
function putAgain(upload: Upload | null): Upload | null {
  if (upload === null) return null
  const again = (file: Upload['full']): Upload['full'] =>
    file.state === 'sent' || !isUncertain(upload) ? { ...file, state: 'unsent' } : file
  return { ...upload, full: again(upload.full), thumb: again(upload.thumb) }
}
