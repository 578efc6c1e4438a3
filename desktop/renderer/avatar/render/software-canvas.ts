/** A canvas in main memory and its pen. */
export interface SoftwareCanvas {
  canvas: OffscreenCanvas
  pen: OffscreenCanvasRenderingContext2D
}

/**
 * A canvas that no graphics card draws on: its pixels are read back, they are the same on every computer, and a photograph
 * may be larger than a card's textures.
 */
export function softwareCanvas(width: number, height: number): SoftwareCanvas {
  const canvas = new OffscreenCanvas(width, height)
  const pen = canvas.getContext('2d', { willReadFrequently: true })
  if (!pen) throw new Error('No canvas can be drawn on here.')
  pen.imageSmoothingQuality = 'high'
  return { canvas, pen }
}
