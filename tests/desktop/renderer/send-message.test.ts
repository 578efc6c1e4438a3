import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { resetOutbox } from '../../../desktop/renderer/chat/outbox.ts'
import { resetRooms, setRooms, useRooms } from '../../../desktop/renderer/chat/rooms.ts'
import { react, takeMessage, takeSettled } from '../../../desktop/renderer/chat/send-message.ts'
import { addPage, resetTimelines, useTimelines } from '../../../desktop/renderer/chat/timelines.ts'
import { setSelf } from '../../../desktop/renderer/session/users.ts'
import { message, person, room, stubBridge, uuid } from './fake-bridge.ts'

const [SELF, OTHER] = [uuid(1), uuid(2)]
const shown = () => useTimelines.getState().timelines[uuid(1)]?.messages[0]
const thumbsOf = (...userIds: string[]) => ({ ...message(1), reactions: [{ emoji: '👍', userIds }] })

beforeEach(() => {
  stubBridge({ outbox: { add: async () => ({ ok: true, value: undefined }) } })
  setSelf(person(1))
  setRooms([room(1)])
  addPage(uuid(1), [message(1)])
})

afterEach(() => {
  resetOutbox()
  resetRooms()
  resetTimelines()
  vi.unstubAllGlobals()
})

it('an answer to one’s own reaction shows it', () => {
  takeMessage(thumbsOf(OTHER))
  react(message(1), '👍', true)
  takeSettled(thumbsOf(OTHER, SELF))
  expect(shown()?.reactions).toEqual([{ emoji: '👍', userIds: [OTHER, SELF] }])
})

it('an answer from before somebody else’s reaction does not take that back', () => {
  react(message(1), '👍', true)
  takeMessage(thumbsOf(SELF, OTHER))
  takeSettled(thumbsOf(SELF))
  expect(shown()?.reactions).toEqual([{ emoji: '👍', userIds: [SELF, OTHER] }])
})

it('an answer from before the deletion does not bring a message back, nor do its words in the sidebar', () => {
  takeMessage({ ...message(1), body: '', deletedAt: message(2).createdAt })
  react(message(1), '👍', true)
  takeSettled({ ...message(1), body: 'secret words' })
  expect(shown()?.body).toBe('')
  expect(useRooms.getState().rooms[uuid(1)]?.lastMessage?.body).toBe('')
})
