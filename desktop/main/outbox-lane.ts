import type { Failure } from '../bridge.ts'
import { backoff } from './backoff.ts'
import type { OutboxRecord } from './outbox-record.ts'

/** The waiting between tries, in milliseconds. */
const WAITS = { first: 500, last: 30_000 }

/** What a lane works on. */
interface Work {
  /** The entry to be carried out now; undefined when there is none. */
  next: () => OutboxRecord | undefined
  /** Carries it out, after so many failures in a row; tells a failure that passes, after which the same is tried again. */
  attempt: (record: OutboxRecord, signal: AbortSignal, failures: number) => Promise<Failure | null>
  /** An attempt has failed for now, and `trouble` says how. */
  onTrouble: (record: OutboxRecord) => void
}

/** Carries out entries one after the other: none begins before those before it have come to an end. */
export class Lane {
  /** Why nothing goes out at present, and when the next try is; null as far as is known. */
  trouble: { failure: Failure; retryAt: string } | null = null
  /** What is on its way. */
  current: OutboxRecord | null = null
  readonly #work: Work
  #running = false
  #failures = 0
  #attempt = new AbortController()
  #endWait = (): void => {}

  constructor(work: Work) {
    this.#work = work
  }

  /** Works until there is nothing left to do; does nothing where that goes on already. */
  async run(): Promise<void> {
    if (this.#running) return
    this.#running = true
    for (let record = this.#work.next(); record !== undefined; record = this.#work.next())
      await this.#do(record)
    this.#running = false
  }

  /** Ends the waiting, and whatever has no answer yet: both are tried at once. */
  wake(): void {
    this.#failures = 0
    this.#attempt.abort()
    this.#endWait()
  }

  async #do(record: OutboxRecord): Promise<void> {
    this.#attempt = new AbortController()
    const { signal } = this.#attempt
    this.current = record
    const failure = await this.#work.attempt(record, signal, this.#failures)
    this.current = null
    if (failure !== null) await this.#wait(record, failure)
    else if (!signal.aborted) this.#succeed()
  }

  #succeed(): void {
    this.#failures = 0
    this.trouble = null
  }

  async #wait(record: OutboxRecord, failure: Failure): Promise<void> {
    this.#failures += 1
    const delay = backoff(this.#failures, WAITS, failure.retryAfter)
    this.trouble = { failure, retryAt: new Date(Date.now() + delay).toISOString() }
    const woken = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, delay)
      this.#endWait = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.#work.onTrouble(record)
    await woken
  }
}
