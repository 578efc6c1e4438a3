import { open, readFile, rename, type FileHandle } from 'node:fs/promises'
import { z } from 'zod'
import { outboxRecord, type OutboxRecord } from './outbox-record.ts'

/** How long an entry is kept for an account to sign in again that is not signed in here, in milliseconds: 30 days. */
const MAX_AGE_MS = 30 * 24 * 3_600_000

const list = z.array(z.unknown())

/** The outbox on disk: one file, there whole or not at all, whatever ends the program. */
export class OutboxFile {
  readonly #file: string
  readonly #log: (message: string, error?: unknown) => void
  #records: readonly OutboxRecord[] = []
  /** The write that will hold what is told now; null when the next one is yet to be begun. */
  #next: Promise<void> | null = null
  /** Settles once the last write has reached the disk itself. */
  #last: Promise<void> = Promise.resolve()

  constructor(file: string, log: (message: string, error?: unknown) => void) {
    this.#file = file
    this.#log = log
  }

  /**
   * Every account's entries, in their order. What is older than 30 days is left out, unless `isAtHand`: whatever the clock says, it is
   * to be sent. A file that cannot be read is put aside, as `….unreadable`, and counts as empty.
   */
  async read(isAtHand: (record: OutboxRecord) => boolean): Promise<OutboxRecord[]> {
    try {
      const since = Date.now() - MAX_AGE_MS
      return list
        .parse(JSON.parse(await readFile(this.#file, 'utf8')))
        .flatMap((entry) => outboxRecord.safeParse(entry).data ?? [])
        .filter((record) => record.createdAt > since || isAtHand(record))
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
      this.#log('the outbox could not be read', error)
      // The next write would take its place.
      await rename(this.#file, `${this.#file}.unreadable`).catch(() => {})
      return []
    }
  }

  /**
   * Keeps these in place of those before; of several in a short time the last are written. Settles once they would survive the end of
   * the program; that they survive a power cut as well is seen to behind it, since a message is not to wait for the disk. Until then a
   * power cut may cost what waits, where the file system does not write a file before it takes another's name. Throws what the disk
   * throws.
   */
  write(records: readonly OutboxRecord[]): Promise<void> {
    this.#records = records
    if (this.#next !== null) return this.#next
    const opened = this.#last.then(() => {
      this.#next = null
      return this.#write()
    })
    this.#next = opened.then(() => {})
    this.#last = opened.then((handle) => this.#sync(handle)).catch(() => {})
    return this.#next
  }

  /** Settles once everything so far is written. */
  settled(): Promise<void> {
    return this.#last
  }

  async #write(): Promise<FileHandle> {
    const draft = `${this.#file}.new`
    const handle = await open(draft, 'w', 0o600)
    try {
      await handle.writeFile(JSON.stringify(this.#records))
      await rename(draft, this.#file)
      return handle
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  async #sync(handle: FileHandle): Promise<void> {
    try {
      await handle.sync()
    } catch (error) {
      this.#log('the outbox could not be written through', error)
    } finally {
      await handle.close()
    }
  }
}
