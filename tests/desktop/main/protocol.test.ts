import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { CONTENT_SECURITY_POLICY, createPageHandler, ORIGIN } from '../../../desktop/main/protocol.ts'
import { always, startServer } from './local-server.ts'
import { temporaryFolder } from './samples.ts'

const KEY = '0123456789abcdef0123456789abcdef'
const AWAY = 'a'.repeat(32)
const DRAFT = '00000000-0000-4000-8000-00000000000d'
/** What is no image, where one should be. */
const DISGUISED = '00000000-0000-4000-8000-00000000000e'
const IMAGES = {
  original: Buffer.from('\x89PNG\r\n\x1a\n…', 'latin1'),
  thumb: Buffer.from('RIFF\0\0\0\0WEBP', 'latin1'),
}
const HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

let folder: string
let handle: (request: Request) => Promise<Response>
let asked: string[]

beforeEach(async () => {
  const parent = await temporaryFolder()
  folder = join(parent, 'renderer')
  await mkdir(join(folder, 'assets/deep'), { recursive: true })
  await mkdir(join(parent, 'renderer-old/assets'), { recursive: true })
  await Promise.all(
    Object.entries({
      'secret.txt': 'SECRET',
      'renderer-old/assets/secret.txt': 'SECRET',
      'renderer/secret.txt': 'SECRET',
      'renderer/index.html': '<!doctype html>',
      'renderer/assets/main-1a2b.js': 'main()',
      'renderer/assets/deep/name with space.css': 'body {}',
      'renderer/assets/font.woff2': 'woff2',
      'renderer/assets/icon.svg': '<svg/>',
      'renderer/assets/photo.png': 'png',
      'renderer/assets/photo.webp': 'webp',
      'renderer/assets/data.bin': 'bin',
    }).map(([name, content]) => writeFile(join(parent, name), content)),
  )
  asked = []
  handle = createPageHandler({
    language: () => 'en',
    folder,
    rendererUrl: null,
    picture: async (key) => {
      asked.push(`picture ${key}`)
      if (key === AWAY) return 'away'
      return key === KEY ? Buffer.from('PICTURE') : null
    },
    attachment: async (key, which) => {
      asked.push(`attachment ${key} ${which}`)
      if (key === AWAY) return 'away'
      return key === KEY ? IMAGES[which] : null
    },
    staged: async (id) => {
      asked.push(`staged ${id}`)
      return id === DRAFT ? IMAGES.original : id === DISGUISED ? Buffer.from('<svg onload="x"/>') : null
    },
    picked: async (id) => {
      asked.push(`picked ${id}`)
      return id === DRAFT ? Buffer.from('<svg/>') : null
    },
    draft: (id, file) => {
      asked.push(`draft ${id} ${file}`)
      return id === DRAFT && file !== '64.webp' ? Buffer.from(file) : null
    },
  })
})

const get = (path: string, init?: RequestInit): Promise<Response> => handle(new Request(ORIGIN + path, init))

/** A request whose address reaches the handler untouched: the constructor of Request would put some of them straight. */
const getExactly = (url: string): Promise<Response> =>
  handle(Object.defineProperty(new Request(`${ORIGIN}/`), 'url', { value: url }))

describe('every answer', () => {
  test.each([
    ['the page', '/', 200],
    ['an asset', '/assets/main-1a2b.js', 200],
    ['a picture', `/avatars/${KEY}/256.webp`, 200],
    ['a draft', `/drafts/${DRAFT}/original`, 200],
    ['nothing', '/nothing', 404],
    ['a missing asset', '/assets/none.js', 404],
    ['an image of a message', `/attachments/${KEY}/original`, 200],
    ['an image that may come later', `/attachments/${AWAY}/thumb.webp`, 503],
    ['an attached image', `/staged/${DRAFT}`, 200],
    ['a missing attached image', `/staged/${DRAFT.replace('d', 'a')}`, 404],
    ['a chosen file', `/picked/${DRAFT}`, 200],
    ['a missing picture', `/avatars/${'f'.repeat(32)}/64.webp`, 404],
    ['a picture that may come later', `/avatars/${AWAY}/64.webp`, 503],
  ])('confines the page: %s', async (_, path, status) => {
    const answer = await get(path)
    expect(answer.status).toBe(status)
    expect(Object.fromEntries(answer.headers)).toMatchObject(HEADERS)
  })

  test('to a wrong method and a wrong host, too', async () => {
    for (const answer of [await get('/', { method: 'POST' }), await getExactly('app://elsewhere/')])
      expect(Object.fromEntries(answer.headers)).toMatchObject(HEADERS)
  })

  test('the policy allows nothing inline, evaluated or from elsewhere', () => {
    expect(CONTENT_SECURITY_POLICY).toMatch(/^default-src 'none'/)
    // WebAssembly, for the decoders, is compiled and never made from text.
    const strict = CONTENT_SECURITY_POLICY.replace("'wasm-unsafe-eval'", '')
    expect(strict).not.toMatch(/unsafe|https?:|\*|data:|blob:/)
  })
})

describe('the page', () => {
  test('is at / and never cached', async () => {
    for (const path of ['/', '/index.html', '/?theme=dark#top']) {
      const answer = await get(path)
      expect(await answer.text()).toBe('<!doctype html>')
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(answer.headers.get('cache-control')).toBe('no-store')
    }
  })

  test.each([
    ['main-1a2b.js', 'text/javascript; charset=utf-8'],
    ['deep/name%20with%20space.css', 'text/css; charset=utf-8'],
    ['font.woff2', 'font/woff2'],
    ['icon.svg', 'image/svg+xml'],
    ['photo.png', 'image/png'],
    ['photo.webp', 'image/webp'],
    ['data.bin', 'application/octet-stream'],
  ])('has the asset %s as %s, for good', async (name, type) => {
    const answer = await get(`/assets/${name}`)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe(type)
    expect(answer.headers.get('cache-control')).toContain('immutable')
    expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(0)
  })

  test.each(['HEAD', 'GET'])('answers %s', async (method) => {
    expect((await get('/', { method })).status).toBe(200)
  })

  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('does not answer %s', async (method) => {
    expect((await get(`/avatars/${KEY}/256.webp`, { method })).status).toBe(405)
    expect(asked).toEqual([])
  })
})

describe('nothing outside the page’s folder can be read', () => {
  test.each([
    '/secret.txt',
    '/assets/../secret.txt',
    '/assets/../../secret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/..%2F..%2F..%2F..%2F..%2F..%2Fetc/passwd',
    '/assets/..%5c..%5csecret.txt',
    '/assets/..\\..\\secret.txt',
    '/assets/%252e%252e%252f%252e%252e%252fsecret.txt',
    '/assets/..%252f..%252fsecret.txt',
    '/assets/..%2f..%2frenderer-old/assets/secret.txt',
    '/assets//etc/passwd',
    '/assets/%2fetc%2fpasswd',
    '//etc/passwd',
    '/%2fetc/passwd',
    '/assets/main-1a2b.js%00.png',
    '/assets/%00',
    '/assets/%c0%ae%c0%ae/secret.txt',
    '/assets/%',
    '/assets/',
    '/assets',
    '/assets/deep',
    '/ASSETS/main-1a2b.js',
    '/assets/file:///etc/passwd',
  ])('%s', async (path) => {
    for (const answer of [await get(path), await getExactly(ORIGIN + path)]) {
      expect(answer.status).toBe(404)
      expect(await answer.text()).toBe('')
    }
  })
})

test.each([
  'app://elsewhere/',
  'app://medallion.example/',
  'app://medallion:8080/',
  'app:///index.html',
  'https://medallion/',
  'http://medallion/assets/main-1a2b.js',
  'file:///index.html',
])('another host or scheme is not the page: %s', async (url) => {
  const answer = await getExactly(url)
  expect(answer.status).toBe(404)
  expect(await answer.text()).toBe('')
})

describe('pictures', () => {
  test.each(['256', '64'])(
    'come by key in the side %s, cached for good but for this person alone',
    async (side) => {
      const answer = await get(`/avatars/${KEY}/${side}.webp`)
      expect(await answer.text()).toBe('PICTURE')
      expect(answer.headers.get('content-type')).toBe('image/webp')
      expect(answer.headers.get('cache-control')).toBe('private, max-age=31536000, immutable')
    },
  )

  test('that cannot be had are not cached', async () => {
    const answer = await get(`/avatars/${'f'.repeat(32)}/256.webp`)
    expect(answer.status).toBe(404)
    expect(answer.headers.get('cache-control')).toBeNull()
  })

  test.each([
    `/avatars/${KEY}/128.webp`,
    `/avatars/${KEY}/256.png`,
    `/avatars/${KEY}/256.webp/x`,
    `/avatars/${KEY.toUpperCase()}/256.webp`,
    `/avatars/${KEY}0/256.webp`,
    `/avatars/..%2f${KEY}/256.webp`,
    `/x/avatars/${KEY}/256.webp`,
    '/avatars/',
  ])('%s is none', async (path) => {
    expect((await get(path)).status).toBe(404)
    expect(asked).toEqual([])
  })
})

describe('drafts', () => {
  test('the original has no type that a page could run', async () => {
    const answer = await get(`/drafts/${DRAFT}/original`)
    expect(await answer.text()).toBe('original')
    expect(answer.headers.get('content-type')).toBe('application/octet-stream')
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  test('a rendition is WebP; one that is not there is 404', async () => {
    const full = await get(`/drafts/${DRAFT}/256.webp`)
    expect(full.headers.get('content-type')).toBe('image/webp')
    expect(full.headers.get('cache-control')).toBe('no-store')
    expect((await get(`/drafts/${DRAFT}/64.webp`)).status).toBe(404)
  })

  test.each([
    `/drafts/${DRAFT}`,
    `/drafts/${DRAFT}/`,
    `/drafts/${DRAFT}/original.exe`,
    `/drafts/${DRAFT}/..%2foriginal`,
    `/drafts/${DRAFT.slice(1)}/original`,
    '/drafts/original',
  ])('%s is none', async (path) => {
    expect((await get(path)).status).toBe(404)
    expect(asked).toEqual([])
  })
})

describe('the images of messages', () => {
  test.each([
    [`/attachments/${KEY}/original`, 'image/png', `attachment ${KEY} original`],
    [`/attachments/${KEY}/thumb.webp`, 'image/webp', `attachment ${KEY} thumb`],
    [`/staged/${DRAFT}`, 'image/png', `staged ${DRAFT}`],
  ])('%s has the type that its bytes have, and never changes', async (path, type, question) => {
    const found = await get(path)
    expect(found.headers.get('content-type')).toBe(type)
    expect(found.headers.get('cache-control')).toContain('immutable')
    expect(asked).toEqual([question])
  })

  test('what is no image is not handed out as one', async () => {
    expect((await get(`/staged/${DISGUISED}`)).status).toBe(404)
  })

  test('a file that was chosen is bytes and nothing else', async () => {
    const found = await get(`/picked/${DRAFT}`)
    expect(found.headers.get('content-type')).toBe('application/octet-stream')
    expect(found.headers.get('cache-control')).toBe('no-store')
  })

  test.each([
    `/attachments/${KEY}`,
    `/attachments/${KEY}/thumb`,
    `/attachments/${KEY}/original.svg`,
    `/attachments/${KEY.toUpperCase()}/original`,
    `/attachments/..%2f${KEY}/original`,
    `/staged/${DRAFT}/original`,
    `/staged/..%2foutbox.json`,
    `/staged/${DRAFT.toUpperCase()}`,
    '/staged/',
    `/picked/..%2f..%2f..%2fetc%2fpasswd`,
  ])('%s is none', async (path) => {
    expect((await get(path)).status).toBe(404)
    expect(asked).toEqual([])
  })
})

test('in development the page comes from its server, pictures still from here', async () => {
  const vite = await startServer(always(200, { 'content-type': 'text/html' }, 'from vite'))
  handle = createPageHandler({
    language: () => 'en',
    folder,
    rendererUrl: vite.url,
    picture: async () => Buffer.from('PICTURE'),
    attachment: async () => null,
    staged: async () => null,
    picked: async () => null,
    draft: () => null,
  })
  const page = await get('/@vite/client?v=1')
  expect(await page.text()).toBe('from vite')
  expect(page.headers.get('content-security-policy')).toContain("'self'")
  expect(vite.requests.map(({ url }) => url)).toEqual(['/@vite/client?v=1'])
  expect(await (await get(`/avatars/${KEY}/64.webp`)).text()).toBe('PICTURE')
  expect(vite.requests).toHaveLength(1)
})
