import { MAX_MEMBERS, MAX_REACTIONS } from '../../../api/contract/chat.ts'
import type { Failure } from '../../bridge.ts'
import { CallError } from './call.ts'
import { timeOfDay } from './dates.ts'
import { t } from './texts.ts'

/** The sentence for anything that was thrown, with what makes it exact: the request's id, when to try again, by how much a clock is wrong. */
export function sentenceFor(error: unknown): string {
  return error instanceof CallError ? sentenceOf(error.failure) : t('errors.desktop.internal')
}

function sentenceOf({ code, detail, requestId, retryAfter, skew }: Failure): string {
  if (code === 'chat.too_many_members') return t(`errors.${code}`, { max: MAX_MEMBERS })
  if (code === 'chat.too_many_reactions') return t(`errors.${code}`, { max: MAX_REACTIONS })
  const sentence = t(`errors.${code}`)
  if (code === 'server.internal' && requestId) return t('exactly.request', { sentence, id: requestId })
  if (code === 'avatar.too_many_changes' && retryAfter !== undefined)
    return t('exactly.nextPicture', { time: timeIn(retryAfter) })
  if (code === 'session.too_many_attempts' && retryAfter !== undefined)
    return t('exactly.nextSignIn', { time: timeIn(retryAfter) })
  if (code === 'desktop.clock_skewed' && skew !== undefined) {
    const minutes = Math.max(1, Math.round(Math.abs(skew) / 60))
    return t(skew > 0 ? 'exactly.clockAhead' : 'exactly.clockBehind', { minutes })
  }
  if (code === 'desktop.store_refused' && detail !== '') return t('exactly.storeRefused', { detail })
  return sentence
}

const timeIn = (seconds: number): string => timeOfDay(new Date(Date.now() + seconds * 1000))
