import type { EncodeOptions, WebPModule } from '@jsquash/webp/codec/enc/webp_enc.js'
import startEncoder from '@jsquash/webp/codec/enc/webp_enc_simd.js'
import encoderUrl from '@jsquash/webp/codec/enc/webp_enc_simd.wasm?url'
import { defaultOptions } from '@jsquash/webp/meta.js'
import { ssim } from 'ssim.js'
import { softwareCanvas } from './software-canvas.ts'

/**
 * The likeness to the picture that encoding leaves, as the mean structural similarity of its brightness. Seen on top of what
 * resampling differs from a reference, a little over the 0.99 that is promised for both together.
 */
const LIKENESS = 0.992
/** The qualities between which is searched; below, blocks show in skies whatever the likeness says. */
const LOWEST = 50
const HIGHEST = 98
/** How many colours a drawing has at most, its soft edges included. */
const DRAWING_COLOURS = 4_096

let started: Promise<WebPModule> | undefined

/**
 * The smallest WebP file in which a picture keeps its likeness: lossy, or without loss where that is smaller, as with
 * drawings. The file holds the picture and nothing else. `picture` is opaque.
 */
export async function encodeWebp(picture: ImageData): Promise<Uint8Array<ArrayBuffer>> {
  const encoder = await (started ??= start())
  const encode = (options: Partial<EncodeOptions>) => {
    const { data, width, height } = picture
    const file = encoder.encode(data, width, height, {
      ...defaultOptions,
      method: 6,
      use_sharp_yuv: 1,
      ...options,
    })
    if (!file) throw new Error('The picture could not be encoded.')
    return file.slice()
  }
  const lossy = await smallestLike(picture, (quality) => encode({ quality }))
  // Without loss a photograph takes four seconds to encode, to become several times as large.
  if (lossy !== null && !isDrawing(picture)) return lossy
  const lossless = encode({ lossless: 1, quality: 75, method: 4 })
  return lossy !== null && lossy.length < lossless.length ? lossy : lossless
}

/** Whether a picture has as few colours as drawings have, and photographs never. */
function isDrawing({ data }: ImageData): boolean {
  const colours = new Set<number>()
  for (const pixel of new Uint32Array(data.buffer)) {
    colours.add(pixel)
    if (colours.size > DRAWING_COLOURS) return false
  }
  return true
}

async function start(): Promise<WebPModule> {
  const wasm = await WebAssembly.compile(await (await fetch(encoderUrl)).arrayBuffer())
  return startEncoder({
    noInitialRun: true,
    instantiateWasm: (imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) => {
      const instance = new WebAssembly.Instance(wasm, imports)
      done(instance)
      return instance.exports
    },
  })
}

/** Halves the range of qualities until the lowest that suffices is found; null where none does. */
async function smallestLike(
  picture: ImageData,
  encode: (quality: number) => Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer> | null> {
  let best: Uint8Array<ArrayBuffer> | null = null
  for (let [low, high] = [LOWEST, HIGHEST]; low <= high;) {
    const quality = Math.floor((low + high) / 2)
    const file = encode(quality)
    if (ssim(await decode(file), picture).mssim >= LIKENESS) {
      best = file
      high = quality - 1
    } else low = quality + 1
  }
  return best
}

async function decode(file: Uint8Array<ArrayBuffer>): Promise<ImageData> {
  const bitmap = await createImageBitmap(new Blob([file]))
  const { width, height } = bitmap
  const { pen } = softwareCanvas(width, height)
  pen.drawImage(bitmap, 0, 0)
  bitmap.close()
  return pen.getImageData(0, 0, width, height)
}
