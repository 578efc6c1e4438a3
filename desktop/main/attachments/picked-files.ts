import { randomUUID } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { MAX_FILE_BYTES } from '../avatar/open.ts'
import type { PickedFile } from '../../bridge.ts'

/** Asks for files; none when that was cancelled. */
export type AskForFiles = () => Promise<string[]>

/** How many files that were chosen can still be read; the oldest go first. */
const MAX_PICKED = 100

/** Files that somebody has chosen in the dialog, which the page may read at `/picked/<id>`, each once. */
export class PickedFiles {
  readonly #paths = new Map<string, string>()

  /** Lets somebody choose files; whether they are images, the page's decoder finds out. */
  async pick(ask: AskForFiles): Promise<PickedFile[]> {
    const paths = await ask()
    return Promise.all(paths.slice(0, MAX_PICKED).map((path) => this.#add(path)))
  }

  /** The file; null where none of this id was chosen, it was read before, or it cannot be read. */
  async take(id: string): Promise<Buffer | null> {
    const path = this.#paths.get(id)
    this.#paths.delete(id)
    if (path === undefined || (await sizeOf(path)) > MAX_FILE_BYTES) return null
    return readFile(path).catch(() => null)
  }

  async #add(path: string): Promise<PickedFile> {
    for (const id of [...this.#paths.keys()].slice(0, Math.max(0, this.#paths.size - MAX_PICKED + 1)))
      this.#paths.delete(id)
    const id = randomUUID()
    const bytes = await sizeOf(path)
    // A pipe or device could be read for ever.
    if (bytes > 0) this.#paths.set(id, path)
    return { name: basename(path), bytes, url: `/picked/${id}` }
  }
}

/** In bytes; nothing for what is no file, or cannot be seen. */
async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => null)
  return found?.isFile() === true ? found.size : 0
}
