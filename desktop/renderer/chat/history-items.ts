import type { Message } from '../../../api/contract/chat.ts'
import { dayKey } from '../platform/dates.ts'
import type { Outgoing, PendingChange } from './outbox.ts'

/** One row of the history. `head` rows begin a group: they show who wrote. */
export type HistoryItem =
  | { kind: 'top'; key: string; hasOlder: boolean }
  | { kind: 'day'; key: string; date: Date }
  | { kind: 'new'; key: string }
  | { kind: 'message'; key: string; head: boolean; message: Message; change?: PendingChange }
  | { kind: 'outgoing'; key: string; head: boolean; outgoing: Outgoing }

/** Messages of one person this close together, in milliseconds, stand in one group. */
const GROUP_WITHIN_MS = 5 * 60_000

interface HistoryInput {
  messages: readonly Message[]
  outgoing: readonly Outgoing[]
  /** Changes that are under way, by the id of their message. */
  changes: ReadonlyMap<string, PendingChange>
  hasOlder: boolean
  selfId: string
  /** The first unread message, before which the divider stands; null for none. */
  newFrom: number | null
}

/** The rows of a history: messages grouped by person, days separated, the divider before the first unread. */
export function historyItems(input: HistoryInput): HistoryItem[] {
  const { messages, outgoing, changes, hasOlder, selfId, newFrom } = input
  const items: HistoryItem[] = [{ kind: 'top', key: 'top', hasOlder }]
  let before: { senderId: string; date: Date } | null = null
  let divided = newFrom === null

  const startsGroup = (senderId: string, date: Date): boolean => {
    const day = dayKey(date)
    const newDay = before === null || dayKey(before.date) !== day
    if (newDay) items.push({ kind: 'day', key: `day ${day}`, date })
    const apart = before !== null && date.getTime() - before.date.getTime() > GROUP_WITHIN_MS
    const head = newDay || apart || before?.senderId !== senderId
    before = { senderId, date }
    return head
  }

  for (const message of messages) {
    const head = startsGroup(message.senderId, new Date(message.createdAt))
    const divide: boolean = !divided && newFrom !== null && message.seq >= newFrom
    if (divide) {
      items.push({ kind: 'new', key: 'new' })
      divided = true
    }
    const change = changes.get(message.id)
    const row = { kind: 'message', key: message.clientId, head: head || divide, message } as const
    items.push(change === undefined ? row : { ...row, change })
  }
  for (const message of outgoing) {
    // Clocks differ: what is on its way stands behind everything else, whatever its time.
    const head = startsGroup(selfId, new Date(message.createdAt))
    items.push({ kind: 'outgoing', key: message.clientId, head, outgoing: message })
  }
  return items
}

/** Whether `next` begins with other messages than `before`, earlier or later ones, and has the same at its end. */
export function changesInFront(before: readonly HistoryItem[], next: readonly HistoryItem[]): boolean {
  const firstMessage = before.find((item) => item.kind === 'message')
  if (!firstMessage || before.at(-1)?.key !== next.at(-1)?.key) return false
  const nextFirst = next.find((item) => item.kind === 'message')
  return nextFirst !== undefined && nextFirst.message.seq !== firstMessage.message.seq
}
