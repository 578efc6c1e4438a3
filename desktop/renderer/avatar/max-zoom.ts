import type { PictureSize } from './render/render-messages.ts'

/** The crop that zooming in leaves at least, in pixels of the picture: smaller ones only show its pixels. */
const LEAST_CROP = 128
/** The least zoom that every picture allows, so that the slider always does something, and the greatest that any does. */
const LEAST = 2
const GREATEST = 10

/** How far into a picture one can zoom, where 1 shows its shorter side whole. */
export function maxZoom({ width, height }: PictureSize): number {
  const sensible = Math.min(width, height) / LEAST_CROP
  return Math.min(GREATEST, Math.max(LEAST, Math.floor(sensible * 100) / 100))
}
