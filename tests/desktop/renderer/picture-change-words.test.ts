import { describe, expect, it } from 'vitest'
import type { Failure, PictureChange } from '../../../desktop/bridge.ts'
import { wordsOf } from '../../../desktop/renderer/avatar/change-words.ts'
import { ME } from '../../../desktop/renderer/avatar/picture-changes.ts'
import { timeOfDay } from '../../../desktop/renderer/platform/dates.ts'
import { uuid } from './fake-bridge.ts'

const staged = { fullUrl: '/drafts/1/256.webp', thumbUrl: '/drafts/1/64.webp' }
const retryAt = '2026-03-02T10:20:00.000Z'
const sending = { status: 'sending', fraction: 0.4 } as const
const words = (
  progress: PictureChange['progress'],
  { picture = staged, offline = false }: { picture?: typeof staged | null; offline?: boolean } = {},
): string => wordsOf({ id: uuid(9), target: ME, picture, progress }, offline)
const failed = (failure: Failure): string => words({ status: 'failed', failure })

describe('where a change is', () => {
  it('is told as setting or removing', () => {
    expect(words(sending)).toBe('Saving the picture…')
    expect(words(sending, { picture: null })).toBe('Removing the picture…')
    expect(words(sending, { offline: true })).toBe('Will be set when you are back online.')
    expect(words(sending, { picture: null, offline: true })).toBe('Will be removed when you are back online.')
  })

  it('says what it waits for, and until when at the latest', () => {
    const waiting = (code: Failure['code']) =>
      ({ status: 'waiting', failure: { code, detail: '' }, retryAt }) as const
    expect(words(waiting('desktop.offline'))).toBe('Will be set when you are back online.')
    expect(words(waiting('desktop.server_unreachable'), { offline: true })).toBe(
      'Will be set when you are back online.',
    )
    expect(words(waiting('desktop.store_unreachable'))).toBe(
      `The picture storage cannot be reached. Trying again at ${timeOfDay(new Date(retryAt))}.`,
    )
  })

  it('says why it was refused, as exactly as is known', () => {
    expect(failed({ code: 'desktop.clock_skewed', detail: '', skew: -180 })).toContain('3 minutes behind')
    expect(failed({ code: 'desktop.clock_skewed', detail: '', skew: 40 })).toContain('a minute ahead')
    expect(failed({ code: 'desktop.store_refused', detail: '403 AccessDenied' })).toContain(
      '403 AccessDenied',
    )
    expect(failed({ code: 'avatar.too_many_changes', detail: '', retryAfter: 60 })).toMatch(/next one at \d/)
  })
})
