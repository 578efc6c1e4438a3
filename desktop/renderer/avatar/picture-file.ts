import { locale, t } from '../platform/texts.ts'
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
  if (files.length > 1) return { problem: t('avatar.file.several', { count: files.length }) }
  if (file.type !== '' && !file.type.startsWith('image/'))
    return {
      problem: t('avatar.file.noImage', { name: file.name }),
    }
  if (file.size > MAX_BYTES) return { problem: tooLarge(file.size) }
  return {
    source: { kind: 'file', file, name: file.name === '' ? t('avatar.editor.theCopiedImage') : file.name },
  }
}

const tooLarge = (bytes: number): string =>
  t('avatar.file.tooLarge', { megabytes: tenths.format(bytes / 1024 / 1024) })

const tenths = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 })

/** Whether something that is being dragged has a file in it. */
export const carriesFile = (transfer: DataTransfer): boolean => transfer.types.includes('Files')
