import { writeFile } from 'node:fs/promises'
import sharp, { type Sharp } from 'sharp'

/** The colours of a drawn portrait. */
export interface Palette {
  sky: string
  glow: string
  skin: string
  hair: string
  dress: string
}

/** What Ada chooses in the walkthrough. */
export const ADA: Palette = {
  sky: '#2b3a67',
  glow: '#f4a261',
  skin: '#f0c9a8',
  hair: '#3b2219',
  dress: '#7b2d52',
}
/** What Grace has from the start. */
export const GRACE: Palette = {
  sky: '#0f4c5c',
  glow: '#e9c46a',
  skin: '#e8b998',
  hair: '#6b6b70',
  dress: '#1d2f4f',
}

const WIDTH = 1600
const HEIGHT = 1200

/** A drawn portrait with the grain of a photograph, 1600×1200 pixels, as raw image for sharp. */
async function draw({ sky, glow, skin, hair, dress }: Palette): Promise<Sharp> {
  const portrait = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">
    <defs>
      <radialGradient id="back" cx="62%" cy="30%" r="90%"><stop offset="0" stop-color="${glow}"/><stop offset="1" stop-color="${sky}"/></radialGradient>
      <linearGradient id="face" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#fff" stop-opacity=".35"/><stop offset=".6" stop-color="${skin}" stop-opacity="0"/><stop offset="1" stop-color="#000" stop-opacity=".25"/></linearGradient>
    </defs>
    <rect width="100%" height="100%" fill="url(#back)"/>
    <circle cx="1180" cy="300" r="150" fill="#fff" opacity=".22"/>
    <path d="M420 1200c20-270 170-370 380-370s360 100 380 370z" fill="${dress}"/>
    <path d="M620 860c60 90 300 90 360 0l-40 -40h-280z" fill="#fff" opacity=".75"/>
    <path d="M540 560c-30-330 130-430 270-430s300 110 255 440c-15 130-60 210-80 260 20-230-40-330-90-400-110 60-230 60-290 20-30 80-40 200-15 380-30-60-45-150-50-270z" fill="${hair}"/>
    <rect x="730" y="720" width="140" height="150" rx="60" fill="${skin}"/>
    <ellipse cx="800" cy="560" rx="190" ry="235" fill="${skin}"/><ellipse cx="800" cy="560" rx="190" ry="235" fill="url(#face)"/>
    <path d="M600 520c10-210 110-270 205-270s185 60 200 260c-70-30-120-90-140-150-60 70-180 110-265 160z" fill="${hair}"/>
    <circle cx="728" cy="560" r="17" fill="#2a211d"/><circle cx="872" cy="560" r="17" fill="#2a211d"/>
    <path d="M695 515q33-24 66 0M839 515q33-24 66 0" stroke="${hair}" stroke-width="11" fill="none" stroke-linecap="round"/>
    <path d="M800 585l-14 62q14 12 28 0" stroke="#000" stroke-opacity=".28" stroke-width="7" fill="none" stroke-linecap="round"/>
    <path d="M738 690q62 50 124 0" stroke="#9c4a45" stroke-width="13" fill="none" stroke-linecap="round"/>
  </svg>`
  const grain = await sharp({
    create: {
      width: WIDTH,
      height: HEIGHT,
      channels: 3,
      background: '#808080',
      noise: { type: 'gaussian', mean: 128, sigma: 14 },
    },
  })
    .png()
    .toBuffer()
  return sharp(
    await sharp(Buffer.from(portrait))
      .composite([{ input: grain, blend: 'soft-light' }])
      .png()
      .toBuffer(),
  ).removeAlpha()
}

/** Writes the portrait as a telephone does: a JPEG lying on its side, with the EXIF orientation that puts it upright. */
export async function writePhoto(file: string, palette: Palette): Promise<void> {
  const upright = await draw(palette)
  // Orientation 6 means: turn a quarter clockwise to show. So the stored pixels are turned the other way.
  const stored = await upright.rotate(270).jpeg({ quality: 90 }).withMetadata({ orientation: 6 }).toBuffer()
  await writeFile(file, stored)
}

/** The two renditions as the desktop would make them, cropped around the face. */
export async function renditionsOf(palette: Palette): Promise<{ full: Buffer; thumb: Buffer }> {
  const square = await (
    await draw(palette)
  )
    .extract({ left: 430, top: 120, width: 740, height: 740 })
    .png()
    .toBuffer()
  const rendition = (side: number): Promise<Buffer> =>
    sharp(square).resize(side, side).webp({ quality: 86 }).toBuffer()
  const [full, thumb] = await Promise.all([rendition(256), rendition(64)])
  return { full, thumb }
}
