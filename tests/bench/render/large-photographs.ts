import { join } from 'node:path'
import sharp from 'sharp'
import { realPicture } from '../../support/photos/real-photos.ts'

/** A photograph as large as cameras make them, with the grain that they have: without it, it would decode faster than any. */
export interface LargePhotograph {
  what: string
  path: string
}

const GRAIN = 5

/** Writes a photograph enlarged to `width` × `height` pixels: JPEG of quality 90, or PNG. Takes some seconds. */
export async function enlarge(
  folder: string,
  format: 'jpeg' | 'png',
  [width, height]: [width: number, height: number],
): Promise<LargePhotograph> {
  const path = join(folder, `${width}.${format}`)
  // One tile of grain over and over: to draw as much anew would take longer than all of the benchmark.
  const grain = await sharp({
    create: {
      width: 512,
      height: 512,
      channels: 3,
      background: '#808080',
      noise: { type: 'gaussian', mean: 128, sigma: GRAIN },
    },
  })
    .png()
    .toBuffer()
  const large = await sharp(realPicture('coffee.webp'))
    .resize(width, height, { kernel: 'lanczos3', fit: 'cover' })
    .toColourspace('srgb')
    .raw()
    .toBuffer()
  const picture = sharp(large, { raw: { width, height, channels: 3 } }).composite([
    { input: grain, tile: true, blend: 'soft-light' },
  ])
  await (
    format === 'jpeg'
      ? picture.removeAlpha().jpeg({ quality: 90 })
      : picture.removeAlpha().png({ compressionLevel: 6 })
  ).toFile(path)
  return { what: `${Math.round((width * height) / 1e6)} MP ${format.toUpperCase()}`, path }
}
