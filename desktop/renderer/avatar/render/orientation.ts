import { softwareCanvas, type SoftwareCanvas } from './software-canvas.ts'

/** How a stored picture is to be turned, as EXIF counts it: 1 is upright, 6 a quarter clockwise, and so on up to 8. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8

/** An orientation as a file gives it; upright where it gives none that exists. */
export function toOrientation(value: number | null): Orientation {
  // Checked just before.
  return value !== null && Number.isInteger(value) && value >= 1 && value <= 8 ? (value as Orientation) : 1
}

/** Where the stored axes point in the upright picture: x to the right, y downwards (EXIF 2.32, tag 0x0112). */
const AXES: Record<Orientation, { x: [number, number]; y: [number, number] }> = {
  1: { x: [1, 0], y: [0, 1] },
  2: { x: [-1, 0], y: [0, 1] },
  3: { x: [-1, 0], y: [0, -1] },
  4: { x: [1, 0], y: [0, -1] },
  5: { x: [0, 1], y: [1, 0] },
  6: { x: [0, 1], y: [-1, 0] },
  7: { x: [0, -1], y: [-1, 0] },
  8: { x: [0, -1], y: [1, 0] },
}

/** A canvas for the upright picture, with a pen that takes the coordinates of the stored one. `width` and `height` are the stored ones. */
export function uprightCanvas(width: number, height: number, orientation: Orientation): SoftwareCanvas {
  const { x, y } = AXES[orientation]
  const lying = x[0] === 0
  const made = softwareCanvas(lying ? height : width, lying ? width : height)
  // An axis that points backwards starts at the far side.
  const startX = x[0] < 0 || y[0] < 0 ? made.canvas.width : 0
  const startY = x[1] < 0 || y[1] < 0 ? made.canvas.height : 0
  made.pen.setTransform(x[0], x[1], y[0], y[1], startX, startY)
  made.pen.imageSmoothingEnabled = false
  return made
}
