/// <reference lib="webworker" />
import {
  ColorProfile,
  ColorSpace,
  initializeImageMagick,
  MagickFormat,
  MagickImage,
  MagickImageInfo,
  MagickReadSettings,
  ResourceLimits,
  type IMagickImage,
} from '@imagemagick/magick-wasm'
import magickUrl from '@imagemagick/magick-wasm/magick.wasm?url'
import srgbUrl from './srgb.icc?url'
import { heifPrimaries } from './header-size.ts'
import { refuseTooLarge, MAX_PIXELS } from './limits.ts'
import type { MagickKind, MagickReply, MagickRequest } from './decode-by-magick.ts'
import { toOrientation, uprightCanvas } from './orientation.ts'
import { softwareCanvas } from './software-canvas.ts'
import { UNREADABLE, Unusable } from './unusable.ts'

/** How many rows are copied at a time. */
const ROWS = 256
const DISPLAY_P3 = 12
const FORMATS: Record<MagickKind, MagickFormat> = {
  heif: MagickFormat.Heic,
  tiff: MagickFormat.Tiff,
  jpeg: MagickFormat.Jpeg,
}

self.addEventListener('message', ({ data }: MessageEvent<MagickRequest>) => void answer(data))

async function answer({ bytes, kind }: MagickRequest): Promise<void> {
  try {
    await start()
    const bitmap = decode(bytes, kind, await fetchBytes(srgbUrl))
    post({ ok: true, bitmap }, [bitmap])
  } catch (error) {
    const fault = error instanceof Unusable ? error.fault : UNREADABLE
    post({ ok: false, fault })
  }
}

const post = (reply: MagickReply, transfer: Transferable[] = []) => self.postMessage(reply, transfer)

async function start(): Promise<void> {
  await initializeImageMagick(await fetchBytes(magickUrl))
  // Whatever a file claims: nothing larger than may be opened, and nothing set aside on the disk that WebAssembly makes believe.
  ResourceLimits.area = BigInt(MAX_PIXELS)
  ResourceLimits.memory = 1_500_000_000n
  ResourceLimits.disk = 0n
}

const fetchBytes = async (url: string) => new Uint8Array(await (await fetch(url)).arrayBuffer())

function decode(bytes: Uint8Array, kind: MagickKind, srgb: Uint8Array): ImageBitmap {
  const settings = new MagickReadSettings({ format: FORMATS[kind], frameIndex: 0, frameCount: 1 })
  refuseTooLarge(MagickImageInfo.create(bytes, settings))
  const image = MagickImage.create()
  try {
    let cutOff = false
    // Of a JPEG that is cut off, the rest would be grey.
    image.onWarning = ({ error }) => {
      cutOff ||= /premature end/i.test(error.message)
    }
    image.read(bytes, settings)
    if (cutOff) throw new Unusable(UNREADABLE)
    const profile = image.getColorProfile()
    if (profile) image.transformColorSpace(new ColorProfile(srgb))
    // Inks of no known kind, by the plain formula.
    else if (image.colorSpace === ColorSpace.CMYK) image.colorSpace = ColorSpace.sRGB
    const p3 = !profile && kind === 'heif' && heifPrimaries(bytes) === DISPLAY_P3
    return toBitmap(image, p3 ? 'display-p3' : 'srgb')
  } finally {
    image.dispose()
  }
}

function toBitmap(image: IMagickImage, colorSpace: PredefinedColorSpace): ImageBitmap {
  const { width, height } = image
  const upright = uprightCanvas(width, height, toOrientation(image.orientation))
  const strip = softwareCanvas(width, Math.min(ROWS, height))
  image.getPixels((pixels) => {
    for (let top = 0; top < height; top += ROWS) {
      const rows = Math.min(ROWS, height - top)
      const rgba = pixels.toByteArray(0, top, width, rows, 'RGBA')
      if (!rgba) throw new Unusable(UNREADABLE)
      strip.pen.putImageData(new ImageData(new Uint8ClampedArray(rgba), width, rows, { colorSpace }), 0, 0)
      upright.pen.drawImage(strip.canvas, 0, 0, width, rows, 0, top, width, rows)
    }
  })
  return upright.canvas.transferToImageBitmap()
}
