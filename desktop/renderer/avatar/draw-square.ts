import type { Crop } from './render-messages.ts'

const context = (canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D => {
  const made = canvas.getContext('2d')
  if (!made) throw new Error('No canvas can be drawn on here.')
  made.imageSmoothingEnabled = true
  made.imageSmoothingQuality = 'high'
  return made
}

/**
 * Draws a square of a picture `side` pixels wide, transparent pixels over white. Strong reductions go down by halves:
 * a single step skips pixels, which shows as jagged edges and moiré.
 */
export function drawSquare(source: ImageBitmap, crop: Crop, side: number): OffscreenCanvas {
  const steps = halvings(crop.side, side)
  let width = side * 2 ** steps
  let canvas = new OffscreenCanvas(width, width)
  let pen = context(canvas)
  pen.fillStyle = '#ffffff'
  pen.fillRect(0, 0, width, width)
  pen.drawImage(source, crop.x, crop.y, crop.side, crop.side, 0, 0, width, width)
  while (width > side) {
    const half = new OffscreenCanvas(width / 2, width / 2)
    pen = context(half)
    pen.drawImage(canvas, 0, 0, width / 2, width / 2)
    canvas = half
    width /= 2
  }
  return canvas
}

/** How often the wanted side can be doubled without exceeding what there is. */
export function halvings(from: number, to: number): number {
  return Math.max(0, Math.floor(Math.log2(from / to)))
}
