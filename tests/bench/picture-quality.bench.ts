import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { ssim } from 'ssim.js'
import { LINE_ART, PHOTOGRAPHS, realPicture, uprightPicture } from '../support/photos/real-photos.ts'
import type { Benchmark } from './measure.ts'
import { openRenderWorker } from './render-worker.ts'

const SIDES = { full: 256, thumb: 64 } as const

/** How like the renditions are to what sharp makes of the same square by Lanczos-3 before it encodes, and what they weigh. */
export const benchmark: Benchmark = {
  title:
    'The renditions against sharp’s Lanczos-3 of the same square (aims: SSIM ≥ 0.99; photographs ≤ 20 KB at 256, ≤ 3 KB at 64)',
  async run() {
    const worker = await openRenderWorker()
    const folder = await mkdtemp(join(tmpdir(), 'medallion-bench-'))
    const rows = [['', ...Object.values(SIDES).flatMap((side) => [`SSIM ${side}`, 'PSNR, dB', 'bytes'])]]
    try {
      for (const name of [...PHOTOGRAPHS, ...LINE_ART]) {
        const files = await worker.render(await pathOf(name, folder))
        const row: string[] = [name]
        for (const [rendition, side] of [
          ['full', SIDES.full],
          ['thumb', SIDES.thumb],
        ] as const) {
          const file = files[rendition]
          const [is, should] = await Promise.all([pixels(file), reference(await uprightPicture(name), side)])
          row.push(ssim(is, should).mssim.toFixed(4), psnr(is, should).toFixed(1), String(file.length))
        }
        rows.push(row)
      }
    } finally {
      await worker.close()
      await rm(folder, { recursive: true, force: true })
    }
    return rows
      .map(([name = '', ...values]) => name.padEnd(16) + values.map((value) => value.padStart(10)).join(''))
      .join('\n')
  },
}

/** A vector drawing is given as pixels: each program that draws it softens edges in its own way, and has its own fonts. */
async function pathOf(name: (typeof PHOTOGRAPHS | typeof LINE_ART)[number], folder: string): Promise<string> {
  if (name !== 'lines.svg') return realPicture(name)
  const path = join(folder, 'lines.png')
  await writeFile(path, await uprightPicture(name))
  return path
}

interface Pixels {
  data: Uint8ClampedArray
  width: number
  height: number
}

async function pixels(picture: Buffer): Promise<Pixels> {
  const { data, info } = await sharp(picture)
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { data: new Uint8ClampedArray(data), width: info.width, height: info.height }
}

async function reference(upright: Buffer, size: number): Promise<Pixels> {
  const { width, height } = await sharp(upright).metadata()
  const side = Math.min(width, height)
  const left = Math.floor((width - side) / 2)
  const top = Math.floor((height - side) / 2)
  const square = await sharp(upright)
    .extract({ left, top, width: side, height: side })
    .resize(size, size, { kernel: 'lanczos3' })
    .png()
    .toBuffer()
  return pixels(square)
}

/** The peak signal-to-noise ratio over the three colours, in decibels. */
function psnr({ data: a }: Pixels, { data: b }: Pixels): number {
  let squares = 0
  // The fourth byte of each pixel is opaque in both.
  for (const [at, value] of a.entries()) if (at % 4 !== 3) squares += (value - (b[at] ?? 0)) ** 2
  return 10 * Math.log10((255 * 255) / (squares / ((a.length / 4) * 3)))
}
