import type { ChangeProgress } from '../../bridge.ts'
import type { StoredChange } from './change-files.ts'
import type { ChangeRecord } from './change-record.ts'

/** A change as it is here: what is on disk of it, and what is not. */
export interface Change extends StoredChange {
  progress: ChangeProgress
  /** Tries in a row that came to nothing. */
  failures: number
  /** Stops the run under way; null where there is none. */
  stop: AbortController | null
  /** Settles once no run is under way any more. */
  running: Promise<void>
  /** Ends the waiting between two tries. */
  wake: () => void
  isGone: boolean
  /** Settles once this can change nothing any more. */
  gone: Promise<void>
  leave: () => void
}

/** A change that is not under way yet. */
export function toChange(stored: StoredChange): Change {
  const { promise: gone, resolve: leave } = deferred()
  return {
    ...stored,
    progress: { status: 'sending', fraction: 0 },
    failures: 0,
    stop: null,
    running: Promise.resolve(),
    wake: nothing,
    isGone: false,
    gone,
    leave,
  }
}

/** Waits between two tries, in milliseconds, unless the change is woken or the signal aborts. */
export async function waitToRetry(change: Change, delay: number, signal: AbortSignal): Promise<void> {
  const { promise: over, resolve: wake } = deferred()
  const timer = setTimeout(wake, delay)
  signal.addEventListener('abort', wake, { once: true })
  change.wake = wake
  await over
  change.wake = nothing
  signal.removeEventListener('abort', wake)
  clearTimeout(timer)
}

/** Whether two changes concern the same picture, changed by the same person. */
export const isSameLane = (one: ChangeRecord, other: ChangeRecord): boolean =>
  one.server === other.server && one.userId === other.userId && roomOf(one) === roomOf(other)

const roomOf = ({ target }: ChangeRecord): string | null => (target.kind === 'room' ? target.roomId : null)

const nothing = (): void => {}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = nothing
  const promise = new Promise<void>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
