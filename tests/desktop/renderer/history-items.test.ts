import { describe, expect, it } from 'vitest'
import type { Message } from '../../../api/contract/chat.ts'
import { historyItems, changesInFront } from '../../../desktop/renderer/chat/history-items.ts'
import { message, uuid } from './fake-bridge.ts'

const SELF = uuid(1)
const items = (messages: readonly Message[], changes: Partial<Parameters<typeof historyItems>[0]> = {}) =>
  historyItems({
    messages,
    outgoing: [],
    changes: new Map(),
    hasOlder: false,
    selfId: SELF,
    newFrom: null,
    ...changes,
  })

/** The rows in short: a head in capitals, with the number of the message. */
const short = (rows: ReturnType<typeof items>) =>
  rows.map((row) => {
    if (row.kind === 'message') return `${row.head ? 'HEAD' : 'body'} ${row.message.seq}`
    return row.kind === 'outgoing' ? `${row.head ? 'HEAD' : 'body'} outgoing` : row.kind
  })

describe('historyItems', () => {
  it('groups messages of one person within five minutes', () => {
    const rows = items([
      message(1, uuid(2), 0),
      message(2, uuid(2), 5),
      message(3, uuid(2), 11),
      message(4, uuid(3), 12),
    ])
    expect(short(rows)).toEqual(['top', 'day', 'HEAD 1', 'body 2', 'HEAD 3', 'HEAD 4'])
  })

  it('separates days, and begins a group with each', () => {
    const rows = items([message(1, uuid(2), 0), message(2, uuid(2), 24 * 60)])
    expect(short(rows)).toEqual(['top', 'day', 'HEAD 1', 'day', 'HEAD 2'])
  })

  it('divides before the first unread, once', () => {
    const rows = items([message(1, uuid(2), 0), message(2, uuid(2), 1), message(3, uuid(2), 2)], {
      newFrom: 2,
    })
    expect(short(rows)).toEqual(['top', 'day', 'HEAD 1', 'new', 'HEAD 2', 'body 3'])
  })

  it('puts what is on its way last, under a key that it keeps when it is sent', () => {
    const outgoing = {
      clientId: message(2).clientId,
      body: 'x',
      images: [],
      replyTo: null,
      createdAt: message(1, SELF, 1).createdAt,
      progress: { status: 'sending' as const },
    }
    const before = items([message(1, SELF, 0)], { outgoing: [outgoing] })
    expect(short(before)).toEqual(['top', 'day', 'HEAD 1', 'body outgoing'])
    const after = items([message(1, SELF, 0), message(2, SELF, 1)])
    expect(after.map(({ key }) => key)).toEqual(before.map(({ key }) => key))
  })

  it('gives every row a key of its own', () => {
    const rows = items(
      Array.from({ length: 50 }, (_, index) => message(index + 1, uuid(2), index * 300)),
      { newFrom: 20 },
    )
    expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length)
  })
})

describe('changesInFront', () => {
  const middle = items([message(5), message(6)])
  it('tells a page that comes or goes in front from messages behind', () => {
    expect(changesInFront(middle, items([message(3), message(4), message(5), message(6)]))).toBe(true)
    expect(changesInFront(middle, items([message(5), message(6), message(7)]))).toBe(false)
    expect(changesInFront(middle, items([message(5), { ...message(6), body: 'edited' }]))).toBe(false)
    expect(changesInFront(items([message(6)]), middle)).toBe(true)
    expect(changesInFront(middle, items([message(6)]))).toBe(true)
    expect(changesInFront(items([]), middle)).toBe(false)
  })
})
