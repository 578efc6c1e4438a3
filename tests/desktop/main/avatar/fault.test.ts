import { describe, expect, test } from 'vitest'
import type { ErrorCode } from '../../../../api/contract/errors.ts'
import type { DesktopErrorCode } from '../../../../desktop/bridge.ts'
import { judgeApiFailure, judgeRefusal } from '../../../../desktop/main/avatar/fault.ts'
import { StoreRefusal } from '../../../../desktop/main/avatar/put-object.ts'

const SIGNED_AT = Date.UTC(2026, 10, 24, 10)
const URL = 'https://s3.example/bucket/key?X-Amz-Date=20261124T100000Z&X-Amz-Expires=300&X-Amz-Signature=a'

/** What a store says, with its clock so many seconds after the signing. */
function refusal(status: number, code = '', message = '', clock: number | null = 1): StoreRefusal {
  return new StoreRefusal({
    status,
    text: `<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
    ...(clock === null ? {} : { date: new Date(SIGNED_AT + clock * 1000).toUTCString() }),
  })
}

describe('a signature', () => {
  test.each<[string, StoreRefusal, number, object]>([
    [
      'fresh, yet expired by the store’s clock: its clock is ahead',
      refusal(403, 'AccessDenied', 'Request has expired', 1_000),
      100,
      { code: 'desktop.clock_skewed', skew: 900 },
    ],
    [
      'fresh, yet of the future: the store’s clock is behind (Amazon)',
      refusal(403, 'AccessDenied', 'Request is not yet valid', -1_790),
      10,
      { code: 'desktop.clock_skewed', skew: -1_800 },
    ],
    [
      'of the future (MinIO)',
      refusal(403, 'RequestNotReadyYet', 'Request is not valid yet', -3_600),
      0,
      { code: 'desktop.clock_skewed', skew: -3_600 },
    ],
    [
      'by a clock too far away',
      refusal(403, 'RequestTimeTooSkewed', '', 5_000),
      0,
      { code: 'desktop.clock_skewed', skew: 5_000 },
    ],
    [
      'by a clock of which the store does not tell the time',
      refusal(403, 'RequestTimeTooSkewed', '', null),
      0,
      { code: 'desktop.clock_skewed' },
    ],
    [
      'that is too old has expired, whatever the clocks say',
      refusal(403, 'AccessDenied', 'Request has expired', 5_000),
      300,
      { code: 'desktop.upload_expired' },
    ],
    [
      'that is too old has expired, even if the store says no more than no',
      refusal(403, 'AccessDenied', 'Access Denied', 400),
      400,
      { code: 'desktop.upload_expired' },
    ],
    [
      'by temporary keys that have expired',
      refusal(403, 'ExpiredToken', 'The provided token has expired.'),
      400,
      { code: 'desktop.upload_expired' },
    ],
    [
      'that is wrong is refused',
      refusal(403, 'SignatureDoesNotMatch', 'They differ.'),
      1,
      { code: 'desktop.store_refused', detail: '403 SignatureDoesNotMatch' },
    ],
    [
      'that may not write is refused',
      refusal(403, 'AccessDenied', 'Access Denied'),
      1,
      { code: 'desktop.store_refused', detail: '403 AccessDenied' },
    ],
  ])('%s', (_, said, ageInSeconds, failure) => {
    const fault = judgeRefusal(said, URL, ageInSeconds * 1000)
    expect(fault).toMatchObject({ failure, remedy: 'sign-anew' })
    expect('skew' in fault.failure).toBe('skew' in failure)
  })

  test('that is none S3 knows is refused or expired, and never a matter of clocks', () => {
    const fault = judgeRefusal(
      refusal(403, 'AccessDenied', 'Request has expired', 9_000),
      'https://s3.example/',
      1,
    )
    expect(fault.failure.code).toBe('desktop.upload_expired')
  })
})

test.each([
  [500, 'InternalError'],
  [502, ''],
  [503, 'SlowDown'],
  [504, ''],
  [429, ''],
  [408, ''],
  [400, 'RequestTimeout'],
  [409, 'OperationAborted'],
])('%d %s passes by itself', (status, code) => {
  expect(judgeRefusal(refusal(status, code), URL, 0)).toMatchObject({
    failure: {
      code: 'desktop.store_unreachable',
      detail: `The store answers ${`${status} ${code}`.trim()}.`,
    },
    remedy: 'wait',
  })
})

test.each([
  [400, 'BadDigest'],
  [400, 'XAmzContentSHA256Mismatch'],
  [404, 'NoSuchBucket'],
  [411, 'MissingContentLength'],
  [413, 'EntityTooLarge'],
  [301, 'PermanentRedirect'],
  [307, ''],
])('%d %s stays as it is', (status, code) => {
  expect(judgeRefusal(refusal(status, code), URL, 0)).toEqual({
    failure: { code: 'desktop.store_refused', detail: `${status} ${code}`.trim() },
    remedy: 'give-up',
  })
})

test.each<[ErrorCode | DesktopErrorCode, string]>([
  ['desktop.offline', 'wait'],
  ['desktop.server_unreachable', 'wait'],
  ['desktop.not_medallion', 'wait'],
  ['server.database_unavailable', 'wait'],
  ['server.storage_unavailable', 'wait'],
  ['server.internal', 'wait'],
  ['avatar.upload_not_found', 'sign-anew'],
  ['avatar.upload_missing', 'put-again'],
  ['avatar.upload_mismatch', 'give-up'],
  ['avatar.not_an_avatar', 'give-up'],
  ['avatar.too_many_changes', 'give-up'],
  ['avatar.recent_not_found', 'give-up'],
  ['chat.room_not_found', 'give-up'],
  ['request.invalid', 'give-up'],
  ['desktop.bad_answer', 'give-up'],
])('what the API says: after %s one can %s', (code, remedy) => {
  const failure = { code, detail: 'Because.', retryAfter: 7 }
  expect(judgeApiFailure(failure)).toEqual({ failure, remedy })
})
