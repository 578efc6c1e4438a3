import { locale, t } from '../platform/texts.ts'
import { MAX_SIDE } from './render/limits.ts'
import type { PictureFault } from './render/unusable.ts'

/** What is wrong with an image, and what to do. */
export function faultSentence(fault: PictureFault): string {
  switch (fault.why) {
    case 'tooManyBytes':
      return t('avatar.file.tooManyBytes', { megabytes: decimal.format(fault.bytes / 1024 / 1024) })
    case 'noSize':
      return t('avatar.file.noSize', { size: sizeOf(fault) })
    case 'tooManyPixels': {
      const megapixels = decimal.format((fault.width * fault.height) / 1e6)
      return t('avatar.file.tooManyPixels', { megapixels, size: sizeOf(fault) })
    }
    case 'tooWide':
      return t('avatar.file.tooWide', { size: sizeOf(fault), most: MAX_SIDE })
    case 'tookTooLong':
      return t('avatar.file.tookTooLong', { seconds: fault.seconds })
    default:
      return t(`avatar.file.${fault.why}`)
  }
}

const decimal = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })

const sizeOf = ({ width, height }: { width: number; height: number }): string =>
  `${width.toLocaleString(locale)} × ${height.toLocaleString(locale)}`
