import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { RENDITIONS } from '../../../api/contract/avatar.ts'
import type { Fetch } from '../api-client.ts'

/** How many pictures are kept, some 30 MB; those that were shown least lately go first. */
const MAX_PICTURES = 2_000
const TIMEOUT_MS = 20_000

/** Where a picture came from: an address that the API has told, and the account that may read it. */
export interface Source {
  url: string
  server: string
  token: string | null
}

/**
 * Pictures on disk, each under a key made from its address. Only addresses that were told by the API have a key, so the page can
 * have nothing else fetched.
 */
export class PictureCache {
  readonly #folder: string
  readonly #fetch: Fetch
  readonly #account: () => { server: string; token: string } | null
  /** Addresses by key; those of earlier runs are on disk with their pictures. */
  readonly #addresses = new Map<string, string>()
  readonly #loading = new Map<string, Promise<Buffer | null>>()

  constructor(options: {
    folder: string
    fetch: Fetch
    account: () => { server: string; token: string } | null
  }) {
    this.#folder = options.folder
    this.#fetch = options.fetch
    this.#account = options.account
  }

  /** Makes an address known and tells its key. */
  register(url: string): string {
    const key = createHash('sha256').update(url).digest('hex').slice(0, 32)
    this.#addresses.set(key, url)
    return key
  }

  /** Keeps a picture that is here already, so that it need not be loaded. */
  async put(url: string, picture: Uint8Array): Promise<void> {
    await this.#write(this.register(url), Buffer.from(picture))
  }

  /** The picture of a key, from disk or else from the API; null when there is none to be had. */
  async get(key: string): Promise<Buffer | null> {
    const running = this.#loading.get(key)
    if (running !== undefined) return running
    const loading = this.#find(key).finally(() => this.#loading.delete(key))
    this.#loading.set(key, loading)
    return loading
  }

  async #find(key: string): Promise<Buffer | null> {
    return (await this.#read(key)) ?? (await this.#load(key))
  }

  async #read(key: string): Promise<Buffer | null> {
    const file = join(this.#folder, `${key}.webp`)
    try {
      const picture = await readFile(file)
      const now = new Date()
      await utimes(file, now, now)
      return isPicture(picture) ? picture : null
    } catch {
      return null
    }
  }

  async #load(key: string): Promise<Buffer | null> {
    const url = this.#addresses.get(key)
    const account = this.#account()
    if (url === undefined || account === null) return null
    const picture = await fetchPicture(this.#fetch, { url, ...account }).catch(() => null)
    if (picture !== null) await this.#write(key, picture)
    return picture
  }

  /** Keeps a picture if the disk takes it; else it is loaded again when it is wanted again. */
  async #write(key: string, picture: Buffer): Promise<void> {
    if (isPicture(picture)) await this.#writeFile(key, picture).catch(() => {})
  }

  async #writeFile(key: string, picture: Buffer): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
    const draft = join(this.#folder, `${key}.${randomUUID()}.new`)
    await writeFile(draft, picture)
    await rename(draft, join(this.#folder, `${key}.webp`))
    await this.#prune()
  }

  async #prune(): Promise<void> {
    const names = await readdir(this.#folder)
    if (names.length <= MAX_PICTURES) return
    const files = await Promise.all(
      names.map(async (name) => {
        const file = join(this.#folder, name)
        return { file, usedAt: (await stat(file).catch(() => null))?.mtimeMs ?? 0 }
      }),
    )
    const oldest = files.toSorted((a, b) => a.usedAt - b.usedAt).slice(0, names.length - MAX_PICTURES)
    await Promise.all(oldest.map(({ file }) => rm(file, { force: true })))
  }
}

/** Loads a picture through at most one redirect; the token goes to the API alone, since a store refuses two kinds of proof at once. */
async function fetchPicture(fetch: Fetch, { url, server, token }: Source): Promise<Buffer | null> {
  // An API under a path does not know that path, so its own addresses begin behind it.
  const address = new URL(/^\/(?!\/)/.test(url) ? server + url : url, server)
  const own = address.origin === new URL(server).origin
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  const first = await fetch(address.href, {
    redirect: 'manual',
    signal,
    ...(own && token !== null ? { headers: { authorization: `Bearer ${token}` } } : {}),
  })
  const location = first.headers.get('location')
  const redirected = first.status >= 300 && first.status < 400 && location !== null
  if (redirected) await first.body?.cancel()
  const answer = redirected
    ? await fetch(new URL(location, address).href, { redirect: 'error', signal })
    : first
  const picture = answer.status === 200 ? await readBody(answer) : null
  // Whatever else there is, perhaps without end, is not loaded.
  await answer.body?.cancel()
  return picture !== null && isPicture(picture) ? picture : null
}

/** A body that is no larger than a picture can be; null when it is. */
async function readBody({ body }: Response): Promise<Buffer | null> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body ?? []) {
    bytes += chunk.length
    if (bytes > RENDITIONS.full.maxBytes) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

const isPicture = (bytes: Buffer): boolean =>
  bytes.length <= RENDITIONS.full.maxBytes &&
  bytes.toString('latin1', 0, 4) === 'RIFF' &&
  bytes.toString('latin1', 8, 12) === 'WEBP'
