import { maxZoom } from './max-zoom.ts'
import type { Framing, PictureSize } from './render/render-messages.ts'

/** How a picture is cut: what the person has done to it. Lengths in pixels of the picture, upright and unturned. */
export interface Cut {
  /** The middle of the square. */
  x: number
  y: number
  /** 1 where the picture's shorter side fits the square. */
  zoom: number
  /** Quarter turns clockwise, 0 to 3. */
  quarters: number
  /** What is turned beyond that, clockwise, in degrees from −45 to 45. */
  tilt: number
  /** Mirrored left to right, before turning. */
  flipped: boolean
}

/** A distance or place on the screen, from the middle of the square. */
export interface Vector {
  x: number
  y: number
}

/** The greatest tilt, in degrees. */
export const MAX_TILT = 45

/** The whole of the picture that a square can hold, as it is. */
export const wholePicture = ({ width, height }: PictureSize): Cut => ({
  x: width / 2,
  y: height / 2,
  zoom: 1,
  quarters: 0,
  tilt: 0,
  flipped: false,
})

const clamp = (value: number, min: number, max: number): number => Math.min(max, Math.max(min, value))
const radians = (degrees: number): number => (degrees * Math.PI) / 180
const angleOf = ({ quarters, tilt }: Cut): number => quarters * 90 + tilt

/** How far the tilted square reaches along the picture's sides, for each pixel of its own side. */
const reach = ({ tilt }: Cut): number => Math.abs(Math.cos(radians(tilt))) + Math.abs(Math.sin(radians(tilt)))

/** The side of the square: as the zoom says, but never larger than the tilted square can be within the picture. */
export function sideOf(cut: Cut, { width, height }: PictureSize): number {
  const shorter = Math.min(width, height)
  return Math.min(shorter / cut.zoom, shorter / reach(cut))
}

/** The cut with its zoom within bounds and its square inside the picture. */
export function inside(cut: Cut, size: PictureSize): Cut {
  const zoom = clamp(cut.zoom, 1, maxZoom(size))
  const half = (sideOf({ ...cut, zoom }, size) * reach(cut)) / 2
  return {
    ...cut,
    zoom,
    x: clamp(cut.x, half, size.width - half),
    y: clamp(cut.y, half, size.height - half),
  }
}

/** What a distance on the screen is in the picture, where `scale` pixels of the screen show one of the picture. */
function toPicture({ x, y }: Vector, cut: Cut, scale: number): Vector {
  const angle = radians(-angleOf(cut))
  const turned = {
    x: (x * Math.cos(angle) - y * Math.sin(angle)) / scale,
    y: (x * Math.sin(angle) + y * Math.cos(angle)) / scale,
  }
  return cut.flipped ? { x: -turned.x, y: turned.y } : turned
}

/** Moves the picture under the square by a distance on the screen; `mask` is the square's side there. */
export function pan(cut: Cut, size: PictureSize, by: Vector, mask: number): Cut {
  const moved = toPicture(by, cut, mask / sideOf(cut, size))
  return inside({ ...cut, x: cut.x - moved.x, y: cut.y - moved.y }, size)
}

/** Zooms so that what is at a place of the screen stays there. */
export function zoomAt(cut: Cut, size: PictureSize, zoom: number, at: Vector, mask: number): Cut {
  const next = { ...cut, zoom: clamp(zoom, 1, maxZoom(size)) }
  const before = toPicture(at, cut, mask / sideOf(cut, size))
  const after = toPicture(at, next, mask / sideOf(next, size))
  return inside({ ...next, x: cut.x + before.x - after.x, y: cut.y + before.y - after.y }, size)
}

/** Turns by quarters, clockwise where positive. */
export const turn = (cut: Cut, quarters: number): Cut => ({
  ...cut,
  quarters: (((cut.quarters + quarters) % 4) + 4) % 4,
})

/** Tilts to so many degrees. */
export const tiltTo = (cut: Cut, size: PictureSize, tilt: number): Cut =>
  inside({ ...cut, tilt: clamp(tilt, -MAX_TILT, MAX_TILT) }, size)

/** Mirrors what is seen, left to right: what was turned one way is turned the other. */
export const flip = (cut: Cut): Cut => ({
  ...cut,
  flipped: !cut.flipped,
  quarters: (4 - cut.quarters) % 4,
  // Not −0, which counts as a change.
  tilt: cut.tilt === 0 ? 0 : -cut.tilt,
})

/** The cut as the renderer takes it. */
export function framingOf(cut: Cut, size: PictureSize, background: string): Framing {
  const angle = angleOf(cut)
  const side = sideOf(cut, size)
  return {
    x: cut.x - side / 2,
    y: cut.y - side / 2,
    side,
    angle: angle > 180 ? angle - 360 : angle,
    flipped: cut.flipped,
    background,
  }
}

/** Whether two cuts show the same. */
export const isSameCut = (a: Cut, b: Cut): boolean =>
  a.x === b.x &&
  a.y === b.y &&
  a.zoom === b.zoom &&
  a.quarters === b.quarters &&
  a.tilt === b.tilt &&
  a.flipped === b.flipped
