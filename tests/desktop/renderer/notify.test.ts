import { describe, expect, it } from 'vitest'
import type { Preferences } from '../../../desktop/bridge.ts'
import {
  countForBadge,
  isWorthNotifying,
  type Circumstances,
} from '../../../desktop/renderer/chat/notify-decision.ts'
import { wordsFor, type News } from '../../../desktop/renderer/chat/notify-words.ts'
import { message, room, uuid } from './fake-bridge.ts'

const NOW = Date.UTC(2026, 4, 4, 12)

const preferences: Preferences = {
  theme: 'system',
  density: 'comfortable',
  textSize: 'normal',
  notifications: { about: 'all', content: true },
  doNotDisturbUntil: null,
  mutedRooms: [],
  closeToTray: false,
  startAtLogin: false,
  updateChannel: 'stable',
  spellcheckLanguages: null,
  language: 'system',
}

const circumstances = (
  changes: Partial<Preferences> = {},
  rest: Partial<Circumstances> = {},
): Circumstances => ({
  selfId: uuid(1),
  username: 'ada',
  lookedAtId: null,
  preferences: { ...preferences, ...changes },
  now: NOW,
  ...rest,
})

describe('a message notifies', () => {
  const unread = room(3, { lastReadSeq: 2, unreadCount: 1 })

  it('where somebody else wrote it and it is unread', () => {
    expect(isWorthNotifying(message(3), unread, circumstances())).toBe(true)
    expect(isWorthNotifying(message(3, uuid(1)), unread, circumstances()), 'one’s own').toBe(false)
    expect(isWorthNotifying(message(2), unread, circumstances()), 'one that is read').toBe(false)
    const deleted = { ...message(3), deletedAt: message(3).createdAt }
    expect(isWorthNotifying(deleted, unread, circumstances()), 'a deleted one').toBe(false)
  })

  it('not in the room that is looked at', () => {
    expect(isWorthNotifying(message(3), unread, circumstances({}, { lookedAtId: unread.id }))).toBe(false)
    expect(isWorthNotifying(message(3), unread, circumstances({}, { lookedAtId: uuid(9) }))).toBe(true)
  })

  it('not in a muted room, nor before the end of do-not-disturb', () => {
    expect(isWorthNotifying(message(3), unread, circumstances({ mutedRooms: [unread.id] }))).toBe(false)
    const until = (ms: number) => circumstances({ doNotDisturbUntil: new Date(NOW + ms).toISOString() })
    expect(isWorthNotifying(message(3), unread, until(1))).toBe(false)
    expect(isWorthNotifying(message(3), unread, until(-1))).toBe(true)
  })

  it('as far as the person wants to hear of it', () => {
    const about = (level: Preferences['notifications']['about']) =>
      circumstances({ notifications: { about: level, content: true } })
    expect(isWorthNotifying(message(3), unread, about('none'))).toBe(false)
    expect(isWorthNotifying(message(3), unread, about('direct'))).toBe(false)
    expect(isWorthNotifying(message(3), { ...unread, kind: 'dm' }, about('direct'))).toBe(true)
    const toAdam = { ...message(3), body: '@adam, me@ada, ada' }
    expect(isWorthNotifying(toAdam, unread, about('direct')), 'to somebody else').toBe(false)
    const toAda = { ...message(3), body: 'What do you say, @Ada?' }
    expect(isWorthNotifying(toAda, unread, about('direct'))).toBe(true)
    expect(isWorthNotifying(toAda, unread, about('none'))).toBe(false)
  })
})

describe('the words of a notification', () => {
  const news: News = {
    kind: 'group',
    roomName: 'Engine room',
    senderName: 'Grace',
    body: 'Hello\n\nAda',
    count: 1,
    withContent: true,
  }

  it('say who wrote what, and where', () => {
    expect(wordsFor(news)).toEqual({ title: 'Grace in Engine room', body: 'Hello Ada' })
    expect(wordsFor({ ...news, kind: 'dm' })).toEqual({ title: 'Grace', body: 'Hello Ada' })
  })

  it('leave out the marks of Markdown', () => {
    expect(wordsFor({ ...news, body: '**Look** at `this`' }).body).toBe('Look at this')
  })

  it('count several', () => {
    const several = { ...news, count: 3 }
    expect(wordsFor(several)).toEqual({ title: '3 new messages in Engine room', body: 'Grace: Hello Ada' })
    expect(wordsFor({ ...several, kind: 'dm' })).toEqual({
      title: '3 new messages from Grace',
      body: 'Hello Ada',
    })
  })

  it('leave out what was written where the person wants that', () => {
    for (const count of [1, 3])
      for (const kind of ['group', 'dm'] as const)
        expect(JSON.stringify(wordsFor({ ...news, kind, count, withContent: false }))).not.toContain('Hello')
  })

  it('cut between characters as a person sees them', () => {
    const { body } = wordsFor({ ...news, body: '👩‍👩‍👧'.repeat(300) })
    expect(body.length).toBeLessThanOrEqual(241)
    expect(body.endsWith('👩‍👩‍👧…')).toBe(true)
    const odd = wordsFor({ ...news, body: `x${'👩‍👩‍👧'.repeat(300)}` }).body
    expect(odd.endsWith('👩‍👩‍👧…')).toBe(true)
  })
})

it('the badge counts what is unread, without muted rooms', () => {
  const rooms = [1, 2, 3].map((number) => room(9, { id: uuid(number), unreadCount: number }))
  expect(countForBadge(rooms, preferences)).toBe(6)
  expect(countForBadge(rooms, { ...preferences, mutedRooms: [uuid(2)] })).toBe(4)
})
