import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Renditions } from '../../bridge.ts'
import { changeRecord, type ChangeRecord } from './change-record.ts'

/** How long a change is kept for its account to sign in again, in milliseconds: 30 days. */
const MAX_AGE_MS = 30 * 24 * 3_600_000

const RECORD = 'change.json'
const FULL = '256.webp'
const THUMB = '64.webp'

/** A change as it was found on disk; `renditions` where it sets a picture. */
export interface StoredChange {
  record: ChangeRecord
  renditions: Renditions | null
}

/** Picture changes on disk, each in a folder of its own: there whole or not at all, also after a power cut. */
export class ChangeFiles {
  readonly #folder: string
  /** The last write of each change, so that the next one comes after it. */
  readonly #written = new Map<string, Promise<void>>()
  /** Records that are still to be written. */
  readonly #unwritten = new Map<string, ChangeRecord>()

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Every account's changes, the earliest first. What is older than 30 days, or cannot be read, goes. */
  async readAll(): Promise<StoredChange[]> {
    const names = await readdir(this.#folder).catch(() => [])
    const found = await Promise.all(names.map((name) => this.#read(name)))
    return found
      .filter((change) => change !== null)
      .toSorted((one, other) => one.record.order - other.record.order)
  }

  /** Keeps a new change; it is safe once this settles. Throws what the disk throws. */
  add({ record, renditions }: StoredChange): Promise<void> {
    return this.#inTurn(record.id, async () => {
      const draft = join(this.#folder, `${record.id}.new`)
      await mkdir(draft, { recursive: true, mode: 0o700 })
      if (renditions !== null) {
        await writeDurably(join(draft, FULL), renditions.full)
        await writeDurably(join(draft, THUMB), renditions.thumb)
      }
      await writeDurably(join(draft, RECORD), JSON.stringify(record))
      await rename(draft, join(this.#folder, record.id))
      await syncFolder(this.#folder)
    })
  }

  /** Keeps how far a change is now; of many in a short time the last is written. Throws what the disk throws. */
  update(record: ChangeRecord): Promise<void> {
    const { id } = record
    const soon = this.#unwritten.has(id) ? this.#written.get(id) : undefined
    this.#unwritten.set(id, record)
    return soon ?? this.#inTurn(id, () => this.#writeLast(id))
  }

  async #writeLast(id: string): Promise<void> {
    const record = this.#unwritten.get(id)
    this.#unwritten.delete(id)
    const file = join(this.#folder, id, RECORD)
    const draft = `${file}.${randomUUID()}`
    await writeDurably(draft, JSON.stringify(record))
    await rename(draft, file)
  }

  /** Forgets a change. */
  remove(id: string): Promise<void> {
    return this.#inTurn(id, () => rm(join(this.#folder, id), { recursive: true, force: true }))
  }

  #inTurn(id: string, write: () => Promise<void>): Promise<void> {
    const turn = (this.#written.get(id) ?? Promise.resolve()).catch(() => {}).then(write)
    this.#written.set(id, turn)
    const forget = (): void => {
      if (this.#written.get(id) === turn) this.#written.delete(id)
    }
    turn.then(forget, forget)
    return turn
  }

  async #read(name: string): Promise<StoredChange | null> {
    const folder = join(this.#folder, name)
    try {
      const record = changeRecord.parse(JSON.parse(await readFile(join(folder, RECORD), 'utf8')))
      if (record.id !== name || Date.now() - record.createdAt > MAX_AGE_MS) throw new Error('of no use')
      const renditions =
        record.action.kind === 'set'
          ? { full: await readFile(join(folder, FULL)), thumb: await readFile(join(folder, THUMB)) }
          : null
      return { record, renditions }
    } catch {
      await rm(folder, { recursive: true, force: true })
      return null
    }
  }
}

/** Writes a file through to the disk. */
async function writeDurably(file: string, content: Uint8Array | string): Promise<void> {
  const handle = await open(file, 'w', 0o600)
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes a rename last; Windows has no such thing for folders, and needs none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
