import { randomUUID } from 'node:crypto'
import { EventEmitter } from 'node:events'
import type {
  Failure,
  PictureChange,
  PictureTarget,
  Renditions,
  Result,
  SettledChange,
  StagedPicture,
} from '../../bridge.ts'
import { DONE, failed } from '../api-client.ts'
import { backoff } from '../backoff.ts'
import type { Network } from '../network.ts'
import type { Session } from '../session.ts'
import type { PictureCache } from './cache.ts'
import { carryOut, type Outcome } from './carry-out.ts'
import { isSameLane, toChange, waitToRetry, type Change } from './change.ts'
import { ChangeFiles } from './change-files.ts'
import type { ChangeRecord } from './change-record.ts'
import type { Changed } from './picture-calls.ts'
import { avatarAddress } from './rewrite.ts'

/** The waiting between tries, in milliseconds. */
const WAITS = { first: 1_000, last: 60_000 }

/** What the queue needs. */
export interface PictureChangesOptions {
  /** Where changes are kept; it need not exist. */
  folder: string
  session: Session
  pictures: Pick<PictureCache, 'put' | 'get' | 'register'>
  isOnline: Network['isOnline']
  log: (message: string, error?: unknown) => void
}

/**
 * The picture changes of everybody who signs in here, kept on disk and carried out in the background for whoever is signed in,
 * until each is settled, refused or given up. For each person and target the last one wins: it takes the place of those before
 * it, and one whose last request may have been heard is settled before it.
 */
export class PictureChanges extends EventEmitter<{ changes: [PictureChange[]]; settled: [SettledChange] }> {
  readonly #files: ChangeFiles
  readonly #session: Session
  readonly #pictures: PictureChangesOptions['pictures']
  readonly #isOnline: Network['isOnline']
  readonly #log: PictureChangesOptions['log']
  /** Of all accounts, the earliest first. */
  #changes: Change[] = []
  #order = 0
  /** The last change that was taken over, so that each comes after those before it. */
  #added: Promise<unknown> = Promise.resolve()

  constructor({ folder, session, pictures, isOnline, log }: PictureChangesOptions) {
    super()
    this.#files = new ChangeFiles(folder)
    this.#session = session
    this.#pictures = pictures
    this.#isOnline = isOnline
    this.#log = log
  }

  /** Takes up what earlier runs have left, and from now on follows who is signed in. Call it once, before anything else. */
  async open(): Promise<void> {
    this.#changes = (await this.#files.readAll()).map(toChange)
    this.#order = this.#changes.at(-1)?.record.order ?? 0
    for (const change of this.#changes) this.#replaceEarlier(change)
    this.#session.on('change', () => this.#follow())
    this.#follow()
  }

  /** The changes of whoever is signed in, at most one for each target. */
  list(): PictureChange[] {
    return this.#shown().map((change) => ({
      id: change.record.id,
      target: change.record.target,
      picture: this.#staged(change),
      progress: change.progress,
    }))
  }

  /** A rendition of a change that is shown here, by its file's name; else null. */
  file(id: string, name: string): Uint8Array | null {
    const renditions = this.#find(id)?.renditions ?? null
    if (name === '256.webp') return renditions?.full ?? null
    return name === '64.webp' ? (renditions?.thumb ?? null) : null
  }

  /** Each settles once the change is safe on disk. Throws what the disk throws. */
  save(target: PictureTarget, renditions: Renditions): Promise<Result<void>> {
    return this.#add(target, { kind: 'set' }, renditions)
  }

  takeRecent(recentId: string): Promise<Result<void>> {
    return this.#add({ kind: 'me' }, { kind: 'take', recentId }, null)
  }

  remove(target: PictureTarget): Promise<Result<void>> {
    return this.#add(target, { kind: 'remove' }, null)
  }

  /** Tries again at once what waits or has failed. Throws what the disk throws. */
  async retry(id: string): Promise<void> {
    const change = this.#find(id)
    if (change === undefined || change.progress.status === 'sending') return
    const hadFailed = change.progress.status === 'failed'
    change.failures = 0
    change.progress = { status: 'sending', fraction: 0 }
    // It was only here, in memory; and who tries again decides again.
    if (hadFailed) {
      change.record = { ...change.record, decidedAt: Date.now() }
      await this.#files.add(change)
    }
    change.wake()
    this.#follow()
  }

  /** Gives a change up. One that may have been carried out stays until it is known whether it was. */
  async cancel(id: string): Promise<void> {
    const change = this.#find(id)
    if (change === undefined) return
    if (!change.record.committing) return this.#drop(change)
    // Whether it has been carried out is yet to be heard; for the person it is over.
    const kept = this.#keep(change, { cancelled: true })
    this.#tell()
    change.wake()
    await kept
  }

  /** Tries at once whatever waits: the network may be back. */
  wake(): void {
    for (const change of this.#changes) change.wake()
  }

  #add(
    target: PictureTarget,
    action: ChangeRecord['action'],
    renditions: Renditions | null,
  ): Promise<Result<void>> {
    const { state } = this.#session
    if (state.status !== 'signed-in')
      return Promise.resolve(failed('desktop.signed_out', 'Nobody is signed in.'))
    this.#order += 1
    const now = Date.now()
    const change = toChange({
      record: {
        id: randomUUID(),
        order: this.#order,
        createdAt: now,
        decidedAt: now,
        server: state.server,
        userId: state.user.id,
        target,
        action,
        upload: null,
        committing: false,
        cancelled: false,
      },
      renditions,
    })
    const added = this.#added.then(async (): Promise<Result<void>> => {
      await this.#files.add(change)
      this.#changes.push(change)
      this.#replaceEarlier(change)
      this.#follow()
      return DONE
    })
    this.#added = added.catch(() => {})
    return added
  }

  /** Drops the changes whose place this one takes; one that may have been carried out is first to be settled, and soon. */
  #replaceEarlier(change: Change): void {
    for (const earlier of this.#earlier(change))
      if (earlier.record.committing) earlier.wake()
      else void this.#drop(earlier)
  }

  /** Runs the changes of whoever is signed in, and no others. */
  #follow(): void {
    for (const change of this.#changes)
      if (!this.#isOurs(change)) {
        change.stop?.abort()
        change.stop = null
      } else if (change.stop === null && change.progress.status !== 'failed') {
        const stop = new AbortController()
        change.stop = stop
        // A run for the session before may still be waiting for its last answer.
        change.running = change.running.then(() => this.#run(change, stop.signal))
      }
    this.#tell()
  }

  async #run(change: Change, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const outcome = await this.#try(change, signal)
      if (outcome.status === 'settled') return this.#settle(change, outcome)
      if (signal.aborted) return
      if (outcome.status === 'dropped') return this.#drop(change)
      if (outcome.status === 'refused') return this.#refuse(change, outcome.failure)
      await this.#wait(change, outcome.failure, signal)
    }
  }

  async #try(change: Change, signal: AbortSignal): Promise<Outcome> {
    try {
      return await carryOut({
        get record() {
          return change.record
        },
        renditions: change.renditions,
        call: (endpoint, input) => this.#session.call(endpoint, input),
        isOnline: this.#isOnline,
        signal,
        keep: (changes) => this.#keep(change, changes),
        turn: async () => {
          const earlier = this.#earlier(change)
          await Promise.all(earlier.map(({ gone }) => gone))
          // However long the one before has taken to arrive, this one comes after it.
          if (earlier.length > 0) void this.#keep(change, { decidedAt: Date.now() })
        },
        isWanted: () => !change.isGone && !change.record.cancelled && !this.#isReplaced(change),
        onProgress: (fraction) => {
          if (signal.aborted) return
          change.progress = { status: 'sending', fraction }
          this.#tell()
        },
      })
    } catch (error) {
      this.#log('a picture change met an unexpected problem', error)
      return {
        status: 'refused',
        failure: { code: 'desktop.internal', detail: 'The program met an unexpected problem.' },
      }
    }
  }

  async #settle(change: Change, { changed, sure }: Extract<Outcome, { status: 'settled' }>): Promise<void> {
    const { superseded = false, ...told } = changed
    // Sent a second time, or late, it may be answered with what somebody has set since.
    if (sure && !superseded && this.#isOurs(change)) await this.#keepPictures(change, changed)
    if (this.#isOurs(change) && !this.#isReplaced(change))
      this.emit('settled', { id: change.record.id, ...told })
    await this.#drop(change)
  }

  /** Keeps the new picture where the page will ask for it, so that it need not be loaded. */
  async #keepPictures({ record, renditions }: Change, changed: Changed): Promise<void> {
    const { avatarUrl, avatarThumbUrl } = 'user' in changed ? changed.user : changed.room
    const files =
      record.action.kind === 'take'
        ? await Promise.all(
            recentAddresses(record.action.recentId).map((url) =>
              this.#pictures.get(this.#pictures.register(url)),
            ),
          )
        : [renditions?.full, renditions?.thumb]
    for (const [index, url] of [avatarUrl, avatarThumbUrl].entries()) {
      const file = files[index]
      if (url !== null && file instanceof Uint8Array) await this.#pictures.put(url, file)
    }
  }

  async #refuse(change: Change, failure: Failure): Promise<void> {
    if (change.record.cancelled || this.#isReplaced(change)) return this.#drop(change)
    change.stop = null
    change.progress = { status: 'failed', failure }
    change.record = { ...change.record, upload: null, committing: false }
    await this.#forget(change)
    this.#tell()
  }

  async #wait(change: Change, failure: Failure, signal: AbortSignal): Promise<void> {
    change.failures += 1
    const delay = backoff(change.failures, WAITS, failure.retryAfter)
    const retryAt = new Date(Date.now() + delay).toISOString()
    change.progress = { status: 'waiting', failure, retryAt }
    this.#tell()
    await waitToRetry(change, delay, signal)
  }

  /** Changes a record, here at once and soon on disk; a disk that does not take it costs only what a crash would cost. */
  async #keep(change: Change, changes: Partial<ChangeRecord>): Promise<void> {
    if (change.isGone) return
    change.record = { ...change.record, ...changes }
    await this.#files
      .update(change.record)
      .catch((error: unknown) => this.#log('a picture change could not be written', error))
  }

  async #drop(change: Change): Promise<void> {
    if (change.isGone) return
    change.isGone = true
    change.stop?.abort()
    this.#changes = this.#changes.filter((other) => other !== change)
    change.leave()
    this.#tell()
    await this.#forget(change)
  }

  #forget({ record }: Change): Promise<void> {
    return this.#files
      .remove(record.id)
      .catch((error: unknown) => this.#log('a picture change could not be removed', error))
  }

  #tell(): void {
    this.emit('changes', this.list())
  }

  #staged({ record, renditions }: Change): StagedPicture | null {
    if (record.action.kind === 'take') {
      const [full, thumb] = recentAddresses(record.action.recentId)
      return {
        fullUrl: avatarAddress(full, 256, this.#pictures),
        thumbUrl: avatarAddress(thumb, 64, this.#pictures),
      }
    }
    return renditions === null
      ? null
      : { fullUrl: `/drafts/${record.id}/256.webp`, thumbUrl: `/drafts/${record.id}/64.webp` }
  }

  #shown(): Change[] {
    return this.#changes.filter(
      (change) => this.#isOurs(change) && !this.#isReplaced(change) && !change.record.cancelled,
    )
  }

  #find(id: string): Change | undefined {
    return this.#shown().find(({ record }) => record.id === id)
  }

  #isOurs({ record }: Change): boolean {
    const { state } = this.#session
    return state.status === 'signed-in' && state.server === record.server && state.user.id === record.userId
  }

  #earlier(change: Change): Change[] {
    return this.#changes.filter(
      (other) => isSameLane(other.record, change.record) && other.record.order < change.record.order,
    )
  }

  #isReplaced(change: Change): boolean {
    return this.#changes.some(
      (other) => isSameLane(other.record, change.record) && other.record.order > change.record.order,
    )
  }
}

/** The API's addresses of a former picture's two renditions. */
const recentAddresses = (recentId: string): [string, string] => [
  `/api/users/me/avatar/recent/${recentId}/256.webp`,
  `/api/users/me/avatar/recent/${recentId}/64.webp`,
]
