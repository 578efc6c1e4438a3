import type { AttachmentType } from '../../api/contract/attachment.ts'

/** What each kind of file begins with; `?` stands for any byte. */
const BEGINNINGS: ReadonlyArray<readonly [string, AttachmentType]> = [
  ['\xff\xd8\xff', 'image/jpeg'],
  ['\x89PNG\r\n\x1a\n', 'image/png'],
  ['RIFF????WEBP', 'image/webp'],
  ['GIF87a', 'image/gif'],
  ['GIF89a', 'image/gif'],
]

/** The media type of an image by its bytes, whatever its name says; null where it is none that a message can carry. */
export function imageType(bytes: Uint8Array): AttachmentType | null {
  const starts = (beginning: string): boolean =>
    [...beginning].every((character, at) => character === '?' || bytes[at] === character.charCodeAt(0))
  return BEGINNINGS.find(([beginning]) => starts(beginning))?.[1] ?? null
}
