import type { PictureChange } from '../../bridge.ts'
import { CallError } from '../platform/call.ts'
import { timeOfDay } from '../platform/dates.ts'
import { sentenceFor } from '../platform/sentences.ts'
import { t } from '../platform/texts.ts'

/**
 * Where a change is, in a sentence: on its way, waiting and for what, or refused and why. `offline` is what the system says: a
 * request that is under way hears of it much later.
 */
export function wordsOf({ picture, progress }: PictureChange, offline: boolean): string {
  const removing = picture === null
  switch (progress.status) {
    case 'sending':
      if (offline) return backOnline(removing)
      return t(removing ? 'avatar.change.removing' : 'avatar.change.saving')
    case 'waiting': {
      const { failure, retryAt } = progress
      if (offline || failure.code === 'desktop.offline') return backOnline(removing)
      // What the person could do comes after that; here there is nothing for them to do.
      const [why = ''] = sentenceFor(new CallError({ code: failure.code, detail: '' })).split(/(?<=\.)\s/u)
      return t('avatar.change.tryingAgain', { why, time: timeOfDay(new Date(retryAt)) })
    }
    case 'failed':
      return sentenceFor(new CallError(progress.failure))
  }
}

const backOnline = (removing: boolean): string =>
  t(removing ? 'avatar.change.removedWhenOnline' : 'avatar.change.setWhenOnline')
