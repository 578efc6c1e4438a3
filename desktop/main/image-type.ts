import type { AttachmentType } from '../../api/contract/attachment.ts'

/** How much of a file tells its kind, in bytes. */
const HEAD_BYTES = 12

/** The media type of an image by its bytes, whatever its name says; null where it is none that a message can carry. */
export function imageType(bytes: Uint8Array): AttachmentType | null {
  const head = Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString('latin1')
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png'
  if (head.startsWith('GIF87a') || head.startsWith('GIF89a')) return 'image/gif'
  return head.length === HEAD_BYTES && head.startsWith('RIFF') && head.endsWith('WEBP') ? 'image/webp' : null
}
