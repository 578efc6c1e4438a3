/** Schemes that the app has registered. Chromium knows none of them, so `app://x/y` travels as `https://x.app.standin.test/y`. */
const schemes = new Set<string>()
const SUFFIX = '.standin.test'

/** Every address that must come to a handler, as DevTools describe addresses. */
export const HANDLED_PATTERN = `https://*${SUFFIX}/*`

/** From now on, addresses of this scheme are the app's. */
export const addScheme = (scheme: string): unknown => schemes.add(scheme)

/** Whether the app has registered this scheme. */
export const isScheme = (scheme: string): boolean => schemes.has(scheme)

/** An address of the app as Chromium sees it; any other as it is. */
export function toBrowserUrl(url: string): string {
  const { protocol, host, pathname, search, hash } = new URL(url)
  const scheme = protocol.slice(0, -1)
  return schemes.has(scheme) ? `https://${host}.${scheme}${SUFFIX}${pathname}${search}${hash}` : url
}

/** An address in Chromium as the app knows it. */
export function toAppUrl(url: string): string {
  const [, host, scheme, rest] =
    /^https:\/\/([^/?#]+)\.([a-z][a-z0-9+-]*)\.standin\.test([/?#].*)?$/.exec(url) ?? []
  return host === undefined ? url : `${scheme}://${host}${rest ?? '/'}`
}

/** The origin of an address as the app knows it: `app://example`. */
export const originOf = (url: string): string => url.split('/').slice(0, 3).join('/')

/** A header of a request as the app knows it: `Origin` holds an address without a path, `Referer` one with it. */
export function toAppHeader(value: string): string {
  const url = toAppUrl(value)
  return url === value || value.includes('/', 'https://'.length) ? url : originOf(url)
}

/** A header of an answer as Chromium must see it: a policy or a redirection may name the app's schemes. */
export function toBrowserHeader(value: string): string {
  let text = value
  for (const scheme of schemes)
    text = text
      .replaceAll(
        new RegExp(`\\b${scheme}://([a-z0-9.-]+)`, 'gi'),
        (_address, host: string) => `https://${host}.${scheme}${SUFFIX}`,
      )
      .replaceAll(new RegExp(`(^|[\\s;,])${scheme}:(?=[\\s;,]|$)`, 'g'), `$1https://*.${scheme}${SUFFIX}`)
  return text
}
