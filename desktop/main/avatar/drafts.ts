import { randomUUID } from 'node:crypto'
import type { Draft, Renditions } from '../../bridge.ts'

/** How many drafts are kept; the oldest goes first. One is in the editor, one may still be uploading. */
const MAX_DRAFTS = 4

/** An image being edited, and its renditions once they are drawn. */
export interface StoredDraft {
  original: Uint8Array
  renditions: Renditions | null
}

/** The images that the page may read at `/drafts/<id>/…`. */
export class Drafts {
  readonly #drafts = new Map<string, StoredDraft>()

  add(name: string, original: Uint8Array): Draft {
    for (const id of [...this.#drafts.keys()].slice(0, Math.max(0, this.#drafts.size - MAX_DRAFTS + 1)))
      this.#drafts.delete(id)
    const id = randomUUID()
    this.#drafts.set(id, { original, renditions: null })
    return { id, name, bytes: original.length, url: `/drafts/${id}/original` }
  }

  get(id: string): StoredDraft | null {
    return this.#drafts.get(id) ?? null
  }

  discard(id: string): void {
    this.#drafts.delete(id)
  }

  /** What is at `/drafts/<id>/<file>`, or null. */
  file(id: string, file: string): Uint8Array | null {
    const draft = this.get(id)
    if (file === 'original') return draft?.original ?? null
    if (file === '256.webp') return draft?.renditions?.full ?? null
    if (file === '64.webp') return draft?.renditions?.thumb ?? null
    return null
  }
}
