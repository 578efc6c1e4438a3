import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'

/** What people choose: a telephone's photograph lying on its side, with GPS; a cut-out with transparency; a WebP; no image at all. */
export type PhotoKind = 'jpeg' | 'png' | 'webp' | 'broken'

const WIDTH = 1200
const HEIGHT = 900

// Drawn here, so that no licence matters: a landscape with clouds, rock, fine lettering and the grain of a photograph.
const LANDSCAPE = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">
  <defs>
    <linearGradient id="sky" x2="0" y2="1"><stop offset="0" stop-color="#274b8f"/><stop offset=".65" stop-color="#f2b880"/></linearGradient>
    <linearGradient id="lake" x2="0" y2="1"><stop offset="0" stop-color="#d99a6c"/><stop offset="1" stop-color="#1c3354"/></linearGradient>
    <filter id="cloud" color-interpolation-filters="sRGB" x="0" y="0" width="100%" height="100%"><feTurbulence type="fractalNoise" baseFrequency=".004 .012" numOctaves="4" seed="7"/><feColorMatrix values="0 0 0 0 1  0 0 0 0 .95  0 0 0 0 .9  1.6 0 0 0 -.72"/></filter>
    <filter id="rough" color-interpolation-filters="sRGB" x="0" y="0" width="100%" height="100%"><feTurbulence type="turbulence" baseFrequency=".012 .02" numOctaves="3" seed="3"/><feDisplacementMap in="SourceGraphic" scale="70" xChannelSelector="R" yChannelSelector="G"/></filter>
    <filter id="rock" color-interpolation-filters="sRGB" x="0" y="0" width="100%" height="100%"><feTurbulence type="turbulence" baseFrequency=".02 .01" numOctaves="3" seed="5"/><feColorMatrix values="0 0 0 0 .75  0 0 0 0 .65  0 0 0 0 .7  2.5 0 0 0 -.3"/></filter>
    <filter id="waves" color-interpolation-filters="sRGB" x="0" y="0" width="100%" height="100%"><feTurbulence type="turbulence" baseFrequency=".006 .09" numOctaves="2" seed="9"/><feColorMatrix values="0 0 0 0 1  0 0 0 0 .9  0 0 0 0 .75  1.5 0 0 0 -.1"/></filter>
    <clipPath id="hills"><path d="M0 520 230 260 420 450 640 200 900 480 1040 380 1200 520v90H0z"/></clipPath>
  </defs>
  <rect width="100%" height="100%" fill="url(#sky)"/>
  <circle cx="300" cy="330" r="70" fill="#fff3d6"/>
  <rect width="100%" height="620" filter="url(#cloud)"/>
  <g filter="url(#rough)">
    <path d="M-80 540 230 260 420 450 640 200 900 480 1040 380 1280 540v110H-80z" fill="#3d3b5c"/>
    <path d="M640 200 720 285 665 300 610 265z M230 260 285 315 235 340 185 310z" fill="#f7f4ef"/>
    <g clip-path="url(#hills)"><rect y="200" width="1200" height="420" filter="url(#rock)" opacity=".5"/></g>
  </g>
  <rect y="600" width="100%" height="300" fill="url(#lake)"/>
  <g transform="translate(0 600)"><rect width="1200" height="300" filter="url(#waves)" opacity=".6"/></g>
  <path d="M960 900V620l-70 90 40-5-70 95 45-8-60 108z" fill="#12301f"/>
  <path d="M360 690h300l-50 66H410z" fill="#7b2d26"/><path d="M500 685V430q120 90 140 235z" fill="#f3ead7"/>
  <text x="425" y="732" font-family="sans-serif" font-size="30" fill="#f3ead7">MEDALLION 7</text>
</svg>`

let drawn: Promise<Buffer> | undefined

/** The landscape upright, as PNG, 1200×900 pixels: what every photograph of it must look like in the end. Drawn once, in about a second. */
export function uprightLandscape(): Promise<Buffer> {
  return (drawn ??= drawLandscape())
}

async function drawLandscape(): Promise<Buffer> {
  const grain = await sharp({
    create: {
      width: WIDTH,
      height: HEIGHT,
      channels: 3,
      background: '#808080',
      noise: { type: 'gaussian', mean: 128, sigma: 18 },
    },
  })
    .png({ compressionLevel: 0 })
    .toBuffer()
  return sharp(Buffer.from(LANDSCAPE))
    .composite([{ input: grain, blend: 'soft-light' }])
    .removeAlpha()
    .png({ compressionLevel: 1 })
    .toBuffer()
}

/** A photograph as bytes. */
export async function photo(kind: PhotoKind): Promise<Buffer> {
  if (kind === 'broken') return Buffer.from('This is a letter, not a photograph, whatever its name says.')
  const upright = sharp(await uprightLandscape())
  if (kind === 'webp') return upright.webp({ quality: 90 }).toBuffer()
  if (kind === 'png') return cutOut(await upright.toBuffer())
  // Orientation 6: to be shown turned a quarter clockwise, so what is stored is turned the other way.
  return (
    upright
      .rotate(270)
      .jpeg({ quality: 90 })
      // Beside the other tags, sharp would write the orientation as 1.
      .withMetadata({ orientation: 6 })
      .withExifMerge({
        IFD0: { Make: 'Medallion', Model: 'Test camera' },
        IFD3: {
          GPSLatitudeRef: 'N',
          GPSLatitude: '51/1 30/1 26/1',
          GPSLongitudeRef: 'W',
          GPSLongitude: '0/1 7/1 39/1',
        },
      })
      .toBuffer()
  )
}

/** The middle of the landscape with everything around it transparent. */
function cutOut(image: Buffer): Promise<Buffer> {
  const mask = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}"><ellipse cx="600" cy="450" rx="380" ry="400" fill="#fff"/></svg>`
  return sharp(image)
    .ensureAlpha()
    .composite([{ input: Buffer.from(mask), blend: 'dest-in' }])
    .png()
    .toBuffer()
}

const EXTENSION = { jpeg: 'jpg', png: 'png', webp: 'webp', broken: 'png' } as const

let folder: string | undefined

/** A folder of this process's own, which goes when it ends. */
function photoFolder(): string {
  if (folder !== undefined) return folder
  const created = mkdtempSync(join(tmpdir(), 'medallion-photos-'))
  process.once('exit', () => rmSync(created, { recursive: true, force: true }))
  return (folder = created)
}

/** Writes a photograph to a file that a dialog can open, and tells its path. */
export async function photoFile(kind: PhotoKind): Promise<string> {
  const file = join(photoFolder(), `photo-${kind}.${EXTENSION[kind]}`)
  await writeFile(file, await photo(kind))
  return file
}

/** What the desktop makes of an image. */
export interface Renditions {
  full: Buffer
  thumb: Buffer
}

/**
 * Both renditions of an image as the desktop would send them: WebP, 256×256 and 64×64, nothing but the picture.
 * `hue` turns the colours by that many degrees, for another picture of the same kind.
 */
export async function renditionsOf(image: Buffer, { hue = 0 } = {}): Promise<Renditions> {
  const rendition = (side: number): Promise<Buffer> =>
    sharp(image)
      .autoOrient()
      .resize(side, side)
      .flatten({ background: '#fff' })
      .modulate({ hue })
      .webp({ quality: 86 })
      .toBuffer()
  const [full, thumb] = await Promise.all([rendition(256), rendition(64)])
  return { full, thumb }
}

/** The renditions of `count` pictures, of which no two have the same bytes. */
export async function differentPictures(count: number): Promise<Renditions[]> {
  const small = await sharp(await uprightLandscape())
    .resize(300)
    .png()
    .toBuffer()
  return Promise.all(
    Array.from({ length: count }, (_, n) => renditionsOf(small, { hue: Math.round((n * 360) / count) })),
  )
}
