import { randomUUID } from 'node:crypto'
import type { Draft } from '../../bridge.ts'

/** How many drafts are kept; the oldest goes first. One is in the editor, others may still be loading. */
const MAX_DRAFTS = 4

/** The images being edited, which the page may read at `/drafts/<id>/original`. */
export class Drafts {
  readonly #originals = new Map<string, Uint8Array>()

  add(name: string, original: Uint8Array): Draft {
    const tooMany = Math.max(0, this.#originals.size - MAX_DRAFTS + 1)
    for (const id of [...this.#originals.keys()].slice(0, tooMany)) this.#originals.delete(id)
    const id = randomUUID()
    this.#originals.set(id, original)
    return { id, name, bytes: original.length, url: `/drafts/${id}/original` }
  }

  /** The image, or null. */
  get(id: string): Uint8Array | null {
    return this.#originals.get(id) ?? null
  }

  discard(id: string): void {
    this.#originals.delete(id)
  }
}
