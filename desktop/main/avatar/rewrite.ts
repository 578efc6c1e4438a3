import type { PictureCache } from './cache.ts'

type Side = 64 | 256

const SIDES = new Map<string, Side>([
  ['avatarUrl', 256],
  ['avatarThumbUrl', 64],
])

/** The page's own address for a picture of the API's. */
export const pageAddress = (url: string, side: Side, cache: Pick<PictureCache, 'register'>): string =>
  `/avatars/${cache.register(url)}/${side}.webp`

/** Replaces every picture's address in an answer or event by the page's own, `/avatars/<key>/<side>.webp`. */
export function rewriteAvatars<T>(value: T, cache: Pick<PictureCache, 'register'>): T {
  // Each value keeps its shape; only strings are exchanged for strings.
  return exchange(value, (url, side) => pageAddress(url, side, cache)) as T
}

/** The opposite: puts back the API's addresses for the page's own; one that is not known becomes null. */
export function restoreAvatars<T>(value: T, cache: Pick<PictureCache, 'addressOf'>): T {
  return exchange(value, (address) => cache.addressOf(address.split('/')[2] ?? '')) as T
}

function exchange(value: unknown, by: (address: string, side: Side) => string | null): unknown {
  if (Array.isArray(value)) return value.map((item) => exchange(item, by))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      const side = SIDES.get(name)
      return side !== undefined && typeof item === 'string'
        ? [name, by(item, side)]
        : [name, exchange(item, by)]
    }),
  )
}
