import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { MAX_ATTACHMENTS } from '../../api/contract/attachment.ts'
import { message, room } from '../../api/contract/chat.ts'
import { id } from '../../api/contract/fields.ts'
import { user } from '../../api/contract/session.ts'
import type { Snapshot } from '../bridge.ts'
import { stagedImage } from './attachments/staged-image.ts'
import { accountKey, type Session } from './session.ts'

/** What a snapshot may hold at most: enough for the largest workspace that anybody works in all day, some 20 MB. */
const MAX = { people: 10_000, rooms: 5_000, timelines: 100, messages: 1_000, draft: 100_000 }

/** A snapshot, as the page hands it over. */
export const snapshot = z.object({
  userId: id,
  cursor: z.string().max(100).nullable(),
  people: z.array(user).max(MAX.people),
  rooms: z.array(room).max(MAX.rooms),
  timelines: z
    .array(z.object({ roomId: id, messages: z.array(message).max(MAX.messages), hasOlder: z.boolean() }))
    .max(MAX.timelines),
  drafts: z.record(id, z.string().max(MAX.draft)),
  // What an earlier version has left lacks them.
  draftImages: z.record(id, z.array(stagedImage).max(MAX_ATTACHMENTS)).default({}),
  selectedId: id.nullable(),
}) satisfies z.ZodType<Snapshot>

/** What is on disk; another version counts as none. */
const kept = z.object({ version: z.literal(1), snapshot })

/** What of it names images. */
const withImages = z.object({ snapshot: snapshot.pick({ draftImages: true }) })

/**
 * What each account's page knew last, one file for each, there whole or not at all. It is gone once the person signs out, or is signed out
 * from elsewhere.
 */
export class Snapshots {
  readonly #folder: string
  readonly #session: Session
  readonly #log: (message: string, error?: unknown) => void
  /** What is to be written next, and in which file. */
  #next: { file: string; snapshot: Snapshot } | null = null
  #work: Promise<void> = Promise.resolve()

  constructor(options: {
    folder: string
    session: Session
    log: (message: string, error?: unknown) => void
  }) {
    this.#folder = options.folder
    this.#session = options.session
    this.#log = options.log
  }

  /** From now on forgets what belongs to whoever signs out; who is put aside keeps it. Call it once. */
  follow(): void {
    this.#session.on('ended', (key) => this.#forget(this.#fileOf(key)))
  }

  /** What is kept of whoever is signed in; null where that is nothing, or cannot be used. */
  async read(): Promise<Snapshot | null> {
    const file = this.#file()
    const { state } = this.#session
    if (file === null || state.status !== 'signed-in') return null
    await this.#work
    const text = await readFile(file, 'utf8').catch(() => null)
    if (text === null) return null
    try {
      const { snapshot: found } = kept.parse(JSON.parse(text))
      return found.userId === state.user.id ? found : null
    } catch (error) {
      this.#log('what was known at the last start could not be read', error)
      return null
    }
  }

  /** Keeps it in place of the one before; of several in a short time the last is written. One of somebody else is passed over. */
  save(snapshot: Snapshot): Promise<void> {
    const file = this.#file()
    const { state } = this.#session
    if (file === null || state.status !== 'signed-in' || state.user.id !== snapshot.userId)
      return Promise.resolve()
    const isWaiting = this.#next !== null
    this.#next = { file, snapshot }
    if (!isWaiting) this.#then(() => this.#write())
    return this.#work
  }

  /** The images that are attached and not sent, of every account. */
  async imageIds(): Promise<ReadonlySet<string>> {
    await this.#work
    const names = await readdir(this.#folder).catch(() => [])
    const found = await Promise.all(names.map((name) => this.#imageIdsIn(join(this.#folder, name))))
    return new Set(found.flat())
  }

  /** Settles once everything so far is written. */
  settled(): Promise<void> {
    return this.#work
  }

  async #imageIdsIn(file: string): Promise<string[]> {
    try {
      const { draftImages } = withImages.parse(JSON.parse(await readFile(file, 'utf8'))).snapshot
      return Object.values(draftImages).flatMap((images) => images.map(({ id: imageId }) => imageId))
    } catch {
      return []
    }
  }

  #forget(file: string): void {
    if (this.#next?.file === file) this.#next = null
    this.#then(() => rm(file, { force: true }))
  }

  async #write(): Promise<void> {
    const next = this.#next
    this.#next = null
    if (next === null) return
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const draft = `${next.file}.new`
    const handle = await open(draft, 'w', 0o600)
    try {
      await handle.writeFile(JSON.stringify({ version: 1, snapshot: next.snapshot }))
    } finally {
      await handle.close()
    }
    await rename(draft, next.file)
  }

  /** What fails costs only the memory: the next start fetches everything. */
  #then(work: () => Promise<void>): void {
    this.#work = this.#work
      .then(work)
      .catch((error: unknown) => this.#log('what is known could not be kept', error))
  }

  #file(): string | null {
    const name = accountKey(this.#session)
    return name === null ? null : this.#fileOf(name)
  }

  #fileOf(key: string): string {
    return join(this.#folder, `${key}.json`)
  }
}
