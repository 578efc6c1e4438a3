import type { HeaderSize } from './header-size.ts'
import { Unusable } from './unusable.ts'

/** The greatest file that is opened, in bytes: 50 MB. */
export const MAX_BYTES = 50 * 1024 * 1024
/** The greatest number of pixels that is decoded: 100 megapixels, 400 MB once decoded. */
export const MAX_PIXELS = 100_000_000
/** The longest side that is decoded: that of the greatest JPEG, and of Chromium's canvas. */
export const MAX_SIDE = 65_535
/** The longest side of what is moved about on the screen, and of a drawing without a size in pixels. */
export const PREVIEW_SIDE = 2048

/** Throws Unusable for a file that is empty, or larger than 50 MB. */
export function refuseTooManyBytes(bytes: number): void {
  if (bytes === 0) throw new Unusable({ why: 'empty' })
  if (bytes > MAX_BYTES) throw new Unusable({ why: 'tooManyBytes', bytes })
}

/** Throws Unusable for a picture of no size, or of more than 100 megapixels. */
export function refuseTooLarge({ width, height }: HeaderSize): void {
  if (width === 0 || height === 0) throw new Unusable({ why: 'noSize', width, height })
  if (width * height > MAX_PIXELS) throw new Unusable({ why: 'tooManyPixels', width, height })
  if (Math.max(width, height) > MAX_SIDE) throw new Unusable({ why: 'tooWide', width, height })
}
