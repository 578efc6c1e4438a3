/// <reference lib="webworker" />
import '../platform/strict-zod.ts'
import { imageSize } from 'image-size'
import { AVATAR_TYPE, RENDITIONS } from '../../../api/contract/avatar.ts'
import { assertNever } from '../platform/assert-never.ts'
import { drawScaled, drawSquare } from './draw-square.ts'
import type {
  Crop,
  PictureSize,
  RenderAnswers,
  RenderedFiles,
  RenderReply,
  RenderRequest,
} from './render-messages.ts'
import { stripWebp } from './strip-webp.ts'

/** The greatest number of pixels that is decoded: 100 megapixels, 400 MB once decoded. */
const MAX_PIXELS = 100_000_000
/** The longest side of what previews are drawn from: enough for a sharp one at full zoom, and small enough to be quick. */
const PREVIEW_SIDE = 2048
/** WebP qualities, from what is tried first: lower only where a rendition would be larger than the API takes. */
const QUALITIES = [0.86, 0.8, 0.7, 0.6, 0.45, 0.3]

/** A failure that the person can read. */
class Unusable extends Error {}

const UNREADABLE =
  'This image could not be read. It may be damaged, or of a kind that cannot be shown here. Choose another.'

let file: Blob | null = null
let preview: { bitmap: ImageBitmap; scale: number } | null = null

self.addEventListener('message', (event: MessageEvent<RenderRequest>) => void answer(event.data))

async function answer(request: RenderRequest): Promise<void> {
  try {
    const value = await handle(request)
    post({ id: request.id, ok: true, value }, Array.isArray(value) ? value : [])
  } catch (error) {
    post({ id: request.id, ok: false, sentence: error instanceof Unusable ? error.message : UNREADABLE })
  }
}

const post = (reply: RenderReply, transfer: Transferable[] = []) => self.postMessage(reply, transfer)

function handle(request: RenderRequest): Promise<RenderAnswers[keyof RenderAnswers]> {
  switch (request.type) {
    case 'open':
      return open(request.url)
    case 'preview':
      return drawPreviews(request.crop, request.sides)
    case 'render':
      return render(request.crop)
    default:
      return assertNever(request)
  }
}

/** Reads the file's header, refuses what is too large to decode, and decodes the rest once, for the previews. */
async function open(url: string): Promise<PictureSize> {
  const response = await fetch(url)
  if (!response.ok) throw new Unusable('The chosen image is no longer available. Choose it again.')
  const blob = await response.blob()
  refuseTooManyPixels(new Uint8Array(await blob.arrayBuffer()))
  const bitmap = await decode(blob)
  const size = { width: bitmap.width, height: bitmap.height }
  file = blob
  preview?.bitmap.close()
  preview = bounded(bitmap)
  return size
}

function refuseTooManyPixels(bytes: Uint8Array): void {
  const { width, height } = imageSize(bytes)
  if (width * height <= MAX_PIXELS) return
  const megapixels = Math.round((width * height) / 1e6).toLocaleString()
  throw new Unusable(
    `This image has ${megapixels} megapixels (${width} × ${height}); at most 100 can be used. Choose a smaller one.`,
  )
}

/** Decodes upright and in sRGB, whatever the file says about orientation and colours. */
const decode = (blob: Blob) =>
  createImageBitmap(blob, { imageOrientation: 'from-image', colorSpaceConversion: 'default' })

function bounded(bitmap: ImageBitmap): { bitmap: ImageBitmap; scale: number } {
  const scale = Math.min(1, PREVIEW_SIDE / Math.max(bitmap.width, bitmap.height))
  if (scale === 1) return { bitmap, scale }
  const small = drawScaled(bitmap, scale).transferToImageBitmap()
  bitmap.close()
  return { bitmap: small, scale }
}

async function drawPreviews(crop: Crop, sides: number[]): Promise<ImageBitmap[]> {
  if (!preview) throw new Error('Nothing is open.')
  const { bitmap, scale } = preview
  const scaled = { x: crop.x * scale, y: crop.y * scale, side: crop.side * scale }
  return sides.map((side) => drawSquare(bitmap, scaled, side).transferToImageBitmap())
}

/** Draws and encodes both renditions from the picture in its full size. */
async function render(crop: Crop): Promise<RenderedFiles> {
  if (!file) throw new Error('Nothing is open.')
  const bitmap = await decode(file)
  try {
    const [full, thumb] = await Promise.all([
      encode(drawSquare(bitmap, crop, RENDITIONS.full.side), RENDITIONS.full.maxBytes),
      encode(drawSquare(bitmap, crop, RENDITIONS.thumb.side), RENDITIONS.thumb.maxBytes),
    ])
    return { full, thumb }
  } finally {
    bitmap.close()
  }
}

async function encode(canvas: OffscreenCanvas, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  for (const quality of QUALITIES) {
    const blob = await canvas.convertToBlob({ type: AVATAR_TYPE, quality })
    const bytes = stripWebp(new Uint8Array(await blob.arrayBuffer()))
    if (bytes.length <= maxBytes) return bytes
  }
  throw new Unusable('This image could not be made small enough. Choose another.')
}
