/** A square of opaque pixels, three bytes each: red, green, blue. */
export interface Square {
  side: number
  /** How much of `side` the picture takes up: the last row and column may stand for part of a pixel. */
  extent: number
  pixels: Uint8ClampedArray<ArrayBuffer>
}

/** A square too large to hold, to be read from its top to its bottom. */
export interface SquareRows {
  side: number
  /** The next `count` rows from row `from`, four bytes a pixel; they are good until the next call. */
  read(from: number, count: number): Uint8ClampedArray
}

/** How many rows are read at a time: 4 MB of a photograph with 48 megapixels. */
const ROWS = 128
/** Reach of Lanczos-3, in pixels of the smaller picture. */
const REACH = 3
/** How much larger than wanted a square is left at least by plain averaging, as by sharp: Lanczos does the rest. */
const HEADROOM = 2

/**
 * Reduces a square by averaging blocks of n × n pixels, with the largest n that leaves it at least twice as wide as
 * `side`, as sharp does. So a picture is read once, however large.
 */
export function shrink(source: SquareRows, side: number): Square {
  const block = Math.max(1, Math.floor(source.side / (side * HEADROOM)))
  const shrunk = Math.ceil(source.side / block)
  const pixels = new Uint8ClampedArray(shrunk * shrunk * 3)
  const sums = new Uint32Array(shrunk * 3)
  const step = block * Math.max(1, Math.floor(ROWS / block))
  for (let top = 0; top < source.side; top += step) {
    const rows = source.read(top, Math.min(step, source.side - top))
    const count = rows.length / 4 / source.side
    for (let y = 0; y < count; y += block) {
      const height = Math.min(block, count - y)
      sums.fill(0)
      for (let row = y; row < y + height; row += 1) addRow(sums, rows, row * source.side, source.side, block)
      writeAverages(pixels, ((top + y) / block) * shrunk * 3, sums, source.side, block, height)
    }
  }
  return { side: shrunk, extent: source.side / block, pixels }
}

function addRow(
  sums: Uint32Array,
  rows: Uint8ClampedArray,
  start: number,
  width: number,
  block: number,
): void {
  let from = start * 4
  for (let x = 0, to = 0; x < width; to += 3) {
    const end = Math.min(width, x + block)
    let red = 0
    let green = 0
    let blue = 0
    for (; x < end; x += 1, from += 4) {
      red += rows[from] ?? 0
      green += rows[from + 1] ?? 0
      blue += rows[from + 2] ?? 0
    }
    sums[to] = (sums[to] ?? 0) + red
    sums[to + 1] = (sums[to + 1] ?? 0) + green
    sums[to + 2] = (sums[to + 2] ?? 0) + blue
  }
}

function writeAverages(
  pixels: Uint8ClampedArray,
  start: number,
  sums: Uint32Array,
  width: number,
  block: number,
  height: number,
): void {
  for (let at = 0; at < sums.length; at += 1) {
    // The last block of a row may be narrower.
    const columns = Math.min(block, width - Math.floor(at / 3) * block)
    pixels[start + at] = (sums[at] ?? 0) / (columns * height)
  }
}

/** Brings a square to another size by Lanczos-3, in sRGB as it is stored: what sharp does, and every browser. */
export function lanczos(source: Square, side: number): Square {
  if (source.extent === side) return source
  const weights = lanczosWeights(source, side)
  const narrow = new Float32Array(source.side * side * 3)
  for (let y = 0; y < source.side; y += 1)
    for (const [x, { start, values }] of weights.entries())
      addWeighted(narrow, (y * side + x) * 3, source.pixels, (y * source.side + start) * 3, 3, values)
  const result = new Float32Array(side * side * 3)
  for (const [y, { start, values }] of weights.entries())
    for (let x = 0; x < side; x += 1)
      addWeighted(result, (y * side + x) * 3, narrow, (start * side + x) * 3, side * 3, values)
  return { side, extent: side, pixels: new Uint8ClampedArray(result) }
}

/** The pixels that make up one of the result, and how much each counts. */
interface Taps {
  start: number
  values: Float32Array
}

function lanczosWeights({ side: from, extent }: Square, to: number): Taps[] {
  const ratio = extent / to
  // Enlarged pictures are sampled at the width of their own pixels.
  const width = Math.max(1, ratio)
  return Array.from({ length: to }, (_, at) => {
    const centre = (at + 0.5) * ratio
    const start = Math.max(0, Math.ceil(centre - REACH * width - 0.5))
    const end = Math.min(from, Math.floor(centre + REACH * width - 0.5) + 1)
    const values = Float32Array.from({ length: end - start }, (_, n) =>
      lanczos3((start + n + 0.5 - centre) / width),
    )
    const sum = values.reduce((total, value) => total + value, 0)
    return { start, values: values.map((value) => value / sum) }
  })
}

function lanczos3(x: number): number {
  if (x === 0) return 1
  if (Math.abs(x) >= REACH) return 0
  const angle = Math.PI * x
  return (REACH * Math.sin(angle) * Math.sin(angle / REACH)) / (angle * angle)
}

function addWeighted(
  result: Float32Array,
  to: number,
  source: Float32Array | Uint8ClampedArray,
  from: number,
  step: number,
  weights: Float32Array,
): void {
  let red = 0
  let green = 0
  let blue = 0
  let at = from
  for (const weight of weights) {
    red += weight * (source[at] ?? 0)
    green += weight * (source[at + 1] ?? 0)
    blue += weight * (source[at + 2] ?? 0)
    at += step
  }
  result[to] = red
  result[to + 1] = green
  result[to + 2] = blue
}

/** A square as a canvas takes it. */
export function toImageData({ side, pixels }: Square): ImageData {
  const data = new Uint8ClampedArray(side * side * 4)
  for (let from = 0, to = 0; to < data.length; from += 3, to += 4) {
    data[to] = pixels[from] ?? 0
    data[to + 1] = pixels[from + 1] ?? 0
    data[to + 2] = pixels[from + 2] ?? 0
    data[to + 3] = 255
  }
  return new ImageData(data, side, side)
}
