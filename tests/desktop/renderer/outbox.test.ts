import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { OutboxAction, OutboxEntry, OutboxProgress } from '../../../desktop/bridge.ts'
import {
  addToOutbox,
  changesOf,
  countUnsent,
  followOutbox,
  outgoingOf,
  resetOutbox,
  useOutbox,
} from '../../../desktop/renderer/chat/outbox.ts'
import { resetRooms, setRooms } from '../../../desktop/renderer/chat/rooms.ts'
import { sendMessage, takeSettled } from '../../../desktop/renderer/chat/send-message.ts'
import { addPage, resetTimelines, useTimelines } from '../../../desktop/renderer/chat/timelines.ts'
import { resetUsers, setSelf } from '../../../desktop/renderer/session/users.ts'
import { toastManager } from '../../../desktop/renderer/ui/toasts.ts'
import { message, person, room, stubBridge, uuid } from './fake-bridge.ts'

const ROOM = uuid(1)
const SENDING: OutboxProgress = { status: 'sending' }
const REFUSED: OutboxProgress = {
  status: 'failed',
  failure: { code: 'chat.room_not_found', detail: 'gone' },
}
const entry = (number: number, action: OutboxAction, progress: OutboxProgress = SENDING): OutboxEntry => ({
  id: action.kind === 'send' ? action.clientId : uuid(number),
  createdAt: message(1).createdAt,
  action,
  progress,
})
const sending = (seq: number, body = `message ${seq}`): OutboxAction => ({
  kind: 'send',
  roomId: ROOM,
  clientId: message(seq).clientId,
  body,
  replyTo: null,
  images: [],
})

/** Main, as far as its outbox goes: says what it is told to. */
function stubMain() {
  const main = {
    added: [] as OutboxAction[],
    discarded: [] as string[],
    accept: () => {},
    tell: (_entries: OutboxEntry[]) => {},
  }
  stubBridge({
    call: async () => ({ ok: true, value: { messages: [message(3), message(4)], hasMore: false } }),
    outbox: {
      add: ({ action }) => {
        main.added.push(action)
        return new Promise((resolve) => {
          main.accept = () => resolve({ ok: true, value: undefined })
        })
      },
      discard: async ({ id }) => {
        main.discarded.push(id)
        return { ok: true, value: undefined }
      },
      list: async () => [],
      onChange: (listener) => {
        main.tell = listener
        return () => {}
      },
      onSettled: () => () => {},
    },
  })
  return main
}

const shown = () => useTimelines.getState().timelines[ROOM]?.messages ?? []
const outgoing = () => outgoingOf(useOutbox.getState(), ROOM, shown()).map(({ body }) => body)

beforeEach(() => {
  for (const reset of [resetOutbox, resetRooms, resetTimelines, resetUsers]) reset()
  setSelf(person(2))
  setRooms([room(2)])
  addPage(ROOM, [message(1), message(2)], { hasOlder: false })
})
afterEach(() => vi.unstubAllGlobals())

describe('a message of one’s own', () => {
  it('shows at once, once, and until the history shows it', async () => {
    const main = stubMain()
    followOutbox(takeSettled)
    sendMessage(ROOM, { body: 'hello' })
    expect(outgoing()).toEqual(['hello'])
    const [action] = main.added
    if (action?.kind !== 'send') throw new Error('Nothing is to be sent.')
    const kept = entry(0, action)
    main.tell([kept])
    expect(outgoing()).toEqual(['hello'])
    main.accept()
    await vi.waitFor(() => expect(useOutbox.getState().here).toEqual([]))
    expect(outgoing()).toEqual(['hello'])

    takeSettled({ ...message(3), clientId: action.clientId, body: 'hello' })
    expect(outgoing()).toEqual([])
    expect(shown().map(({ body }) => body)).toEqual(['message 1', 'message 2', 'hello'])
    main.tell([])
    expect(useOutbox.getState()).toEqual({ kept: [], here: [] })
  })

  it('that overtakes what was missed stays in sight until that has come', async () => {
    const main = stubMain()
    followOutbox(takeSettled)
    main.tell([entry(0, sending(4))])
    takeSettled(message(4))
    main.tell([])
    expect(outgoing()).toEqual(['message 4'])
    await vi.waitFor(() => expect(shown().map(({ seq }) => seq)).toEqual([1, 2, 3, 4]))
    expect(outgoing()).toEqual([])
    await vi.waitFor(() => expect(useOutbox.getState().here).toEqual([]))
  })
})

describe('changes', () => {
  it('hold by their message, the last of several; a deletion has no text', () => {
    const edit = (messageId: string, body: string): OutboxAction => ({
      kind: 'edit',
      roomId: ROOM,
      messageId,
      body,
    })
    const remove: OutboxAction = { kind: 'delete', roomId: ROOM, messageId: message(2).id }
    const kept = [entry(1, edit(message(1).id, 'a')), entry(2, edit(message(2).id, 'b'))]
    const here = [entry(3, edit(message(1).id, 'c')), entry(4, remove)]
    const changes = changesOf({ kept, here }, ROOM)
    expect(changes.get(message(1).id)).toMatchObject({ entryId: uuid(3), body: 'c' })
    expect(changes.get(message(2).id)).toMatchObject({ entryId: uuid(4), body: null })
    expect(changesOf({ kept, here }, uuid(9)).size).toBe(0)
  })

  it('and messages count as unsent, marks do not', () => {
    const kept = [entry(0, sending(3)), entry(5, { kind: 'read', roomId: ROOM, seq: 2 })]
    expect(countUnsent({ kept, here: kept })).toBe(1)
  })
})

describe('what is refused and nobody would see', () => {
  it.each<[string, OutboxAction]>([
    ['a deletion', { kind: 'delete', roomId: ROOM, messageId: message(1).id }],
    ['a message to a room that is gone', { ...sending(3), roomId: uuid(9) }],
  ])('is told and given up: %s', (_, action) => {
    const main = stubMain()
    const toast = vi.spyOn(toastManager, 'add')
    followOutbox(takeSettled)
    const refused = entry(7, action, REFUSED)
    main.tell([refused])
    expect(main.discarded).toEqual([refused.id])
    expect(toast.mock.calls[0]?.[0].title).toMatch(/was not (sent|deleted)/)
    toast.mockRestore()
  })

  it('while a message to a room that is there stays in it', () => {
    const main = stubMain()
    followOutbox(takeSettled)
    main.tell([entry(0, sending(3), REFUSED)])
    expect(main.discarded).toEqual([])
    expect(outgoing()).toEqual(['message 3'])
  })
})

it('what main lists wins over what it listed when it was asked', async () => {
  const main = stubMain()
  followOutbox(takeSettled)
  main.tell([entry(0, sending(3))])
  await Promise.resolve()
  expect(outgoing()).toEqual(['message 3'])
  addToOutbox({ kind: 'read', roomId: ROOM, seq: 2 })
  expect(outgoing()).toEqual(['message 3'])
})
