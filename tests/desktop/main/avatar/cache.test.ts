import { randomBytes } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { RENDITIONS } from '../../../../api/contract/avatar.ts'
import { PictureCache } from '../../../../desktop/main/avatar/cache.ts'
import { ORIGINALS, THUMBS } from '../../../../desktop/main/avatar/cached-kinds.ts'
import { always, NOWHERE, startServer, startTcpServer } from '../local-server.ts'
import { temporaryFolder } from '../samples.ts'

const MAX = RENDITIONS.full.maxBytes
const ADDRESS = '/api/avatars/ada/1/256.webp'

/** A WebP file as far as the cache looks, different from all others. */
function webp(bytes = 600): Buffer {
  const file = randomBytes(bytes)
  file.write('RIFF', 0, 'latin1')
  file.writeUInt32LE(bytes - 8, 4)
  file.write('WEBP', 8, 'latin1')
  return file
}

const serving = (picture: Buffer): RequestListener => always(200, { 'content-type': 'image/webp' }, picture)

interface CacheOptions {
  server?: string
  folder?: string
  signedIn?: boolean
}

async function createCache({ server = NOWHERE, folder, signedIn = true }: CacheOptions = {}) {
  const place = folder ?? join(await temporaryFolder(), 'avatars')
  const account = signedIn ? { server, token: 'secret' } : null
  const cache = new PictureCache({ folder: place, fetch, account: () => account })
  return { cache, folder: place }
}

describe('a picture', () => {
  test('is downloaded once with the token, however often it is asked for', async () => {
    const picture = webp()
    const api = await startServer(serving(picture))
    const { cache } = await createCache({ server: api.url })
    const key = cache.register(ADDRESS)
    expect(key).toMatch(/^[0-9a-f]{32}$/)

    const got = await Promise.all(Array.from({ length: 30 }, () => cache.get(key)))
    expect(got).toEqual(Array.from({ length: 30 }, () => picture))
    expect(await cache.get(key)).toEqual(picture)

    expect(api.requests).toHaveLength(1)
    expect(api.requests[0]).toMatchObject({ method: 'GET', url: ADDRESS })
    expect(api.requests[0]?.headers.authorization).toBe('Bearer secret')
  })

  test('is downloaded once even when it is asked for as it arrives', async () => {
    const api = await startServer(serving(webp()))
    const { cache } = await createCache({ server: api.url })
    const key = cache.register(ADDRESS)
    const first = cache.get(key)
    const others: Array<Promise<unknown>> = []
    const asking = setInterval(() => others.push(cache.get(key)), 0)
    await first
    clearInterval(asking)
    await Promise.all(others)
    expect(others).not.toEqual([])
    expect(api.requests).toHaveLength(1)
  })

  test('has a key of its server and its address there, and of nothing else', async () => {
    const [{ cache: one }, { cache: same }] = [await createCache(), await createCache()]
    const { cache: elsewhere } = await createCache({ server: 'https://other.example' })
    expect(one.register(ADDRESS)).toBe(same.register(ADDRESS))
    expect(one.register(ADDRESS)).not.toBe(one.register(`${ADDRESS}?v=2`))
    expect(one.register(ADDRESS)).not.toBe(elsewhere.register(ADDRESS))
  })

  test('of one server is not asked for at another', async () => {
    const first = await startServer(serving(webp()))
    const second = await startServer(serving(webp()))
    let account = { server: first.url, token: 'first' }
    const folder = join(await temporaryFolder(), 'avatars')
    const cache = new PictureCache({ folder, fetch, account: () => account })
    const key = cache.register(ADDRESS)
    account = { server: second.url, token: 'second' }
    expect(await cache.get(key)).toBeNull()
    expect([...first.requests, ...second.requests]).toEqual([])
  })

  test('of an API under a path is asked for there', async () => {
    const api = await startServer(serving(webp()))
    const { cache } = await createCache({ server: `${api.url}/base` })
    expect(await cache.get(cache.register(ADDRESS))).not.toBeNull()
    expect(api.requests[0]?.url).toBe(`/base${ADDRESS}`)
    expect(api.requests[0]?.headers.authorization).toBe('Bearer secret')
  })

  test('without a scheme of its own has the API’s, and no token goes to another host', async () => {
    const picture = webp()
    const cdn = await startServer(serving(picture))
    const { cache } = await createCache()
    expect(await cache.get(cache.register(`${cdn.url.replace('http:', '')}${ADDRESS}`))).toEqual(picture)
    expect(cdn.requests[0]?.url).toBe(ADDRESS)
    expect(cdn.requests[0]?.headers).not.toHaveProperty('authorization')
  })

  test('of the largest size is taken', async () => {
    const picture = webp(MAX)
    const api = await startServer(serving(picture))
    const { cache } = await createCache({ server: api.url })
    // Compared at once: element by element it would take long.
    const found = await cache.get(cache.register(ADDRESS))
    expect(found instanceof Buffer && found.equals(picture)).toBe(true)
  })

  test('without an address is none, and nobody is asked', async () => {
    const api = await startServer(serving(webp()))
    const { cache } = await createCache({ server: api.url })
    cache.register(ADDRESS)
    expect(await cache.get('0'.repeat(32))).toBeNull()
    expect(api.requests).toHaveLength(0)
  })

  test('is not asked for while nobody is signed in', async () => {
    const api = await startServer(serving(webp()))
    const { cache } = await createCache({ server: api.url, signedIn: false })
    expect(await cache.get(cache.register(`${api.url}${ADDRESS}`))).toBeNull()
    expect(api.requests).toHaveLength(0)
  })
})

describe('the token', () => {
  test('does not follow a redirect to the store', async () => {
    const picture = webp()
    const store = await startServer(serving(picture))
    const api = await startServer(
      always(302, { location: `${store.url}/bucket/key?X-Amz-Signature=1` }, 'moved'),
    )
    const { cache } = await createCache({ server: api.url })

    expect(await cache.get(cache.register(ADDRESS))).toEqual(picture)

    expect(api.requests[0]?.headers.authorization).toBe('Bearer secret')
    expect(store.requests).toHaveLength(1)
    expect(store.requests[0]?.url).toBe('/bucket/key?X-Amz-Signature=1')
    expect(store.requests[0]?.headers).not.toHaveProperty('authorization')
    expect(JSON.stringify(store.requests[0]?.rawHeaders)).not.toContain('secret')
  })

  test.each([301, 303, 307, 308])('nor one with status %d, also to a relative address', async (status) => {
    const picture = webp()
    const api = await startServer((request, response) => {
      if (request.url === '/elsewhere') serving(picture)(request, response)
      else always(status, { location: '/elsewhere' })(request, response)
    })
    const { cache } = await createCache({ server: api.url })
    expect(await cache.get(cache.register(ADDRESS))).toEqual(picture)
    expect(api.requests[1]?.headers).not.toHaveProperty('authorization')
  })

  test('does not go to pictures that are elsewhere from the start', async () => {
    const picture = webp()
    const cdn = await startServer(serving(picture))
    const api = await startServer(always(500))
    const { cache } = await createCache({ server: api.url })
    expect(await cache.get(cache.register(`${cdn.url}/ada.webp`))).toEqual(picture)
    expect(cdn.requests[0]?.headers).not.toHaveProperty('authorization')
    expect(api.requests).toHaveLength(0)
  })

  test('goes to the API, however the address is written', async () => {
    const api = await startServer(serving(webp()))
    const { cache } = await createCache({ server: api.url })
    await cache.get(cache.register(`${api.url}${ADDRESS}`))
    expect(api.requests[0]?.headers.authorization).toBe('Bearer secret')
  })

  test('does not go to an address that only begins like the API’s', async () => {
    const cdn = await startServer(serving(webp()))
    const { port } = new URL(cdn.url)
    const { cache } = await createCache({ server: `http://127.0.0.1:${port.slice(0, -1)}` })
    await cache.get(cache.register(`${cdn.url}/ada.webp`))
    expect(cdn.requests[0]?.headers).not.toHaveProperty('authorization')
  })
})

describe('what is no picture', () => {
  const redirect = (location: string) => always(302, { location })

  test.each<[string, RequestListener]>([
    ['404', always(404, { 'content-type': 'image/webp' }, webp())],
    ['204', always(204)],
    ['206', always(206, {}, webp())],
    ['nothing', always(200)],
    ['a page', always(200, { 'content-type': 'image/webp' }, '<script>alert(1)</script>')],
    ['a RIFF file of another kind', always(200, {}, 'RIFF....WAVEfmt ')],
    ['one byte too many', serving(webp(MAX + 1))],
    ['a redirect without an address', always(302)],
    ['a redirect to no address', redirect('http://')],
    ['a redirect to a file', redirect('file:///etc/passwd')],
    ['a redirect without end', redirect(ADDRESS)],
  ])('is not kept, and asked for again the next time: %s', async (_, listener) => {
    const picture = webp()
    let broken = true
    const api = await startServer((request, response) =>
      (broken ? listener : serving(picture))(request, response),
    )
    const { cache, folder } = await createCache({ server: api.url })
    const key = cache.register(ADDRESS)

    expect(await cache.get(key)).toBeNull()
    expect(await readdir(folder).catch(() => [])).toEqual([])

    broken = false
    expect(await cache.get(key)).toEqual(picture)
  })

  test.each<[string, RequestListener]>([
    ['500', always(500, {}, webp())],
    ['503', always(503)],
    ['429', always(429)],
    ['a redirect to nowhere', redirect(NOWHERE)],
    ['an answer that breaks off', (_request, response) => response.writeHead(200).destroy()],
    ['no answer', (_request, response) => response.destroy()],
  ])('but may be one later is told apart: %s', async (_, listener) => {
    const picture = webp()
    let isAway = true
    const api = await startServer((request, response) =>
      (isAway ? listener : serving(picture))(request, response),
    )
    const { cache, folder } = await createCache({ server: api.url })
    const key = cache.register(ADDRESS)

    expect(await cache.get(key)).toBe('away')
    expect(await readdir(folder).catch(() => [])).toEqual([])

    isAway = false
    expect(await cache.get(key)).toEqual(picture)
  })

  test('since the server cannot be reached may be one later', async () => {
    const { cache } = await createCache()
    expect(await cache.get(cache.register(ADDRESS))).toBe('away')
  })

  test.each<[string, number, Record<string, string>, null | 'away']>([
    ['picture of a terabyte', 200, { 'content-length': String(2 ** 40) }, null],
    ['picture in chunks', 200, {}, null],
    ['refusal', 404, {}, null],
    ['redirect', 302, { location: NOWHERE }, 'away'],
  ])('a %s without end is cut off', async (_, status, headers, expected) => {
    let sent = 0
    let cutOff = false
    const chunk = webp(64 * 1024)
    const api = await startServer((_request, response) => {
      response.writeHead(status, headers)
      response.on('close', () => {
        cutOff = true
      })
      const send = (): void => {
        if (cutOff) return
        sent += chunk.length
        if (response.write(chunk)) setImmediate(send)
        else response.once('drain', send)
      }
      send()
    })
    const { cache } = await createCache({ server: api.url })
    expect(await cache.get(cache.register(ADDRESS))).toBe(expected)
    await vi.waitFor(() => expect(cutOff).toBe(true))
    // Beside what was read, the system's buffers on both sides hold some megabytes.
    expect(sent).toBeLessThan(MAX + 16 * 1024 * 1024)
  })

  test('an address without sense is none', async () => {
    const { cache } = await createCache()
    for (const address of ['http://', 'file:///etc/passwd', 'ftp://example.org/a.webp', '//'])
      expect(await cache.get(cache.register(address))).toBeNull()
  })
})

describe('a picture that is here already', () => {
  test('need not be downloaded', async () => {
    const api = await startServer(serving(webp()))
    const { cache } = await createCache({ server: api.url })
    const picture = webp()
    await cache.put(ADDRESS, new Uint8Array(picture))
    expect(await cache.get(cache.register(ADDRESS))).toEqual(picture)
    expect(api.requests).toHaveLength(0)
  })

  test('is not believed to be one', async () => {
    const picture = webp()
    const api = await startServer(serving(picture))
    const { cache } = await createCache({ server: api.url })
    await cache.put(ADDRESS, Buffer.from('no picture'))
    expect(await cache.get(cache.register(ADDRESS))).toEqual(picture)
  })

  test('from an earlier run is served from disk, without a server', async () => {
    const { cache: earlier, folder } = await createCache()
    const picture = webp()
    await earlier.put(ADDRESS, picture)
    const key = earlier.register(ADDRESS)
    for (const signedIn of [true, false]) {
      const { cache } = await createCache({ folder, signedIn })
      expect(await cache.get(key)).toEqual(picture)
    }
  })

  test.each<[string, (whole: Buffer) => Buffer]>([
    ['something else', () => Buffer.from('half a pict')],
    ['cut short', (whole) => whole.subarray(0, -1)],
    ['too long', (whole) => Buffer.concat([whole, Buffer.alloc(1)])],
    ['empty', () => Buffer.alloc(0)],
    ['zeros, as after a power cut', (whole) => Buffer.alloc(whole.length)],
  ])('but broken on disk is downloaded again, and mended there: %s', async (_, damage) => {
    const picture = webp()
    const api = await startServer(serving(picture))
    const { cache, folder } = await createCache({ server: api.url })
    const key = cache.register(ADDRESS)
    await mkdir(folder)
    await writeFile(join(folder, `${key}.webp`), damage(picture))
    expect(await cache.get(key)).toEqual(picture)
    expect(await readFile(join(folder, `${key}.webp`))).toEqual(picture)
  })

  test('is written whole, with nothing left beside it', async () => {
    const { cache, folder } = await createCache()
    await Promise.all(Array.from({ length: 20 }, () => cache.put(ADDRESS, webp())))
    const key = cache.register(ADDRESS)
    expect(await readdir(folder)).toEqual([`${key}.webp`])
    expect(await cache.get(key)).toHaveLength(600)
  })
})

test('a disk that takes nothing does not keep a picture from being shown', async () => {
  const picture = webp()
  const api = await startServer(serving(picture))
  const folder = join(await temporaryFolder(), 'avatars')
  await writeFile(folder, 'a file in the place of the folder')
  const { cache } = await createCache({ server: api.url, folder })
  await cache.put(ADDRESS, webp())
  expect(await cache.get(cache.register(ADDRESS))).toEqual(picture)
})

test('a slow picture does not hold up others', async () => {
  const picture = webp()
  const api = await startServer(serving(picture))
  const silent = await startTcpServer(() => {})
  const { cache } = await createCache({ server: api.url })
  const slow = cache.get(cache.register(`${silent.url}/a.webp`))
  expect(await cache.get(cache.register(ADDRESS))).toEqual(picture)
  expect(await Promise.race([slow, Promise.resolve('waiting')])).toBe('waiting')
})

test('of more than 2,000 pictures those that were shown lately stay', async () => {
  const { cache, folder } = await createCache()
  await mkdir(folder)
  const keys = Array.from({ length: 2_000 }, (_, n) => n.toString(16).padStart(32, '0'))
  const old = webp(20)
  await Promise.all(
    keys.map(async (key, n) => {
      const file = join(folder, `${key}.webp`)
      await writeFile(file, old)
      await utimes(file, 1_600_000_000 + n, 1_600_000_000 + n)
    }),
  )
  const [first = '', second = ''] = keys
  const last = keys.at(-1) ?? ''
  expect(await cache.get(first)).toEqual(old)

  await cache.put(ADDRESS, webp())

  const left = new Set(await readdir(folder))
  expect(left.size).toBe(1_800)
  expect(left.has(`${first}.webp`)).toBe(true)
  expect(left.has(`${second}.webp`)).toBe(false)
  expect(left.has(`${last}.webp`)).toBe(true)
  expect(left.has(`${cache.register(ADDRESS)}.webp`)).toBe(true)
})

test('showing a picture again and again writes once to the disk', async () => {
  const { cache, folder } = await createCache()
  await cache.put(ADDRESS, webp())
  const key = cache.register(ADDRESS)
  const file = join(folder, `${key}.webp`)
  await utimes(file, 1_600_000_000, 1_600_000_000)
  await cache.get(key)
  expect((await stat(file)).mtimeMs).toBeGreaterThan(Date.now() - 60_000)
  await utimes(file, 1_600_000_000, 1_600_000_000)
  await cache.get(key)
  expect((await stat(file)).mtimeMs).toBe(1_600_000_000_000)
})

describe('images of messages', () => {
  const create = async (kind: typeof THUMBS, server = NOWHERE) => {
    const folder = join(await temporaryFolder(), 'images')
    return {
      folder,
      cache: new PictureCache({ folder, kind, fetch, account: () => ({ server, token: 'secret' }) }),
    }
  }
  const PNG = Buffer.from('\x89PNG\r\n\x1a\n and so on', 'latin1')

  test('are kept in whatever format they were sent, beyond what a picture of somebody may weigh', async () => {
    const large = Buffer.concat([PNG, randomBytes(2 * MAX)])
    const api = await startServer(serving(large))
    const { cache } = await create(ORIGINALS, api.url)
    const key = cache.register(ADDRESS)
    expect(await cache.get(key)).toEqual(large)
    expect(await cache.get(key)).toEqual(large)
    expect(api.requests).toHaveLength(1)
  })

  test.each([
    ['a drawing', Buffer.from('<svg onload="alert(1)"/>')],
    ['half a WebP', webp(900).subarray(0, 500)],
    ['nothing', Buffer.alloc(0)],
  ])('are none where there is %s', async (_, bytes) => {
    const api = await startServer(serving(bytes))
    for (const kind of [ORIGINALS, THUMBS]) {
      const { cache, folder } = await create(kind, api.url)
      expect(await cache.get(cache.register(ADDRESS))).toBeNull()
      expect(await readdir(folder).catch(() => [])).toEqual([])
    }
  })

  test('larger than any can be are not loaded to their end', async () => {
    const api = await startServer(serving(webp(THUMBS.maxBytes + 1)))
    const { cache } = await create(THUMBS, api.url)
    expect(await cache.get(cache.register(ADDRESS))).toBeNull()
  })

  test('are bounded on disk: those that were shown least lately go', async () => {
    const { cache, folder } = await create({ ...ORIGINALS, most: 10 })
    for (let n = 0; n <= 10; n += 1) await cache.put(`/api/images/${n}`, PNG)
    const left = await readdir(folder)
    expect(left).toHaveLength(9)
    expect(left).toContain(cache.register('/api/images/10'))
  })
})
