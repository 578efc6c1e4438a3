import { RENDITIONS } from '../../../../api/contract/avatar.ts'
import { decodeImage } from './decode-image.ts'
import { encodeWebp } from './encode-webp.ts'
import { framePicture } from './frame-picture.ts'
import { PREVIEW_SIDE } from './limits.ts'
import type { Framing, OpenedPicture, RenderedFiles } from './render-messages.ts'
import { lanczos, shrink, toImageData } from './resample.ts'
import { softwareCanvas } from './software-canvas.ts'

/**
 * A picture decoded once, in full size (400 MB at most), beside a copy bounded for previews. Kept in full for as long as it
 * is edited: so saving takes no second decoding, and a drawn camera picture or a damaged file cannot fail late.
 */
export interface Picture {
  opened: OpenedPicture
  preview(framing: Framing, sides: number[]): ImageBitmap[]
  render(framing: Framing): Promise<RenderedFiles>
  close(): void
}

/** Opens an image. Throws Unusable where it cannot be used. */
export async function openPicture(file: Blob): Promise<Picture> {
  const { bitmap, alpha } = await decodeImage(file)
  const { width, height } = bitmap
  const scale = Math.min(1, PREVIEW_SIDE / Math.max(width, height))
  const small = await reduced(bitmap, scale)
  return {
    opened: {
      width,
      height,
      transparent: alpha && isTransparent(bitmap),
      preview: await createImageBitmap(small),
    },
    preview: (framing, sides) =>
      sides.map((side) => {
        const { canvas, pen } = softwareCanvas(side, side)
        pen.putImageData(drawSquare(small, scaled(framing, scale), side), 0, 0)
        return canvas.transferToImageBitmap()
      }),
    async render(framing) {
      const square = shrink(framePicture(bitmap, framing), RENDITIONS.full.side)
      const full = lanczos(square, RENDITIONS.full.side)
      // From the large rendition: four times as wide, it still has all that the small one can show, and takes a fiftieth of the time.
      const thumb = lanczos(full, RENDITIONS.thumb.side)
      return { full: await encodeWebp(toImageData(full)), thumb: await encodeWebp(toImageData(thumb)) }
    },
    close() {
      bitmap.close()
      small.close()
    },
  }
}

const drawSquare = (picture: ImageBitmap, framing: Framing, side: number) =>
  toImageData(lanczos(shrink(framePicture(picture, framing), side), side))

const scaled = ({ x, y, side, ...rest }: Framing, scale: number): Framing => ({
  ...rest,
  x: x * scale,
  y: y * scale,
  side: side * scale,
})

/** A copy at a scale of at most 1. */
async function reduced(bitmap: ImageBitmap, scale: number): Promise<ImageBitmap> {
  if (scale === 1) return createImageBitmap(bitmap)
  const { canvas, pen } = softwareCanvas(
    Math.max(1, Math.round(bitmap.width * scale)),
    Math.max(1, Math.round(bitmap.height * scale)),
  )
  pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  return canvas.transferToImageBitmap()
}

/** Whether a single pixel is not opaque. Read in strips: a picture can be larger than what may be copied at once. */
function isTransparent(bitmap: ImageBitmap): boolean {
  const rows = 256
  const { pen } = softwareCanvas(bitmap.width, Math.min(rows, bitmap.height))
  for (let top = 0; top < bitmap.height; top += rows) {
    const count = Math.min(rows, bitmap.height - top)
    pen.clearRect(0, 0, bitmap.width, count)
    pen.drawImage(bitmap, 0, -top)
    const pixels = new Uint32Array(pen.getImageData(0, 0, bitmap.width, count).data.buffer)
    // Every computer that Chromium runs on keeps the last of four bytes on top.
    if (pixels.some((pixel) => pixel >>> 24 !== 255)) return true
  }
  return false
}
