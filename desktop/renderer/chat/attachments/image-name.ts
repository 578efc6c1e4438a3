import type { AttachmentType } from '../../../../api/contract/attachment.ts'
import { t } from '../../platform/texts.ts'

/** How long a name can be, in characters. */
const LONGEST = 255

const ENDINGS: Record<AttachmentType, RegExp> = {
  'image/jpeg': /\.(jpe?g|jfif)$/i,
  'image/png': /\.png$/i,
  'image/webp': /\.webp$/i,
  'image/gif': /\.gif$/i,
}

/** A file's name as one line that is not empty; of a `type`, with an ending that says so. */
export function imageName(name: string, type?: AttachmentType): string {
  // Cut first: what is cut may leave half of a character.
  const line =
    name
      .slice(-LONGEST)
      .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '')
      .trim() || t('chat.images.nameless')
  if (type === undefined || ENDINGS[type].test(line)) return line
  const ending = type === 'image/jpeg' ? '.jpg' : `.${type.slice('image/'.length)}`
  return line.replace(/(.)\.\w{1,5}$/, '$1').slice(-LONGEST + ending.length) + ending
}
