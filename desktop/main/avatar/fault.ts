import type { Failure } from '../../bridge.ts'
import type { StoreRefusal } from './put-object.ts'
import { readSignature } from './signature.ts'

/**
 * What went wrong with a change, and what helps: `wait` and try the same again, `sign-anew` for requests that are not taken any
 * more, `put-again` what has not arrived after all, or nothing: `give-up`.
 */
export interface Fault {
  failure: Failure
  remedy: 'wait' | 'sign-anew' | 'put-again' | 'give-up'
}

/** What passes by itself: no network, a server that is away or in trouble, or something else in its place for now. */
const PASSING = new Set<Failure['code']>([
  'desktop.offline',
  'desktop.server_unreachable',
  'desktop.not_medallion',
  'desktop.store_unreachable',
  'server.database_unavailable',
  'server.stopping',
  'request.timeout',
  'request.too_many',
  'server.storage_unavailable',
  'server.internal',
  // Another session of the same person has begun meanwhile; where none has, nothing is tried.
  'desktop.signed_out',
  'session.unauthenticated',
])

/** Judges a failure that the API told, or the way to it or to the store. */
export function judgeApiFailure(failure: Failure): Fault {
  if (PASSING.has(failure.code)) return { failure, remedy: 'wait' }
  if (failure.code === 'avatar.upload_not_found') return { failure, remedy: 'sign-anew' }
  if (failure.code === 'avatar.upload_missing') return { failure, remedy: 'put-again' }
  return { failure, remedy: 'give-up' }
}

// Passing troubles that S3 tells with a status which otherwise is final.
const PASSING_CODES = new Set(['RequestTimeout', 'OperationAborted', 'SlowDown', 'RequestLimitExceeded'])

/** Judges what a store said to a request that was signed at `url` and had been here for `age` milliseconds. */
export function judgeRefusal(refusal: StoreRefusal, url: string, age: number): Fault {
  const { status, code, retryAfter, message } = refusal
  if (status >= 500 || status === 408 || status === 429 || PASSING_CODES.has(code))
    return {
      failure: {
        code: 'desktop.store_unreachable',
        detail: `The store answers ${message}.`,
        ...(retryAfter === undefined ? {} : { retryAfter }),
      },
      remedy: 'wait',
    }
  // Whatever is wrong with the signature, the next one may be right: keys are exchanged, clocks are set.
  if (status === 403) return { failure: refusedSignature(refusal, url, age), remedy: 'sign-anew' }
  return { failure: { code: 'desktop.store_refused', detail: message }, remedy: 'give-up' }
}

// As Amazon's S3, MinIO and others word it: with a code of its own, or in the sentence of an AccessDenied.
const TOO_OLD = /expired/i
const TOO_NEW = /not (yet )?valid( yet)?|not ?ready ?yet/i

function refusedSignature(refusal: StoreRefusal, url: string, age: number): Failure {
  const said = `${refusal.code} ${refusal.sentence}`
  const signature = readSignature(url)
  const isFresh = signature !== null && age < signature.lifetime
  const skew =
    signature === null || refusal.clock === null
      ? {}
      : { skew: Math.round((refusal.clock - signature.signedAt - age) / 1000) }
  const detail = refusal.sentence === '' ? refusal.message : `${refusal.message}: ${refusal.sentence}`
  if (refusal.code === 'RequestTimeTooSkewed' || TOO_NEW.test(said) || (TOO_OLD.test(said) && isFresh))
    return { code: 'desktop.clock_skewed', detail, ...skew }
  if (TOO_OLD.test(said) || (refusal.code === 'AccessDenied' && !isFresh))
    return { code: 'desktop.upload_expired', detail }
  return { code: 'desktop.store_refused', detail: refusal.message }
}
