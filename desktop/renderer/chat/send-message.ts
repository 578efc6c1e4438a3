import type { Message } from '../../../api/contract/chat.ts'
import type { StagedImage } from '../../bridge.ts'
import { useUsers } from '../session/users.ts'
import { rememberSent } from './attachments/sent-images.ts'
import { fetchAfter } from './load-messages.ts'
import { addToOutbox, changeAskedAt, keepHere, letGo, rewriteEntry, useOutbox } from './outbox.ts'
import { noteMessage } from './rooms.ts'
import { addPage, noteInTimeline, useTimelines } from './timelines.ts'

/** What a message is made of: its text, which may be empty beside images, and the message that it answers. */
interface Words {
  body: string
  images?: readonly StagedImage[]
  answered?: Message | null
}

/** Shows a message at once and has it sent, now or as soon as that can be. */
export function sendMessage(roomId: string, { body, images = [], answered = null }: Words): void {
  const replyTo = answered && { id: answered.id, seq: answered.seq, senderId: answered.senderId }
  const clientId = crypto.randomUUID()
  rememberSent(clientId, images)
  addToOutbox({ kind: 'send', roomId, clientId, body, replyTo, images: [...images] })
}

/** Takes over a message that the server told of, wherever it belongs; fetches what is missing before it. */
export function takeMessage(message: Message): void {
  const { selfId } = useUsers.getState()
  if (selfId === null) return
  const taken = noteInTimeline(message)
  noteMessage(message, selfId)
  if (taken === 'taken') letGo(message.clientId)
  // One that fails is asked for again by the next event or connection.
  else
    fetchAfter(message.roomId)
      .catch(() => undefined)
      .finally(() => letGo(message.clientId))
}

/** Takes over a message that the outbox has got done; a new one stays in sight as one on its way until those before it have come. */
export function takeSettled(message: Message): void {
  const entry = useOutbox.getState().kept.find(({ id }) => id === message.clientId)
  const isKnown = findMessage(message) !== undefined
  // What the event told of a new message may be newer than the answer.
  if (entry && isKnown) return
  if (entry) keepHere(entry)
  if (isKnown) takeChanged(message)
  else takeMessage(message)
}

/** Takes over the answer to a change, unless an event has told of the message since that was asked for: then it tells the rest, too. */
function takeChanged(message: Message): void {
  const { selfId } = useUsers.getState()
  if (selfId === null) return
  addPage(message.roomId, [message], {}, changeAskedAt(message.id))
  noteMessage(findMessage(message) ?? message, selfId)
}

const findMessage = ({ roomId, id }: Message): Message | undefined =>
  useTimelines.getState().timelines[roomId]?.messages.find((message) => message.id === id)

/** Changes a message of one's own, shown at once. */
export function editMessage({ roomId, id }: Message, body: string): void {
  addToOutbox({ kind: 'edit', roomId, messageId: id, body })
}

/** Changes a message that is on its way; should it have arrived meanwhile, it is changed there. */
export async function editOutgoing(roomId: string, clientId: string, body: string): Promise<void> {
  if (await rewriteEntry(clientId, body)) return
  const messages = useTimelines.getState().timelines[roomId]?.messages ?? []
  const sent = messages.find((message) => message.clientId === clientId)
  if (sent) editMessage(sent, body)
}

/** Deletes a message of one's own, shown at once; comes back with a notice where the server refuses. */
export function deleteMessage({ roomId, id }: Message): void {
  addToOutbox({ kind: 'delete', roomId, messageId: id })
}

/** Reacts to a message, or takes that back; shown at once. */
export function react({ roomId, id }: Message, emoji: string, on: boolean): void {
  addToOutbox({ kind: 'react', roomId, messageId: id, emoji, on })
}
