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
  return rewrite(value, cache) as T
}

function rewrite(value: unknown, cache: Pick<PictureCache, 'register'>): unknown {
  if (Array.isArray(value)) return value.map((item) => rewrite(item, cache))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      const side = SIDES.get(name)
      return side !== undefined && typeof item === 'string'
        ? [name, pageAddress(item, side, cache)]
        : [name, rewrite(item, cache)]
    }),
  )
}
