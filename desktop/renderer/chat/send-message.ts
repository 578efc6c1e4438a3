import type { Message } from '../../../api/contract/chat.ts'
import { call } from '../platform/call.ts'
import { sentenceFor } from '../platform/sentences.ts'
import { useUsers } from '../session/users.ts'
import { showFailure } from '../ui/toasts.ts'
import { fetchAfter } from './load-messages.ts'
import { noteMessage } from './rooms.ts'
import { noteInTimeline, putOutgoing, removeOutgoing, useTimelines, type Outgoing } from './timelines.ts'

/** The end of the last sending in each room: messages arrive in the order in which they were written. */
const lastSending = new Map<string, Promise<void>>()

/** Shows a message at once and sends it; one that the server does not take stays, with the reason. */
export function sendMessage(roomId: string, body: string): void {
  send(roomId, { clientId: crypto.randomUUID(), body, createdAt: new Date().toISOString(), failure: null })
}

/** Sends a failed message again, under the same id: should the server have it already, it stays one message. */
export function retryMessage(roomId: string, clientId: string): void {
  const failed = outgoingMessage(roomId, clientId)
  if (failed) send(roomId, { ...failed, failure: null })
}

/** Gives up a failed message. */
export function discardMessage(roomId: string, clientId: string): void {
  removeOutgoing(roomId, clientId)
}

const outgoingMessage = (roomId: string, clientId: string): Outgoing | undefined =>
  useTimelines.getState().outgoing[roomId]?.find((message) => message.clientId === clientId)

function send(roomId: string, outgoing: Outgoing): void {
  putOutgoing(roomId, outgoing)
  const before = lastSending.get(roomId) ?? Promise.resolve()
  lastSending.set(
    roomId,
    before.then(() => deliver(roomId, outgoing)),
  )
}

async function deliver(roomId: string, outgoing: Outgoing): Promise<void> {
  // Given up, or its author has signed out, while others were on their way before it.
  if (!outgoingMessage(roomId, outgoing.clientId)) return
  try {
    const { message } = await call('sendMessage', {
      id: roomId,
      clientId: outgoing.clientId,
      body: outgoing.body,
    })
    takeMessage(message)
  } catch (error) {
    if (outgoingMessage(roomId, outgoing.clientId))
      putOutgoing(roomId, { ...outgoing, failure: sentenceFor(error) })
  }
}

/** Takes over a message that the server told of, wherever it belongs; fetches what is missing before it. */
export function takeMessage(message: Message): void {
  const { selfId } = useUsers.getState()
  if (selfId === null) return
  const taken = noteInTimeline(message)
  noteMessage(message, selfId)
  // One that fails is asked for again by the next event or connection.
  if (taken === 'gap') fetchAfter(message.roomId).catch(() => undefined)
}

/** Changes a message of one's own; throws a CallError. */
export async function editMessage(message: Message, body: string): Promise<void> {
  const edited = await call('editMessage', { id: message.roomId, messageId: message.id, body })
  takeMessage(edited.message)
}

/** Deletes a message of one's own, shown at once; comes back with a notice where that fails. */
export async function deleteMessage(message: Message): Promise<void> {
  takeMessage({ ...message, body: '', deletedAt: new Date().toISOString() })
  try {
    const deleted = await call('deleteMessage', { id: message.roomId, messageId: message.id })
    takeMessage(deleted.message)
  } catch (error) {
    takeMessage(message)
    showFailure('Your message was not deleted', sentenceFor(error))
  }
}
