import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** How large a file grows before the next is begun, in bytes, and how many former ones are kept: some 2 MB in all. */
const MAX_BYTES = 512 * 1024
const FORMER = 3

/**
 * The program's log, in a few files of bounded size: `medallion.log`, and the former ones as `medallion.1.log` and so on. Each line is
 * on disk before the next thing happens, so that a crash keeps the last.
 */
export class LogFile {
  readonly folder: string
  readonly #maxBytes: number
  #bytes: number

  constructor(folder: string, maxBytes = MAX_BYTES) {
    this.folder = folder
    this.#maxBytes = maxBytes
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
    } catch {
      // Then nothing is kept, as where the disk is full.
    }
    this.#bytes = sizeOf(this.#file(0))
  }

  /** Adds a line, with the time before it; a disk that does not take it loses it. */
  append(text: string): void {
    const line = `${new Date().toISOString()} ${text}\n`
    try {
      if (this.#bytes > 0 && this.#bytes + Buffer.byteLength(line) > this.#maxBytes) this.#rotate()
      appendFileSync(this.#file(0), line, { mode: 0o600 })
      this.#bytes += Buffer.byteLength(line)
    } catch {
      // Saying so would go the same way.
    }
  }

  /** Everything that is kept, the oldest first. */
  read(): string {
    return Array.from({ length: FORMER + 1 }, (_, age) => readIfThere(this.#file(FORMER - age))).join('')
  }

  #rotate(): void {
    for (let age = FORMER - 1; age >= 0; age -= 1)
      if (sizeOf(this.#file(age)) > 0) renameSync(this.#file(age), this.#file(age + 1))
    this.#bytes = 0
  }

  #file(age: number): string {
    return join(this.folder, age === 0 ? 'medallion.log' : `medallion.${age}.log`)
  }
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size
  } catch {
    return 0
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
