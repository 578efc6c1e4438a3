import { create } from 'zustand'
import type { Message, Reaction } from '../../../api/contract/chat.ts'
import type { OutboxAction, OutboxEntry, OutboxProgress, StagedImage, Unsubscribe } from '../../bridge.ts'
import { bridge } from '../platform/bridge.ts'
import { CallError } from '../platform/call.ts'
import { sentenceFor } from '../platform/sentences.ts'
import { t } from '../platform/texts.ts'
import { showFailure } from '../ui/toasts.ts'
import { useRooms } from './rooms.ts'
import { now } from './timelines.ts'

interface Outbox {
  /** What main keeps, in its order. */
  kept: readonly OutboxEntry[]
  /** What main is about to take over, or has got done while the history has yet to show it. */
  here: readonly OutboxEntry[]
}

const empty: Outbox = { kept: [], here: [] }

/** What has been said and done and the server has not taken yet. */
export const useOutbox = create<Outbox>(() => empty)

const set = useOutbox.setState

/** Forgets everything here; main keeps what it has: for signing out. */
export function resetOutbox(): void {
  set(empty, true)
  changedAt.clear()
}

/** The moment, as timelines count them, at which each change of a message was asked for here. */
const changedAt = new Map<string, number>()

/** The moment before which whatever was told of a message is older than the answer to its change that is next in line. */
export function changeAskedAt(messageId: string): number {
  const { kept, here } = useOutbox.getState()
  const next = [...kept, ...here].find(
    ({ action }) => 'messageId' in action && action.messageId === messageId,
  )
  return (next && changedAt.get(next.id)) ?? 0
}

/** Follows main's outbox; `onSettled` hears each message that the server took or changed. Returns the function that stops it. */
export function followOutbox(onSettled: (message: Message) => void): Unsubscribe {
  const { outbox } = bridge()
  let told = false
  const take = (kept: readonly OutboxEntry[]): void => {
    told = true
    giveUpUnseen(kept)
    set({ kept })
  }
  const stops = [outbox.onChange(take), outbox.onSettled(onSettled)]
  void outbox.list().then((kept) => told || take(kept))
  return () => {
    for (const stop of stops) stop()
  }
}

/** Has something done, however long it takes; it shows at once. */
export function addToOutbox(action: OutboxAction): void {
  // A message is named by the id that makes it one, however often it is sent.
  const id = action.kind === 'send' ? action.clientId : crypto.randomUUID()
  if ('messageId' in action) changedAt.set(id, now())
  keepHere({ id, createdAt: new Date().toISOString(), action, progress: { status: 'sending' } })
  void bridge()
    .outbox.add({ id, action })
    .then((answer) => {
      if (!answer.ok) showFailure(t('chat.outbox.notTaken'), sentenceFor(new CallError(answer.error)))
      letGo(id)
    })
}

/** Keeps an entry in sight that main does not list, or will not for much longer. */
export function keepHere(entry: OutboxEntry): void {
  set(({ here }) => ({ here: [...here.filter(({ id }) => id !== entry.id), entry] }))
}

/** No longer keeps an entry in sight by itself. */
export function letGo(entryId: string): void {
  set(({ here }) => ({ here: here.filter(({ id }) => id !== entryId) }))
}

/** Changes the text of a message that is not sent yet; false where it has been meanwhile. */
export async function rewriteEntry(id: string, body: string): Promise<boolean> {
  const answer = await bridge().outbox.rewrite({ id, body })
  return answer.ok && answer.value
}

/** Tries again what was refused. */
export const retryEntry = (id: string): void => void bridge().outbox.retry({ id })

/** Gives an entry up. */
export function discardEntry(id: string): void {
  letGo(id)
  void bridge().outbox.discard({ id })
}

/** What was refused and nobody would see is told, and given up: a deletion, a reaction, and whatever was for a room that is gone. */
function giveUpUnseen(entries: readonly OutboxEntry[]): void {
  const { loaded, rooms } = useRooms.getState()
  for (const { id, action, progress } of entries) {
    const isUnseen =
      action.kind === 'delete' || action.kind === 'react' || (loaded && rooms[action.roomId] === undefined)
    if (progress.status !== 'failed' || !isUnseen) continue
    showFailure(
      t(`chat.outbox.refused.${action.kind}`, { what: whatOf(action) }),
      sentenceFor(new CallError(progress.failure)),
    )
    discardEntry(id)
  }
}

const whatOf = (action: OutboxAction): string =>
  'body' in action && action.body !== ''
    ? t('chat.outbox.quoted', { text: action.body.slice(0, 60) })
    : t('chat.outbox.yourMessage')

/** A message that the server has not taken yet. */
export interface Outgoing {
  /** Also its entry's id. */
  clientId: string
  body: string
  images: readonly StagedImage[]
  replyTo: Message['replyTo']
  createdAt: string
  progress: OutboxProgress
}

/** The messages that wait to be sent to a room, in their order, without those that the history shows already. */
export function outgoingOf({ kept, here }: Outbox, roomId: string, shown: readonly Message[]): Outgoing[] {
  const entries = [...kept, ...here.filter(({ id }) => !kept.some((entry) => entry.id === id))]
  return entries.flatMap(({ action, createdAt, progress }) => {
    if (action.kind !== 'send' || action.roomId !== roomId) return []
    const { clientId, body, images, replyTo } = action
    if (shown.some((message) => message.clientId === clientId)) return []
    return [{ clientId, body, images, replyTo, createdAt, progress }]
  })
}

/** A change to a message that the server has not made yet. */
export interface PendingChange {
  entryId: string
  /** The text it is to have; null where it is to be deleted. */
  body: string | null
  progress: OutboxProgress
}

/** The changes that wait in a room, by the id of their message; of several the last holds. */
export function changesOf({ kept, here }: Outbox, roomId: string): ReadonlyMap<string, PendingChange> {
  const changes = new Map<string, PendingChange>()
  for (const { id, action, progress } of [...kept, ...here]) {
    if (action.roomId !== roomId) continue
    if (action.kind === 'edit') changes.set(action.messageId, { entryId: id, body: action.body, progress })
    if (action.kind === 'delete') changes.set(action.messageId, { entryId: id, body: null, progress })
  }
  return changes
}

/** The reactions to a message as they will be once what waits has been done. */
export function reactionsOf(
  { kept, here }: Outbox,
  { id, reactions }: Message,
  selfId: string,
): readonly Reaction[] {
  return [...kept, ...here].reduce<readonly Reaction[]>(
    (before, { action }) =>
      action.kind === 'react' && action.messageId === id
        ? withOwn(before, action.emoji, selfId, action.on)
        : before,
    reactions,
  )
}

function withOwn(
  reactions: readonly Reaction[],
  emoji: string,
  selfId: string,
  on: boolean,
): readonly Reaction[] {
  const known = reactions.find((reaction) => reaction.emoji === emoji)
  if ((known?.userIds.includes(selfId) ?? false) === on) return reactions
  if (!known) return [...reactions, { emoji, userIds: [selfId] }]
  const userIds = on ? [...known.userIds, selfId] : known.userIds.filter((userId) => userId !== selfId)
  return reactions
    .map((reaction) => (reaction === known ? { emoji, userIds } : reaction))
    .filter((reaction) => reaction.userIds.length > 0)
}

/** How many messages and changes wait, refused ones among them; what was read does not count. */
export const countUnsent = ({ kept, here }: Outbox): number =>
  new Set([...kept, ...here].filter(({ action }) => action.kind !== 'read').map(({ id }) => id)).size
