import { createHash, randomUUID } from 'node:crypto'
import { link, mkdir, open, readdir, readFile, rename, rm, stat, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { errorCode, exists, syncFolder, writeDurably } from '../files.ts'

/** More than the longest line that describes an object: Node takes at most 16 KiB of headers. */
const HEAD_BYTES = 64 * 1024

/** A file in `incoming` that is older was left by a process that was killed. */
const ABANDONED_AFTER_MS = 10 * 60_000

const description = z.object({
  key: z.string(),
  size: z.number(),
  etag: z.string(),
  lastModified: z.iso.datetime(),
  contentType: z.string(),
  cacheControl: z.string().optional(),
  checksumSha256: z.string().optional(),
})

/** What is known of a stored object besides its bytes. `etag` is the MD5 in quotes; `checksumSha256` is base64, if one was announced. */
export type ObjectDescription = z.infer<typeof description>

/**
 * Objects as files: `<dir>/buckets/<bucket>/<2 hex>/<SHA-256 of the key>`. A key is never part of a path, so it cannot lead out of the folder,
 * nor trip over what a file system forbids in names. A file is one line of JSON (its description, the key included) and then the bytes: both
 * appear at once by a rename, or not at all. Nothing is kept in memory, so several processes may serve one folder.
 */
export class ObjectFiles {
  readonly #buckets: string
  readonly #incoming: string

  private constructor(dir: string) {
    this.#buckets = join(dir, 'buckets')
    this.#incoming = join(dir, 'incoming')
  }

  /** Opens the folder, creates it if need be, and clears away what a killed process left unfinished. */
  static async open(dir: string): Promise<ObjectFiles> {
    const files = new ObjectFiles(dir)
    await mkdir(files.#buckets, { recursive: true })
    await mkdir(files.#incoming, { recursive: true })
    await files.#removeAbandoned()
    return files
  }

  /** Whether the bucket was created. */
  async hasBucket(bucket: string): Promise<boolean> {
    return await exists(join(this.#buckets, folderOf(bucket)))
  }

  /** Creates a bucket; false if it is there already. */
  async createBucket(bucket: string): Promise<boolean> {
    try {
      await mkdir(join(this.#buckets, folderOf(bucket)))
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return false
      throw error
    }
    await syncFolder(this.#buckets)
    return true
  }

  /**
   * Stores an object whole, durably, in place of what was there. With `onlyNew` an object that exists is left alone, and the answer is
   * false.
   */
  async put(bucket: string, object: ObjectDescription, body: Uint8Array, onlyNew: boolean): Promise<boolean> {
    const path = this.#pathOf(bucket, object.key)
    const draft = join(this.#incoming, randomUUID())
    try {
      await writeDurably(draft, [`${JSON.stringify(object)}\n`, body])
      await mkdir(dirname(path), { recursive: true })
      // A link fails where the name is taken, a rename replaces it: both are one step for every reader.
      if (onlyNew) await link(draft, path)
      else await rename(draft, path)
    } catch (error) {
      if (onlyNew && errorCode(error) === 'EEXIST') return false
      throw error
    } finally {
      await rm(draft, { force: true })
    }
    await syncFolder(dirname(path))
    return true
  }

  /** An object with its bytes, or null. */
  async read(bucket: string, key: string): Promise<{ object: ObjectDescription; body: Buffer } | null> {
    const content = await readFile(this.#pathOf(bucket, key)).catch(nullIfMissing)
    if (content === null) return null
    const object = parseDescription(content)
    const body = content.subarray(content.indexOf('\n') + 1)
    if (body.length !== object.size)
      throw new Error(`The stored object ${key} has ${body.length} bytes, not ${object.size}.`)
    return { object, body }
  }

  /** What is known of an object, or null. */
  async describe(bucket: string, key: string): Promise<ObjectDescription | null> {
    return await readDescription(this.#pathOf(bucket, key))
  }

  /** Removes an object, durably; nothing happens if there is none. */
  async remove(bucket: string, key: string): Promise<void> {
    const path = this.#pathOf(bucket, key)
    if ((await unlink(path).catch(nullIfMissing)) !== null) await syncFolder(dirname(path))
  }

  /** All objects of a bucket whose keys begin with `prefix`, in S3's order: by the bytes of the key in UTF-8. */
  async list(bucket: string, prefix: string): Promise<ObjectDescription[]> {
    const folder = join(this.#buckets, folderOf(bucket))
    const found: ObjectDescription[] = []
    for (const fan of await readdir(folder)) {
      for (const name of await readdir(join(folder, fan))) {
        const object = await readDescription(join(folder, fan, name))
        if (object?.key.startsWith(prefix) === true) found.push(object)
      }
    }
    return found.toSorted((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)))
  }

  #pathOf(bucket: string, key: string): string {
    const name = createHash('sha256').update(key).digest('hex')
    return join(this.#buckets, folderOf(bucket), name.slice(0, 2), name)
  }

  async #removeAbandoned(): Promise<void> {
    for (const name of await readdir(this.#incoming)) {
      const path = join(this.#incoming, name)
      const file = await stat(path).catch(nullIfMissing)
      if (file !== null && Date.now() - file.mtimeMs > ABANDONED_AFTER_MS) await rm(path, { force: true })
    }
  }
}

/** Bucket names are checked before they are created; the prefix keeps those apart that Windows reserves (`con`, `nul`). */
function folderOf(bucket: string): string {
  return `bucket-${encodeURIComponent(bucket)}`
}

async function readDescription(path: string): Promise<ObjectDescription | null> {
  const file = await open(path).catch(nullIfMissing)
  if (file === null) return null
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
    return parseDescription(buffer.subarray(0, bytesRead))
  } finally {
    await file.close()
  }
}

function parseDescription(content: Buffer): ObjectDescription {
  return description.parse(JSON.parse(content.subarray(0, content.indexOf('\n')).toString('utf8')))
}

function nullIfMissing(error: unknown): null {
  if (errorCode(error) === 'ENOENT') return null
  throw error
}
