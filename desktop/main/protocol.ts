import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'
import type { Language } from '../texts/language.ts'
import { imageType } from './image-type.ts'

/** Where the page lives. */
export const ORIGIN = 'app://medallion'

/**
 * The page's policy: itself alone, nothing inline, nothing from elsewhere. WebAssembly may be compiled, since
 * Chromium lacks decoders that are made of it; `eval` stays forbidden.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

// The development server injects its client inline and speaks a socket of its own; never in an installed program.
const DEVELOPMENT_POLICY =
  "default-src 'self' 'unsafe-inline'; connect-src 'self' ws: http:; worker-src 'self' blob:"

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  // Compiled while it loads only under its own type.
  '.wasm': 'application/wasm',
}

/** What answers the page's addresses. */
export interface PageSources {
  /** The folder of the built page. */
  folder: string
  /** The development server in its place, or null. */
  rendererUrl: string | null
  /** The language that the page is to be in. */
  language: () => Language
  /** The picture of a key; `away` where it cannot be had for now, null where there is none. */
  picture: (key: string) => Promise<Uint8Array | 'away' | null>
  /** The image of a message by its key, as it was sent or small; `away` and null as above. */
  attachment: (key: string, which: 'original' | 'thumb') => Promise<Uint8Array | 'away' | null>
  /** An image that is attached and not sent; null when there is none. */
  staged: (id: string) => Promise<Uint8Array | null>
  /** A file that was chosen in the dialog, once; null when there is none. */
  picked: (id: string) => Promise<Uint8Array | null>
  /** A draft's `original`, or a rendition of a picture change; null when there is none. */
  draft: (id: string, file: string) => Uint8Array | null
}

/** What never changes under its address. */
const IMMUTABLE = 'private, max-age=31536000, immutable'

/** Answers every request of the page: itself, pictures, and the images being edited or sent; 404 to all else, 503 for a picture that may come later. */
export function createPageHandler(sources: PageSources): (request: Request) => Promise<Response> {
  return async (request) => {
    const url = new URL(request.url)
    // Not `url.origin`, which Node leaves out of schemes that it does not know.
    if (`${url.protocol}//${url.host}` !== ORIGIN) return answer(404)
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(405)

    const [, key] = /^\/avatars\/([0-9a-f]{32})\/(?:256|64)\.webp$/.exec(url.pathname) ?? []
    if (key !== undefined) {
      const picture = await sources.picture(key)
      return picture === 'away' ? answer(503) : binary(picture, 'image/webp', IMMUTABLE)
    }

    const [, imageKey, size] =
      /^\/attachments\/([0-9a-f]{32})\/(original|thumb\.webp)$/.exec(url.pathname) ?? []
    if (imageKey !== undefined)
      return image(await sources.attachment(imageKey, size === 'original' ? 'original' : 'thumb'))

    const [, stagedId] = /^\/staged\/([0-9a-f-]{36})$/.exec(url.pathname) ?? []
    if (stagedId !== undefined) return image(await sources.staged(stagedId))

    const [, pickedId] = /^\/picked\/([0-9a-f-]{36})$/.exec(url.pathname) ?? []
    if (pickedId !== undefined)
      return binary(await sources.picked(pickedId), 'application/octet-stream', 'no-store')

    const [, id, file] = /^\/drafts\/([0-9a-f-]{36})\/(original|256\.webp|64\.webp)$/.exec(url.pathname) ?? []
    if (id !== undefined && file !== undefined)
      return binary(
        sources.draft(id, file),
        file === 'original' ? 'application/octet-stream' : 'image/webp',
        'no-store',
      )

    return sources.rendererUrl === null
      ? builtFile(sources, url.pathname)
      : developmentFile(sources.rendererUrl, url, sources.language())
  }
}

async function builtFile({ folder, language }: PageSources, pathname: string): Promise<Response> {
  const wanted = pathname === '/' ? '/index.html' : pathname
  if (wanted !== '/index.html' && !wanted.startsWith('/assets/')) return answer(404)
  const file = normalize(join(folder, decode(wanted)))
  if (!file.startsWith(folder + sep)) return answer(404)
  const bytes = await readFile(file).catch(() => null)
  // Vite puts a hash into the name of every asset.
  const cache = wanted === '/index.html' ? 'no-store' : 'public, max-age=31536000, immutable'
  if (bytes !== null && wanted === '/index.html')
    return binary(Buffer.from(inLanguage(bytes.toString(), language())), TYPES['.html'] ?? '', cache)
  return binary(bytes, TYPES[extname(file)] ?? 'application/octet-stream', cache)
}

async function developmentFile(rendererUrl: string, url: URL, language: Language): Promise<Response> {
  const response = await fetch(new URL(url.pathname + url.search, rendererUrl))
  const headers = new Headers(response.headers)
  headers.set('content-security-policy', DEVELOPMENT_POLICY)
  headers.delete('content-encoding')
  const isPage = headers.get('content-type')?.startsWith('text/html') === true
  const body = isPage ? inLanguage(await response.text(), language) : response.body
  if (isPage) headers.delete('content-length')
  return new Response(body, { status: response.status, headers })
}

/** An image under the type that its bytes have: whatever else is there is not handed out. */
function image(found: Uint8Array | 'away' | null): Response {
  if (found === 'away') return answer(503)
  const type = found && imageType(found)
  return type === null ? answer(404) : binary(found, type, IMMUTABLE)
}

/** The page knows its language by this before it runs. */
const inLanguage = (html: string, language: Language): string =>
  html.replace('<html lang="en">', `<html lang="${language}">`)

function binary(bytes: Uint8Array | null, type: string, cacheControl: string): Response {
  return bytes === null
    ? answer(404)
    : answer(200, bytes, { 'content-type': type, 'cache-control': cacheControl })
}

function answer(
  status: number,
  bytes: Uint8Array | null = null,
  headers: Record<string, string> = {},
): Response {
  return new Response(bytes === null ? null : new Uint8Array(bytes), {
    status,
    headers: {
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      ...headers,
    },
  })
}

function decode(pathname: string): string {
  try {
    return decodeURIComponent(pathname)
  } catch {
    return '/..'
  }
}
