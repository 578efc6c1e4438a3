import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Fetch } from '../network.ts'
import { AVATARS, type CachedKind } from './cached-kinds.ts'

/** Beyond how many of all that may be kept it is pruned to: many at once, since looking for the oldest costs. */
const PRUNED_TO = 0.9
/** How exactly it is known when a picture was last shown, in milliseconds: each remark is a write to the disk. */
const REMARK_EVERY_MS = 3_600_000

/** A picture; `away` where whoever has it cannot be reached or is in trouble, so that it may come later; null where there is none. */
export type Found = Buffer | 'away' | null

/** Where a picture came from: an address that the API has told, and the account that may read it. */
export interface Source {
  url: string
  server: string
  token: string | null
}

/**
 * Pictures on disk, each under a key made from its server and its address there. Only addresses that were told by the API have a
 * key, so the page can have nothing else fetched. What is on disk needs no network.
 */
export class PictureCache {
  readonly #folder: string
  readonly #kind: CachedKind
  readonly #fetch: Fetch
  readonly #account: () => { server: string; token: string } | null
  /** Addresses by key; those of earlier runs are on disk with their pictures. */
  readonly #addresses = new Map<string, { server: string | undefined; url: string }>()
  /** When each picture was last remarked as shown, in milliseconds. */
  readonly #remarked = new Map<string, number>()
  readonly #loading = new Map<string, Promise<Found>>()

  constructor(options: {
    folder: string
    /** What is kept here, people's pictures unless said. */
    kind?: CachedKind
    fetch: Fetch
    account: () => { server: string; token: string } | null
  }) {
    this.#folder = options.folder
    this.#kind = options.kind ?? AVATARS
    this.#fetch = options.fetch
    this.#account = options.account
  }

  /** Makes an address of the present server known and tells its key. */
  register(url: string): string {
    const server = this.#account()?.server
    const key = createHash('sha256').update(`${server} ${url}`).digest('hex').slice(0, 32)
    this.#addresses.set(key, { server, url })
    return key
  }

  /** The address that has this key; null where it has not been told since the program began. */
  addressOf(key: string): string | null {
    return this.#addresses.get(key)?.url ?? null
  }

  /** Keeps a picture that is here already, so that it need not be loaded. */
  async put(url: string, picture: Uint8Array): Promise<void> {
    await this.#write(this.register(url), Buffer.from(picture))
  }

  /** The picture of a key, from disk or else from the API. */
  async get(key: string): Promise<Found> {
    const running = this.#loading.get(key)
    if (running !== undefined) return running
    const loading = this.#find(key).finally(() => this.#loading.delete(key))
    this.#loading.set(key, loading)
    return loading
  }

  /** How many bytes are kept. */
  async size(): Promise<number> {
    const names = await readdir(this.#folder).catch(() => [])
    const sizes = await Promise.all(
      names.map(async (name) => (await stat(join(this.#folder, name)).catch(() => null))?.size ?? 0),
    )
    return sizes.reduce((sum, bytes) => sum + bytes, 0)
  }

  /** Deletes everything; what is shown next is loaded again. Throws where the disk refuses. */
  async clear(): Promise<void> {
    this.#remarked.clear()
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #find(key: string): Promise<Found> {
    return (await this.#read(key)) ?? (await this.#load(key))
  }

  async #read(key: string): Promise<Buffer | null> {
    const file = this.#fileOf(key)
    const picture = await readFile(file).catch(() => null)
    // What a crash or a failing disk has left is loaded again, and written over.
    if (picture === null || !this.#isUsable(picture)) return null
    await this.#remark(key)
    return picture
  }

  async #remark(key: string): Promise<void> {
    const now = Date.now()
    if (now - (this.#remarked.get(key) ?? 0) < REMARK_EVERY_MS) return
    this.#remarked.set(key, now)
    // It may have been pruned meanwhile.
    await utimes(this.#fileOf(key), now / 1000, now / 1000).catch(() => {})
  }

  async #load(key: string): Promise<Found> {
    const source = this.#addresses.get(key)
    const account = this.#account()
    // Another server has another picture there, or none, and is to see no token of ours.
    if (source === undefined || account === null || source.server !== account.server) return null
    const found = await fetchPicture(this.#fetch, this.#kind, { url: source.url, ...account }).catch(whyNot)
    if (found !== null && found !== 'away') await this.#write(key, found)
    return found
  }

  /** Keeps a picture if the disk takes it; else it is loaded again when it is wanted again. */
  async #write(key: string, picture: Buffer): Promise<void> {
    if (this.#isUsable(picture)) await this.#writeFile(key, picture).catch(() => {})
  }

  async #writeFile(key: string, picture: Buffer): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
    const draft = join(this.#folder, `${key}.${randomUUID()}.new`)
    await writeFile(draft, picture)
    await rename(draft, this.#fileOf(key))
    await this.#prune()
  }

  async #prune(): Promise<void> {
    const names = await readdir(this.#folder)
    const { most } = this.#kind
    if (names.length <= most) return
    const files = await Promise.all(
      names.map(async (name) => {
        const file = join(this.#folder, name)
        return { file, usedAt: (await stat(file).catch(() => null))?.mtimeMs ?? 0 }
      }),
    )
    const oldest = files
      .toSorted((a, b) => a.usedAt - b.usedAt)
      .slice(0, names.length - Math.floor(most * PRUNED_TO))
    await Promise.all(oldest.map(({ file }) => rm(file, { force: true })))
  }

  #isUsable(picture: Buffer): boolean {
    return picture.length <= this.#kind.maxBytes && this.#kind.isWhole(picture)
  }

  #fileOf(key: string): string {
    return join(this.#folder, `${key}${this.#kind.ending}`)
  }
}

/** Loads a picture through at most one redirect; the token goes to the API alone, since a store refuses two kinds of proof at once. */
async function fetchPicture(
  fetch: Fetch,
  { maxBytes, timeoutMs, isWhole }: CachedKind,
  { url, server, token }: Source,
): Promise<Found> {
  // An API under a path does not know that path, so its own addresses begin behind it.
  const address = new URL(/^\/(?!\/)/.test(url) ? server + url : url, server)
  const own = address.origin === new URL(server).origin
  const signal = AbortSignal.timeout(timeoutMs)
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
  const picture = answer.status === 200 ? await readBody(answer, maxBytes) : null
  // Whatever else there is, perhaps without end, is not loaded.
  await answer.body?.cancel()
  if (answer.status >= 500 || answer.status === 429) return 'away'
  return picture !== null && isWhole(picture) ? picture : null
}

/** A connection that failed has a code, or took too long; all else is an address or an answer that will not get better. */
function whyNot(error: unknown): 'away' | null {
  if (!(error instanceof Error)) return null
  const isConnection = error.cause instanceof Error && 'code' in error.cause
  return isConnection || error.name === 'TimeoutError' ? 'away' : null
}

/** A body that is no larger than a picture can be; null when it is. */
async function readBody({ body }: Response, maxBytes: number): Promise<Buffer | null> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body ?? []) {
    bytes += chunk.length
    if (bytes > maxBytes) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
