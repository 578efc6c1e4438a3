import type { PictureCache } from './cache.ts'

/** Where pictures are kept: those of people and rooms, and the images of messages, small and as they were sent. */
export interface PictureCaches {
  avatars: PictureCache
  thumbs: PictureCache
  originals: PictureCache
}

/** What of the caches is used to exchange addresses. */
type Registers = Record<keyof PictureCaches, Pick<PictureCache, 'register'>>
type Addresses = Record<keyof PictureCaches, Pick<PictureCache, 'addressOf'>>

/** An address of the API's by the name of its field: which cache has what is there, and where the page finds it. */
interface Place {
  cache: keyof PictureCaches
  pageAddress: (key: string) => string
  /** What stands for an address that is not known. */
  unknown: null | ''
}

const avatar = (side: Side): Place => ({
  cache: 'avatars',
  pageAddress: (key) => `/avatars/${key}/${side}.webp`,
  unknown: null,
})

type Side = 64 | 256

const PLACES = new Map<string, Place>([
  ['avatarUrl', avatar(256)],
  ['avatarThumbUrl', avatar(64)],
  ['imageUrl', { cache: 'originals', pageAddress: (key) => `/attachments/${key}/original`, unknown: '' }],
  ['imageThumbUrl', { cache: 'thumbs', pageAddress: (key) => `/attachments/${key}/thumb.webp`, unknown: '' }],
])

/** The page's own address for a picture of somebody. */
export const avatarAddress = (url: string, side: Side, cache: Pick<PictureCache, 'register'>): string =>
  avatar(side).pageAddress(cache.register(url))

/** Replaces every picture's address in an answer or event by the page's own, such as `/avatars/<key>/<side>.webp`. */
export function rewriteAddresses<T>(value: T, caches: Registers): T {
  // Each value keeps its shape; only strings are exchanged for strings.
  return exchange(value, (url, { cache, pageAddress }) => pageAddress(caches[cache].register(url))) as T
}

/** The opposite: puts back the API's addresses for the page's own; one that is not known becomes null, of an image an empty text. */
export function restoreAddresses<T>(value: T, caches: Addresses): T {
  return exchange(
    value,
    (address, { cache, unknown }) => caches[cache].addressOf(address.split('/')[2] ?? '') ?? unknown,
  ) as T
}

function exchange(value: unknown, by: (address: string, place: Place) => string | null): unknown {
  if (Array.isArray(value)) return value.map((item) => exchange(item, by))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      const place = PLACES.get(name)
      return place !== undefined && typeof item === 'string'
        ? [name, by(item, place)]
        : [name, exchange(item, by)]
    }),
  )
}
