import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { ssim } from 'ssim.js'
import { sessionEndpoints } from '../../api/contract/session.ts'
import type { Desktop } from '../support/launch-desktop.ts'
import { uprightLandscape } from '../support/photos.ts'
import { withProfile, adobeRgbProfile } from '../support/photos/adobe-rgb.ts'
import { realPicture, uprightPhone, uprightPicture } from '../support/photos/real-photos.ts'
import { expect, test, type Member } from './fixtures.ts'

const folder = mkdtemp(join(tmpdir(), 'medallion-formats-'))

/** Writes a file that the dialog then gives. */
async function file(name: string, bytes: Buffer): Promise<string> {
  const path = join(await folder, name)
  await writeFile(path, bytes)
  return path
}

/** Saves an image as one's picture and reads back what everybody sees: the full rendition. */
async function save(desktop: Desktop, member: Member, path: string): Promise<Buffer> {
  const before = (await member.client.ok(sessionEndpoints.getMe, {})).user.avatarVersion
  await desktop.chooseFile(path)
  await desktop.profile.changePicture()
  await desktop.editor.waitUntilReady()
  await desktop.editor.save()
  await expect
    .poll(async () => (await member.client.ok(sessionEndpoints.getMe, {})).user.avatarVersion)
    .toBe(before + 1)
  const { user } = await member.client.ok(sessionEndpoints.getMe, {})
  const { client } = member
  const answer = await fetch(new URL(user.avatarUrl ?? '', client.url), {
    headers: { authorization: `Bearer ${client.token}` },
  })
  return Buffer.from(await answer.arrayBuffer())
}

/** What sharp makes of the middle square by Lanczos-3, before anything is encoded. */
async function reference(upright: Buffer): Promise<Buffer> {
  const { width, height } = await sharp(upright).metadata()
  const side = Math.min(width, height)
  return sharp(upright)
    .extract({
      left: Math.floor((width - side) / 2),
      top: Math.floor((height - side) / 2),
      width: side,
      height: side,
    })
    .resize(256, 256, { kernel: 'lanczos3' })
    .flatten({ background: '#ffffff' })
    .png()
    .toBuffer()
}

/** The mean structural similarity of two pictures, 1 where they are the same. */
async function likeness(one: Buffer, other: Buffer): Promise<number> {
  const [a, b] = await Promise.all(
    [one, other].map(async (picture) => {
      const { data, info } = await sharp(picture).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
      return { data: new Uint8ClampedArray(data), width: info.width, height: info.height }
    }),
  )
  if (a === undefined || b === undefined) throw new Error('There are two pictures.')
  return ssim(a, b).mssim
}

/** By how many of 255 levels the colours of two pictures differ in the mean, seen from so far that no encoder's noise counts. */
async function colourDifference(one: Buffer, other: Buffer): Promise<number> {
  const [a, b] = await Promise.all(
    [one, other].map(async (picture) => {
      // Decoded in full first: reduced by its decoder, a WebP would be sampled in another way.
      const whole = await sharp(picture).removeAlpha().png().toBuffer()
      return sharp(whole).resize(16, 16).raw().toBuffer()
    }),
  )
  if (a === undefined || b === undefined) throw new Error('There are two pictures.')
  return a.reduce((sum, value, at) => sum + Math.abs(value - (b[at] ?? 0)), 0) / a.length
}

/** A picture stored so that it is upright once `orientation` (EXIF, 1 to 8) is applied. */
function stored(upright: Buffer, orientation: number): Promise<Buffer> {
  const image = sharp(upright)
  const turned = [
    image,
    image.clone().flop(),
    image.clone().rotate(180),
    image.clone().flip(),
    // sharp mirrors before it turns.
    image.clone().flip().rotate(90),
    image.clone().rotate(270),
    image.clone().flop().rotate(90),
    image.clone().rotate(90),
  ][orientation - 1]
  if (turned === undefined) throw new Error(`There is no orientation ${orientation}.`)
  // Of a quality at which nothing but the turn is measured.
  return turned.withMetadata({ orientation }).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer()
}

/** One column less than it has, so that its middle square begins at a whole pixel: half a pixel of 300 would be seen. */
const evenCat = async () =>
  sharp(await uprightPicture('chelsea.webp'))
    .extract({ left: 0, top: 0, width: 450, height: 300 })
    .png()
    .toBuffer()

for (const [name, draw] of [
  ['a landscape', uprightLandscape],
  ['a photographed cup', () => uprightPicture('coffee.webp')],
  ['a photographed cat', evenCat],
] as const)
  test(`all eight orientations of ${name} come out upright`, async ({ workspace, open }) => {
    test.setTimeout(180_000)
    const upright = await draw()
    const expected = await reference(upright)
    const ada = await open(workspace.ada)
    await ada.sidebar.openProfile()
    const likenesses: number[] = []
    for (let orientation = 1; orientation <= 8; orientation += 1) {
      const path = await file(`${orientation}.jpg`, await stored(upright, orientation))
      const picture = await save(ada, workspace.ada, path)
      likenesses.push(await likeness(picture, expected))
    }
    for (const [index, value] of likenesses.entries())
      expect.soft(value, `orientation ${index + 1}`).toBeGreaterThanOrEqual(0.99)
  })

test('every kind of image becomes the picture that it shows', async ({ workspace, open }) => {
  test.setTimeout(240_000)
  const upright = await uprightLandscape()
  const expected = await reference(upright)
  const { data, info } = await sharp(upright).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const png = sharp(upright)
  const kinds: Record<string, Buffer> = {
    'progressive.jpg': await png.clone().jpeg({ quality: 95, progressive: true }).toBuffer(),
    'cmyk.jpg': await png.clone().withIccProfile('cmyk').jpeg({ quality: 95 }).toBuffer(),
    'inks-of-no-profile.jpg': await png.clone().toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer(),
    'display-p3.jpg': await png
      .clone()
      .withIccProfile('p3')
      .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
      .toBuffer(),
    '16bit.png': await png.clone().toColourspace('rgb16').png().toBuffer(),
    'photo.webp': await png.clone().webp({ quality: 95 }).toBuffer(),
    'photo.avif': await png.clone().avif({ quality: 85, effort: 0 }).toBuffer(),
    'lzw.tiff': await png.clone().tiff({ compression: 'lzw' }).toBuffer(),
    'deflate.tif': await png.clone().tiff({ compression: 'deflate' }).toBuffer(),
    'jpeg.tif': await png.clone().removeAlpha().tiff({ compression: 'jpeg', quality: 95 }).toBuffer(),
    'photo.bmp': bitmap(data, info.width, info.height),
  }
  const ada = await open(workspace.ada)
  await ada.sidebar.openProfile()
  for (const [name, bytes] of Object.entries(kinds)) {
    const picture = await save(ada, workspace.ada, await file(name, bytes))
    expect
      .soft(await likeness(picture, expected), name)
      .toBeGreaterThanOrEqual(name.includes('no-profile') ? 0.9 : 0.97)
    const { exif, icc, xmp } = await sharp(picture).metadata()
    expect({ name, exif, icc, xmp }).toEqual({ name, exif: undefined, icc: undefined, xmp: undefined })
  }
})

test('a telephone’s HEIC is turned once and keeps its colours', async ({ workspace, open }) => {
  const ada = await open(workspace.ada)
  await ada.sidebar.openProfile()
  const picture = await save(ada, workspace.ada, realPicture('phone.heic'))
  const expected = await reference(await uprightPhone())
  expect.soft(await likeness(picture, expected)).toBeGreaterThanOrEqual(0.97)
  // Its Display P3 taken for sRGB would be off by more than four levels.
  expect.soft(await colourDifference(picture, expected)).toBeLessThan(2)
})

/** Colours as a camera stores them in Adobe RGB, and what they are in sRGB by the two standards' formulas. */
const ADOBE_COLOURS = [
  { stored: [180, 90, 70], shown: [205, 90, 67] },
  { stored: [110, 170, 90], shown: [67, 172, 84] },
  { stored: [80, 90, 160], shown: [74, 90, 164] },
  { stored: [190, 180, 120], shown: [195, 181, 117] },
] as const

test('a camera’s Adobe RGB becomes sRGB', async ({ workspace, open }) => {
  const quarters = await Promise.all(
    ADOBE_COLOURS.map(async ({ stored: [r, g, b] }, n) => ({
      input: await sharp({ create: { width: 300, height: 300, channels: 3, background: { r, g, b } } })
        .png()
        .toBuffer(),
      left: (n % 2) * 300,
      top: Math.floor(n / 2) * 300,
    })),
  )
  const plain = await sharp({ create: { width: 600, height: 600, channels: 3, background: '#000' } })
    .composite(quarters)
    .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
    .toBuffer()
  const ada = await open(workspace.ada)
  await ada.sidebar.openProfile()
  const path = await file('adobe.jpg', withProfile(plain, adobeRgbProfile()))
  const picture = sharp(await save(ada, workspace.ada, path))
  for (const [n, { shown }] of ADOBE_COLOURS.entries()) {
    const area = { left: 32 + (n % 2) * 128, top: 32 + Math.floor(n / 2) * 128, width: 64, height: 64 }
    const { channels } = await sharp(await picture.clone().extract(area).png().toBuffer()).stats()
    for (const [channel, value] of shown.entries())
      expect.soft(Math.abs((channels[channel]?.mean ?? -1) - value), shown.join(', ')).toBeLessThanOrEqual(4)
  }
  const photograph = await uprightPicture('coffee.webp')
  const profile = await file('adobe.icc', adobeRgbProfile())
  const converted = await sharp(photograph).withIccProfile(profile).jpeg({ quality: 97 }).toBuffer()
  const saved = await save(ada, workspace.ada, await file('cup.jpg', converted))
  const expected = await reference(photograph)
  expect.soft(await likeness(saved, expected)).toBeGreaterThanOrEqual(0.98)
  expect.soft(await colourDifference(saved, expected)).toBeLessThan(2)
})

test('drawings: few colours, GIF and SVG', async ({ workspace, open }) => {
  const svg = Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" fill="#2a6bb0"/>' +
      '<circle cx="20" cy="20" r="12" fill="#f6d9a0"/><script>throw 1</script>' +
      // Asked for by nobody: nothing outside is.
      '<image href="http://127.0.0.1:9/x.png" width="40" height="40"/></svg>',
  )
  const drawn = await sharp(Buffer.from(svg.toString().replace(/<image[^>]*>/, '')), { density: 1200 })
    .resize(512, 512)
    .png()
    .toBuffer()
  const expected = await reference(drawn)
  const ada = await open(workspace.ada)
  await ada.sidebar.openProfile()
  for (const [name, bytes] of [
    ['drawing.svg', svg],
    ['drawing.gif', await sharp(drawn).gif().toBuffer()],
    ['palette.png', await sharp(drawn).png({ palette: true, colours: 16 }).toBuffer()],
  ] as const)
    expect
      .soft(await likeness(await save(ada, workspace.ada, await file(name, bytes)), expected), name)
      .toBeGreaterThanOrEqual(0.97)
})

test('what cannot be used is a sentence with the limit and the file’s own value', async ({
  workspace,
  open,
}) => {
  const ada = await open(workspace.ada)
  await ada.sidebar.openProfile()
  const whole = await sharp(await uprightLandscape())
    .jpeg()
    .toBuffer()
  // A PNG's header that promises 400 megapixels, and nothing behind it.
  const vast = Buffer.from(
    await sharp({ create: { width: 8, height: 8, channels: 3, background: '#fff' } })
      .png()
      .toBuffer(),
  )
  vast.writeUInt32BE(20_000, 16)
  vast.writeUInt32BE(20_000, 20)
  for (const [name, bytes, sentence] of [
    ['cut.jpg', whole.subarray(0, whole.length / 3), /could not be read|damaged/i],
    ['vast.png', vast, /400 megapixels \(20,000 × 20,000\).*at most 100|400 megapixels.*100/i],
    ['nothing.jpg', Buffer.alloc(0), /is empty/i],
    ['text.png', Buffer.from('Hello'), /not an image of a known kind/i],
  ] as const) {
    await ada.chooseFile(await file(name, bytes))
    await ada.profile.openEditor()
    await ada.page.getByRole('button', { name: 'Choose a file…' }).click()
    await expect.soft(ada.editor.problem, name).toContainText(sentence)
    await ada.editor.cancel()
  }
})

/** An uncompressed BMP of RGB pixels, bottom row first, as Windows writes it. */
function bitmap(rgb: Buffer, width: number, height: number): Buffer {
  const stride = Math.ceil((width * 3) / 4) * 4
  const out = Buffer.alloc(54 + stride * height)
  out.write('BM')
  out.writeUInt32LE(out.length, 2)
  out.writeUInt32LE(54, 10)
  out.writeUInt32LE(40, 14)
  out.writeInt32LE(width, 18)
  out.writeInt32LE(height, 22)
  out.writeUInt16LE(1, 26)
  out.writeUInt16LE(24, 28)
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const from = (y * width + x) * 3
      const to = 54 + (height - 1 - y) * stride + x * 3
      out[to] = rgb[from + 2] ?? 0
      out[to + 1] = rgb[from + 1] ?? 0
      out[to + 2] = rgb[from] ?? 0
    }
  return out
}
