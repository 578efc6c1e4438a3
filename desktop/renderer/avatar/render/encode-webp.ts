import type { EncodeOptions, WebPModule } from '@jsquash/webp/codec/enc/webp_enc.js'
import startEncoder from '@jsquash/webp/codec/enc/webp_enc_simd.js'
import encoderUrl from '@jsquash/webp/codec/enc/webp_enc_simd.wasm?url'
import { defaultOptions } from '@jsquash/webp/meta.js'
import { ssim } from 'ssim.js'
import { softwareCanvas } from './software-canvas.ts'

/**
 * The likeness to the picture that encoding leaves, as the mean structural similarity of its brightness. Seen on top of what
 * resampling differs from a reference, so over the 0.99 that is promised for both together; in a small picture by more, as
 * there each pixel counts and bytes are to spare.
 */
const LIKENESS = { large: 0.9915, small: 0.993 } as const
/** The longest side of a small picture, in pixels. */
const SMALL = 128
/** How much more likeness is not worth another try: some 5 % of the file. */
const ENOUGH = 0.0006
/** The qualities between which is searched; below, blocks show in skies whatever the likeness says. */
const LOWEST = 50
const HIGHEST = 100
/** Where the search starts, and by how much the logarithm of the unlikeness falls with each step of quality: both as photographs have it. */
const USUAL = 90
const USUAL_SLOPE = -0.07
/** The part of a drawing's pixels, at least, that repeat the one beside them. */
const FLAT = 1 / 3

let started: Promise<WebPModule> | undefined

/**
 * The smallest WebP file in which a picture keeps its likeness: lossy, or without loss where that is smaller, as with
 * drawings. A photograph that keeps it at no quality is encoded at the highest. The file holds the picture and nothing else.
 * `picture` is opaque.
 */
export async function encodeWebp(picture: ImageData): Promise<Uint8Array<ArrayBuffer>> {
  const encoder = await (started ??= start())
  const encode = (options: Partial<EncodeOptions>) => {
    const { data, width, height } = picture
    const file = encoder.encode(data, width, height, { ...defaultOptions, method: 6, ...options })
    if (!file) throw new Error('The picture could not be encoded.')
    return file.slice()
  }
  // Without loss a photograph takes four seconds to encode, to become several times as large.
  if (!isDrawing(picture))
    return (await smallestLike(picture, (quality) => encode({ quality }))) ?? encode({ quality: HIGHEST })
  // Sharper edges between colours cost brightness some likeness: a tenth of a photograph's file, where nobody sees them.
  const lossy = await smallestLike(picture, (quality) => encode({ quality, use_sharp_yuv: 1 }))
  const lossless = encode({ lossless: 1, quality: 75, method: 4 })
  return lossy !== null && lossy.length < lossless.length ? lossy : lossless
}

/** Whether a picture has as large areas of one colour as drawings have, and photographs hardly ever. */
function isDrawing({ data }: ImageData): boolean {
  const pixels = new Uint32Array(data.buffer)
  let repeated = 0
  for (let at = 1; at < pixels.length; at += 1) if (pixels[at] === pixels[at - 1]) repeated += 1
  return repeated > pixels.length * FLAT
}

/** Loads the encoder and encodes once, while the person looks at the picture: the first time takes longest. */
export async function prepareEncoder(): Promise<void> {
  const encoder = await (started ??= start())
  const side = 64
  encoder.encode(new Uint8ClampedArray(side * side * 4).fill(255), side, side, {
    ...defaultOptions,
    method: 6,
  })
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

/**
 * The file of about the lowest quality that suffices; null where none does. Unlikeness falls with quality almost
 * exponentially, so a straight line through the logarithms of two tries points at the next: three or four in all, where halving takes six.
 */
async function smallestLike(
  picture: ImageData,
  encode: (quality: number) => Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer> | null> {
  let best: Uint8Array<ArrayBuffer> | null = null
  const wanted = picture.width <= SMALL ? LIKENESS.small : LIKENESS.large
  let before: { quality: number; excess: number } | undefined
  let slope = USUAL_SLOPE
  let quality = USUAL
  for (let [low, high] = [LOWEST, HIGHEST]; low <= high;) {
    const file = encode(quality)
    const likeness = ssim(await decode(file), picture).mssim
    if (likeness >= wanted) {
      best = file
      if (likeness <= wanted + ENOUGH) break
      high = quality - 1
    } else low = quality + 1
    // A picture of one colour is wholly like itself.
    const excess = Math.log(Math.max(1e-6, 1 - likeness) / (1 - wanted))
    if (before !== undefined)
      slope = Math.min(USUAL_SLOPE / 4, (excess - before.excess) / (quality - before.quality))
    before = { quality, excess }
    quality = Math.min(high, Math.max(low, Math.ceil(quality - excess / slope)))
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
