/** Adobe RGB (1998): its primaries adapted to D50, as the specification's profile has them, and its gamma of 2 51/256. */
const COLOURANTS = {
  rXYZ: [0.60974, 0.31111, 0.01947],
  gXYZ: [0.20528, 0.62567, 0.06087],
  bXYZ: [0.14919, 0.06322, 0.74457],
} as const
const D50 = [0.9642, 1, 0.82491] as const
const GAMMA = 563

/** The colour profile of a camera set to Adobe RGB, version 2 of ICC, made from its published figures. */
export function adobeRgbProfile(): Buffer {
  const tags: [string, Buffer][] = [
    ['desc', description('Adobe RGB (1998)')],
    ['cprt', Buffer.from('text\0\0\0\0No copyright\0', 'latin1')],
    ['wtpt', xyz(D50)],
    ...Object.entries(COLOURANTS).map(([name, value]): [string, Buffer] => [name, xyz(value)]),
    ...['rTRC', 'gTRC', 'bTRC'].map((name): [string, Buffer] => [name, gamma()]),
  ]
  const directory = Buffer.alloc(4 + tags.length * 12)
  directory.writeUInt32BE(tags.length)
  const bodies: Buffer[] = []
  let at = 128 + directory.length
  for (const [n, [name, value]] of tags.entries()) {
    const body = Buffer.concat([value, Buffer.alloc((4 - (value.length % 4)) % 4)])
    directory.write(name, 4 + n * 12, 'latin1')
    directory.writeUInt32BE(at, 8 + n * 12)
    directory.writeUInt32BE(value.length, 12 + n * 12)
    bodies.push(body)
    at += body.length
  }
  return Buffer.concat([header(at), directory, ...bodies])
}

function header(size: number): Buffer {
  const bytes = Buffer.alloc(128)
  bytes.writeUInt32BE(size)
  bytes.writeUInt32BE(0x02_10_00_00, 8)
  bytes.write('mntrRGB XYZ ', 12, 'latin1')
  bytes.writeUInt16BE(1998, 24)
  bytes.writeUInt16BE(1, 26)
  bytes.writeUInt16BE(1, 28)
  bytes.write('acsp', 36, 'latin1')
  xyz(D50).copy(bytes, 68, 8)
  return bytes
}

function xyz(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(8 + 12)
  bytes.write('XYZ ', 0, 'latin1')
  for (const [n, value] of values.entries()) bytes.writeInt32BE(Math.round(value * 65_536), 8 + n * 4)
  return bytes
}

function gamma(): Buffer {
  const bytes = Buffer.alloc(14)
  bytes.write('curv', 0, 'latin1')
  bytes.writeUInt32BE(1, 8)
  bytes.writeUInt16BE(GAMMA, 12)
  return bytes
}

/** A description in ASCII; its Unicode and Macintosh twins are left empty. */
function description(text: string): Buffer {
  const bytes = Buffer.alloc(12 + text.length + 1 + 8 + 3 + 67)
  bytes.write('desc', 0, 'latin1')
  bytes.writeUInt32BE(text.length + 1, 8)
  bytes.write(text, 12, 'latin1')
  return bytes
}

/** A JPEG with a colour profile that its stored values, left as they are, are meant in. */
export function withProfile(jpeg: Buffer, profile: Buffer): Buffer {
  const segment = Buffer.concat([
    Buffer.from([0xff, 0xe2, 0, 0]),
    Buffer.from('ICC_PROFILE\0\x01\x01', 'latin1'),
    profile,
  ])
  segment.writeUInt16BE(segment.length - 2, 2)
  return Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)])
}
