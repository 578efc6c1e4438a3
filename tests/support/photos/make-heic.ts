import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'

/*
 * Made phone.heic, once: `npx tsx tests/support/photos/make-heic.ts`, with `heif-enc` of libheif 1.15 on the PATH. As a telephone
 * stores a portrait: lying on its side, in Display P3, its turn told twice, by HEIF's own `irot`, which counts, and by EXIF,
 * which may not be applied on top. heif-enc writes no `irot`, so it is put in here.
 */

const QUARTERS_ANTICLOCKWISE = 3
const here = import.meta.dirname
const folder = await mkdtemp(join(tmpdir(), 'medallion-heic-'))
const lying = join(folder, 'lying.jpg')
const stored = join(folder, 'stored.heic')
try {
  await sharp(join(here, 'astronaut.webp'))
    .extract({ left: 0, top: 0, width: 384, height: 512 })
    .rotate(270)
    .withMetadata({ orientation: 6 })
    .withIccProfile('p3')
    .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
    .toFile(lying)
  execFileSync('heif-enc', ['-q', '80', '-o', stored, lying])
  await writeFile(join(here, 'phone.heic'), withTurn(await readFile(stored), QUARTERS_ANTICLOCKWISE))
} finally {
  await rm(folder, { recursive: true })
}

interface Box {
  start: number
  size: number
}

/** The first box of a type among those between two places. */
function findBox(file: Buffer, type: string, from: number, to: number): Box {
  for (let start = from; start < to; start += file.readUInt32BE(start))
    if (file.toString('latin1', start + 4, start + 8) === type)
      return { start, size: file.readUInt32BE(start) }
  throw new Error(`The file has no ${type}.`)
}

/** Gives the primary image, the first in `ipma`, the property that it is to be turned. */
function withTurn(file: Buffer, quarters: number): Buffer {
  const meta = findBox(file, 'meta', 0, file.length)
  const within = (box: Box, header: number) => [box.start + header, box.start + box.size] as const
  const iprp = findBox(file, 'iprp', ...within(meta, 12))
  const ipco = findBox(file, 'ipco', ...within(iprp, 8))
  const ipma = findBox(file, 'ipma', ...within(iprp, 8))
  const turn = Buffer.from([0, 0, 0, 9, ...Buffer.from('irot'), quarters])
  let properties = 0
  for (let at = ipco.start + 8; at < ipco.start + ipco.size; at += file.readUInt32BE(at)) properties += 1
  // Version and flags, the count of items, the first one's id, then the count of its properties.
  const count = ipma.start + 18
  const known = file.readUInt8(count)
  const result = Buffer.concat([
    file.subarray(0, ipco.start + ipco.size),
    turn,
    file.subarray(ipco.start + ipco.size, count + 1 + known),
    // The highest bit: whoever cannot turn it may not show it.
    Buffer.from([0x80 | (properties + 1)]),
    file.subarray(count + 1 + known),
  ])
  const added = turn.length + 1
  result.writeUInt8(known + 1, count + turn.length)
  for (const [box, more] of [
    [meta, added],
    [iprp, added],
    [ipco, turn.length],
  ] as const)
    result.writeUInt32BE(box.size + more, box.start)
  result.writeUInt32BE(ipma.size + 1, ipma.start + turn.length)
  moveExtents(result, findBox(result, 'iloc', meta.start + 12, meta.start + meta.size), added)
  return result
}

/** Adds to the place of every item's bytes; offsets and lengths of four bytes, as heif-enc writes them. */
function moveExtents(file: Buffer, iloc: Box, added: number): void {
  const version = file.readUInt8(iloc.start + 8)
  const base = file.readUInt8(iloc.start + 13) >> 4
  let at = iloc.start + 16
  for (let item = file.readUInt16BE(iloc.start + 14); item > 0; item -= 1) {
    at += (version === 0 ? 4 : 6) + base
    const extents = file.readUInt16BE(at)
    at += 2
    for (let extent = 0; extent < extents; extent += 1, at += 8)
      file.writeUInt32BE(file.readUInt32BE(at) + added, at)
  }
}
