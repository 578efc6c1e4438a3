import { ATTACHMENT_TYPES, type AttachmentType } from '../../../../api/contract/attachment.ts'
import { decodeImage } from './decode-image.ts'
import { imageKind } from './image-kind.ts'
import type { PreparedImage } from './render-messages.ts'
import { softwareCanvas } from './software-canvas.ts'

/** How an image is encoded that browsers cannot show: hardly a loss to be seen, with its longest side bounded, in pixels. */
const QUALITY = 0.9
const LONGEST_SIDE = 4096

/** An image as a message can carry it: as it is where every browser shows its kind, else as WebP. Throws Unusable where it cannot be used. */
export async function prepareImage(file: Blob): Promise<PreparedImage> {
  const { bitmap } = await decodeImage(file)
  try {
    const type = `image/${imageKind(new Uint8Array(await file.slice(0, KIND_BYTES).arrayBuffer()))}`
    const { width, height } = bitmap
    return isCarried(type) ? { file, type, width, height } : await toWebp(bitmap)
  } finally {
    bitmap.close()
  }
}

/** How much of a file tells its kind: a drawing may begin with remarks. */
const KIND_BYTES = 16_384

const isCarried = (type: string): type is AttachmentType =>
  (ATTACHMENT_TYPES as readonly string[]).includes(type)

async function toWebp(bitmap: ImageBitmap): Promise<PreparedImage> {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height))
  const width = Math.max(1, Math.round(bitmap.width * scale))
  const height = Math.max(1, Math.round(bitmap.height * scale))
  const { canvas, pen } = softwareCanvas(width, height)
  pen.drawImage(bitmap, 0, 0, width, height)
  const type = 'image/webp'
  return { file: await canvas.convertToBlob({ type, quality: QUALITY }), type, width, height }
}
