import { describe, expect, it } from 'vitest'
import { beginLooking, lookOn } from '../../../desktop/renderer/chat/reading.ts'
import { message, room, uuid } from './fake-bridge.ts'

const SELF = uuid(1)
const upTo = (last: number, sender = uuid(2)) =>
  Array.from({ length: last }, (_, index) => message(index + 1, index + 1 === last ? sender : uuid(2)))

describe('the divider before the new', () => {
  it('stands before the first unread of others when the room is opened', () => {
    const messages = [message(1), message(2, SELF), message(3), message(4)]
    const looked = beginLooking(room(4, { lastReadSeq: 1, unreadCount: 2 }), messages, SELF)
    expect(looked).toEqual({ seen: 4, newFrom: 3 })
    expect(beginLooking(room(4), messages, SELF).newFrom).toBeNull()
  })

  it('stays where it is while somebody looks on', () => {
    const looked = { seen: 4, newFrom: 3 }
    expect(lookOn(looked, upTo(5), true, SELF)).toEqual({ seen: 5, newFrom: 3 })
    expect(lookOn(looked, upTo(4), true, SELF)).toBe(looked)
  })

  it('stands before the first that came while nobody looked, and stays there as more come', () => {
    const away = lookOn({ seen: 4, newFrom: 2 }, upTo(5), false, SELF)
    expect(away).toEqual({ seen: 4, newFrom: 5 })
    expect(lookOn(away, upTo(6), false, SELF)).toBe(away)
    expect(lookOn(away, upTo(6), true, SELF)).toEqual({ seen: 6, newFrom: 5 })
  })

  it('goes when one answers', () => {
    expect(lookOn({ seen: 4, newFrom: 3 }, upTo(5, SELF), false, SELF)).toEqual({ seen: 5, newFrom: null })
  })
})
