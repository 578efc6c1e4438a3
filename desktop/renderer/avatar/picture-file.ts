import type { PictureSource } from './edit-picture.ts'

/** The greatest file that is opened, in bytes; main has the same limit. */
const MAX_BYTES = 50 * 1024 * 1024

/** What came of something dropped or pasted: an image, or a sentence that says why not. */
export type PictureFile = { source: PictureSource } | { problem: string }

/** The one image among what was dropped or pasted; null where there is no file at all. Whether it is an image, its bytes tell later. */
export function pictureFileIn(transfer: DataTransfer): PictureFile | null {
  const files = [...transfer.files]
  const [file] = files
  if (!file) return null
  if (files.length > 1) return { problem: `These are ${files.length} files. Drop one image.` }
  if (file.type !== '' && !file.type.startsWith('image/'))
    return {
      problem: `${file.name} is no image. Choose a JPEG, PNG, WebP, AVIF, GIF, BMP, SVG, HEIC or TIFF.`,
    }
  if (file.size > MAX_BYTES) return { problem: tooLarge(file.size) }
  return { source: { kind: 'file', file, name: file.name === '' ? 'the copied image' : file.name } }
}

const tooLarge = (bytes: number): string =>
  `This file has ${(bytes / 1024 / 1024).toFixed(1)} MB; at most 50 MB can be used. Choose a smaller one.`

/** Whether something that is being dragged has a file in it. */
export const carriesFile = (transfer: DataTransfer): boolean => transfer.types.includes('Files')
