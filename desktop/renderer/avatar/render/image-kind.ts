/** The kinds of image that can be opened. */
export type ImageKind = 'jpeg' | 'png' | 'webp' | 'gif' | 'bmp' | 'avif' | 'heif' | 'tiff' | 'svg'

const AVIF_BRANDS = ['avif', 'avis']
const HEIF_BRANDS = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1']

/** Tells an image's kind from its bytes, whatever its name says; null where it is none that can be opened. */
export function imageKind(bytes: Uint8Array): ImageKind | null {
  const starts = (text: string, at = 0) => latin1(bytes, at, text.length) === text
  if (starts('\xff\xd8\xff')) return 'jpeg'
  if (starts('\x89PNG\r\n\x1a\n')) return 'png'
  if (starts('RIFF') && starts('WEBP', 8)) return 'webp'
  if (starts('GIF87a') || starts('GIF89a')) return 'gif'
  if (starts('BM')) return 'bmp'
  if (starts('II*\0') || starts('MM\0*') || starts('II+\0') || starts('MM\0+')) return 'tiff'
  if (starts('ftyp', 4)) return kindByBrand(bytes)
  return startsAsSvg(bytes) ? 'svg' : null
}

/** ISO/IEC 14496-12, section 4.3: the major brand, its version, and the compatible brands up to the end of the box. */
function kindByBrand(bytes: Uint8Array): ImageKind | null {
  const size = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0)
  const [major = '', , ...compatible] = latin1(bytes, 8, Math.min(size, 512) - 8).match(/.{4}/gs) ?? []
  if (HEIF_BRANDS.slice(0, 6).includes(major)) return 'heif'
  const brands = [major, ...compatible]
  if (brands.some((brand) => AVIF_BRANDS.includes(brand))) return 'avif'
  return brands.some((brand) => HEIF_BRANDS.includes(brand)) ? 'heif' : null
}

/** Whether the first element is an `svg`, after declarations and comments; in UTF-8, or in UTF-16 with its mark. */
function startsAsSvg(bytes: Uint8Array): boolean {
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe ? 'utf-16be' : 'utf-8'
  const text = new TextDecoder(utf16).decode(bytes.subarray(0, 16_384))
  return /^\s*(?:<\?[^>]*>\s*|<!--.*?-->\s*|<!DOCTYPE[^[>]*(?:\[.*?\]\s*)?>\s*)*<(?:\w+:)?svg[\s>/]/is.test(
    text,
  )
}

/** Bytes as text, one character each; shorter where the file ends. */
export function latin1(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length))
}
