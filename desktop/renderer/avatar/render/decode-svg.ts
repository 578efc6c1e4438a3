import interUrl from '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2?url'
import { initWasm, Resvg } from '@resvg/resvg-wasm'
import resvgUrl from '@resvg/resvg-wasm/index_bg.wasm?url'
import { PREVIEW_SIDE } from './limits.ts'

const FONT = 'Inter Variable'

let started: Promise<void> | undefined

// Compiled from bytes, so that it does not matter as what they are served.
const start = async () => initWasm(await fetchBytes(resvgUrl))

const fetchBytes = async (url: string) => new Uint8Array(await (await fetch(url)).arrayBuffer())

/**
 * Draws an SVG with its longest side at 2048 pixels. resvg knows no scripts, and fetches nothing: images outside of the file
 * are left out. Letters are those of the interface. Throws where it is no drawing, or one of more than a million parts.
 */
export async function decodeSvg(bytes: Uint8Array<ArrayBuffer>): Promise<ImageBitmap> {
  await (started ??= start())
  const font = await fetchBytes(interUrl)
  const fonts = { fontBuffers: [font], defaultFontFamily: FONT, sansSerifFamily: FONT, serifFamily: FONT }
  const natural = new Resvg(bytes, { font: fonts })
  const wide = natural.width >= natural.height
  natural.free()
  const drawing = new Resvg(bytes, {
    font: fonts,
    fitTo: { mode: wide ? 'width' : 'height', value: PREVIEW_SIDE },
  })
  const image = drawing.render()
  const pixels = new Uint8ClampedArray(image.pixels)
  const { width, height } = image
  image.free()
  drawing.free()
  return createImageBitmap(new ImageData(pixels, width, height))
}
