import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import { MAX_ATTACHMENT_BYTES } from '../../../api/contract/attachment.ts'
import { id as uuid } from '../../../api/contract/fields.ts'
import type { Result, StagedImage } from '../../bridge.ts'
import { failed } from '../api-client.ts'
import { imageType } from '../image-type.ts'
import type { imageDescription } from './staged-image.ts'

/** Images that are to be sent, on disk under their ids: there whole or not at all, whatever ends the program. */
export class StagedImages {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Keeps an image; it is safe once this settles. Refuses what is none, or too large. Throws what the disk throws. */
  async stage(
    description: z.output<typeof imageDescription>,
    file: Uint8Array,
  ): Promise<Result<StagedImage>> {
    if (file.length > MAX_ATTACHMENT_BYTES)
      return failed('desktop.image_too_large', `The image has ${file.length} bytes.`)
    if (imageType(file) !== description.type)
      return failed('desktop.not_an_image', `${description.name} is no ${description.type}.`)
    const id = randomUUID()
    await this.#write(id, file)
    return { ok: true, value: { ...description, id, bytes: file.length, url: `/staged/${id}` } }
  }

  /** The image's file; null where there is none of this id. */
  async read(id: string): Promise<Buffer | null> {
    try {
      return await readFile(this.#fileOf(id))
    } catch {
      return null
    }
  }

  async has(id: string): Promise<boolean> {
    try {
      return (await stat(this.#fileOf(id))).isFile()
    } catch {
      return false
    }
  }

  /** Lets go of an image; one that is gone already is no matter. */
  async discard(id: string): Promise<void> {
    await rm(this.#fileOf(id), { force: true })
  }

  /** Removes whatever is here now and is not named by `inUse`, which is asked after that: what a crash has left. */
  async sweep(inUse: () => Promise<ReadonlySet<string>>): Promise<void> {
    const names = await readdir(this.#folder).catch(() => [])
    if (names.length === 0) return
    const used = await inUse()
    await Promise.all(
      names
        .filter((name) => !used.has(name))
        .map((name) => rm(join(this.#folder, name), { recursive: true, force: true })),
    )
  }

  async #write(id: string, file: Uint8Array): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const draft = `${this.#fileOf(id)}.new`
    const handle = await open(draft, 'w', 0o600)
    try {
      await handle.writeFile(file)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(draft, this.#fileOf(id))
  }

  /** Ids come from the page as well: one that is none must not lead out of the folder. */
  #fileOf(id: string): string {
    return join(this.#folder, uuid.parse(id))
  }
}
