import { readFile } from 'node:fs/promises'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { stripWebp } from '../../../../desktop/renderer/avatar/render/strip-webp.ts'

// Both written by Chromium 147's OffscreenCanvas.convertToBlob, 64×64, quality 0.86.
const fixture = async (name: string) =>
  new Uint8Array(await readFile(new URL(`fixtures/chromium-${name}.webp`, import.meta.url)))

const pixels = (file: Uint8Array) => sharp(file).ensureAlpha().raw().toBuffer()

const chunkTypes = (file: Uint8Array) => {
  const types: string[] = []
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  for (let offset = 12; offset < file.length;) {
    types.push(String.fromCharCode(...file.subarray(offset, offset + 4)))
    const size = view.getUint32(offset + 4, true)
    offset += 8 + size + (size % 2)
  }
  return types
}

/** A chunk of a WebP file, padded to an even length. */
const chunk = (type: string, content: number[]) => {
  const padded = content.length % 2 === 0 ? content : [...content, 0]
  return [...Buffer.from(type), content.length, 0, 0, 0, ...padded]
}

const file = (...chunks: number[][]) => {
  const body = chunks.flat()
  const size = Buffer.alloc(4)
  size.writeUInt32LE(body.length + 4)
  return new Uint8Array([...Buffer.from('RIFF'), ...size, ...Buffer.from('WEBP'), ...body])
}

describe('stripWebp', () => {
  it("leaves of Chromium's file the picture alone, bit for bit", async () => {
    const original = await fixture('opaque')
    expect(chunkTypes(original)).toEqual(['VP8X', 'ICCP', 'VP8 '])

    const stripped = stripWebp(original)

    expect(chunkTypes(stripped)).toEqual(['VP8 '])
    expect(stripped.length).toBeLessThan(original.length - 450)
    expect(new DataView(stripped.buffer).getUint32(4, true)).toBe(stripped.length - 8)
    const metadata = await sharp(stripped).metadata()
    expect(metadata).toMatchObject({ format: 'webp', width: 64, height: 64 })
    expect(metadata.icc).toBeUndefined()
    expect(await pixels(stripped)).toEqual(await pixels(original))
  })

  it('keeps transparency, and the header that announces it', async () => {
    const original = await fixture('transparent')
    const stripped = stripWebp(original)

    expect(chunkTypes(stripped)).toEqual(['VP8X', 'ALPH', 'VP8 '])
    const metadata = await sharp(stripped).metadata()
    expect(metadata).toMatchObject({ width: 64, height: 64, hasAlpha: true })
    expect(metadata.icc).toBeUndefined()
    expect(await pixels(stripped)).toEqual(await pixels(original))
  })

  it('drops EXIF and XMP, in any order and of odd length', async () => {
    const tagged = await sharp(await fixture('opaque'))
      .withExif({ IFD0: { Copyright: 'somebody' } })
      .webp()
      .toBuffer()
    expect((await sharp(tagged).metadata()).exif).toBeDefined()
    expect((await sharp(stripWebp(tagged)).metadata()).exif).toBeUndefined()

    const odd = file(chunk('XMP ', [1, 2, 3]), chunk('VP8 ', [4, 5, 6]), chunk('EXIF', [7]))
    expect(stripWebp(odd)).toEqual(file(chunk('VP8 ', [4, 5, 6])))
  })

  it('changes nothing of a file that is bare already', async () => {
    const bare = stripWebp(await fixture('opaque'))
    expect(stripWebp(bare)).toEqual(bare)
  })

  it('refuses what is no WebP file, and one that is cut off', async () => {
    const whole = await fixture('opaque')
    expect(() => stripWebp(new Uint8Array([1, 2, 3]))).toThrow('not a WebP file')
    expect(() => stripWebp(whole.subarray(0, whole.length - 20))).toThrow('cut off')
  })
})
