import { ArrowDown } from 'lucide-react'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { Virtualizer, type VirtualizerHandle } from 'virtua'
import type { Message, Room } from '../../../api/contract/chat.ts'
import { t } from '../platform/texts.ts'
import { UNKNOWN_NAME, useSelfId, useUser } from '../session/useUser.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { historyItems, changesInFront, type HistoryItem } from './history-items.ts'
import styles from './History.module.css'
import { HistoryRow } from './HistoryRow.tsx'
import { arrive, jumpToEnd, useJump, type Jump } from './jump.ts'
import { fetchLatest, loadNewer, loadOlder, returnToPresent } from './load-messages.ts'
import { changesOf, outgoingOf, useOutbox } from './outbox.ts'
import { messageWords } from './message-words.ts'
import { plainText } from './plain-text.ts'
import { deleteMessage } from './send-message.ts'
import { useTimelines } from './timelines.ts'
import { useReading } from './useReading.ts'

interface HistoryProps {
  room: Room
  /** The `clientId` of the message that is being changed; null for none. */
  editingId: string | null
  onEdit: (clientId: string) => void
  onEditEnd: () => void
  onReply: (message: Message) => void
}

/** Nearer than this to its end, in pixels, the history counts as read to the end and follows what comes. */
const NEAR_END = 32
/** For how long the message that was jumped to stands out, in milliseconds. */
const LANDED_MS = 2_000
/** Nearer than this to its beginning, in pixels, the page before is fetched. */
const NEAR_START = 600
const NO_MESSAGES: readonly Message[] = []

/** The messages of a room: virtualised, at its end to begin with, growing upwards page by page. */
export function History({ room, editingId, onEdit, onEditEnd, onReply }: HistoryProps) {
  const selfId = useSelfId()
  const timeline = useTimelines((state) => state.timelines[room.id])
  const outbox = useOutbox()
  const messages = timeline?.messages ?? NO_MESSAGES
  // Before anything is loaded only what is being sent shows, and that is not the room's beginning.
  const hasOlder = timeline?.hasOlder ?? true
  const hasNewer = timeline?.hasNewer ?? false
  const [atEnd, setAtEnd] = useState(true)
  const { newFrom, unseen } = useReading(room, messages, atEnd && !hasNewer)
  const [deleting, setDeleting] = useState<Message | null>(null)

  const outgoing = useMemo(() => outgoingOf(outbox, room.id, messages), [outbox, room.id, messages])
  const changes = useMemo(() => changesOf(outbox, room.id), [outbox, room.id])
  const items = useMemo(
    () => historyItems({ messages, outgoing, changes, hasOlder, selfId, newFrom }),
    [messages, outgoing, changes, hasOlder, selfId, newFrom],
  )
  const scroller = useRef<HTMLDivElement>(null)
  const list = useRef<VirtualizerHandle>(null)
  const follow = useRef(true)
  const sending = outgoing.length
  const shift = useShift(items)
  const jump = useJump((state) => (state.jump?.roomId === room.id ? state.jump : null))
  const jumped = useRef<Jump | null>(null)

  // Who comes back finds the room at its end.
  useEffect(() => () => loadQuietly(returnToPresent(room.id)), [room.id])
  // Sending goes to the end, wherever one was reading.
  useLayoutEffect(() => {
    if (sending === 0) return
    follow.current = true
    if (hasNewer) loadQuietly(fetchLatest(room.id))
  }, [sending, hasNewer, room.id])
  // Goes to the message that a jump named, once its row is there.
  useLayoutEffect(() => {
    if (jump?.seq === 'end') {
      follow.current = true
      list.current?.scrollToIndex(items.length - 1, { align: 'end' })
      arrive(jump)
      return
    }
    const index = items.findIndex((item) => item.kind === 'message' && item.message.seq === jump?.seq)
    if (jump === null || index === -1 || jumped.current === jump) return
    jumped.current = jump
    follow.current = false
    list.current?.scrollToIndex(index, { align: 'center' })
    setTimeout(() => arrive(jump), LANDED_MS)
  }, [jump, items])
  // What is at the end stays there when rows come.
  useLayoutEffect(() => {
    if (follow.current && !hasNewer) list.current?.scrollToIndex(items.length - 1, { align: 'end' })
  }, [items, hasNewer])

  // Nor does it leave when rows grow after they were measured: in a narrower window, by a picture, by a reaction.
  useEffect(() => {
    const view = scroller.current
    const rows = view?.lastElementChild
    if (!view || !rows || hasNewer) return undefined
    const observer = new ResizeObserver(() => {
      if (follow.current) view.scrollTop = view.scrollHeight
    })
    observer.observe(rows)
    return () => observer.disconnect()
  }, [hasNewer])

  function handleScroll(offset: number): void {
    const view = scroller.current
    if (!view) return
    // Of the element, not of the list: that one learns of a new window size only after the scroll it caused.
    const near = view.scrollHeight - view.scrollTop - view.clientHeight <= NEAR_END
    follow.current = near && !hasNewer
    setAtEnd(near)
    if (offset < NEAR_START) loadQuietly(loadOlder(room.id))
    if (view.scrollHeight - view.scrollTop - view.clientHeight < NEAR_START) loadQuietly(loadNewer(room.id))
  }

  function handleResize(): void {
    const handle = list.current
    if (!handle) return
    if (follow.current && !hasNewer) handle.scrollToIndex(items.length - 1, { align: 'end' })
    // A first page that does not fill the window offers nothing to scroll.
    if (hasOlder && handle.scrollSize <= handle.viewportSize + NEAR_START) loadQuietly(loadOlder(room.id))
  }

  const editingIndex = items.findIndex(({ key }) => key === editingId)

  return (
    <div className={styles.frame}>
      <div
        ref={scroller}
        className={styles.scroller}
        role="log"
        aria-label={t('chat.message.list')}
        // Rows that scroll into view are no news.
        aria-live="off"
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- so that the keyboard can scroll it
        tabIndex={0}
      >
        <div className={styles.filler} />
        <Virtualizer
          ref={list}
          data={items}
          scrollRef={scroller}
          shift={shift}
          keepMounted={editingIndex === -1 ? [] : [editingIndex]}
          onScroll={handleScroll}
          onResize={handleResize}
        >
          {(item) => (
            <HistoryRow
              key={item.key}
              item={item}
              room={room}
              editing={item.key === editingId}
              landed={item.kind === 'message' && item.message.seq === jump?.seq}
              onReply={onReply}
              onEdit={onEdit}
              onEditEnd={onEditEnd}
              onDelete={setDeleting}
            />
          )}
        </Virtualizer>
      </div>
      <Announcer message={messages.at(-1)} />
      {(!atEnd || hasNewer) && (
        <button
          type="button"
          className={unseen > 0 ? styles.pill : styles.jump}
          aria-label={unseen > 0 ? undefined : t('chat.message.toLatest')}
          onClick={() => void jumpToEnd(room.id)}
        >
          {unseen > 0 && t('chat.message.newMessages', { count: unseen })}
          <ArrowDown size={16} aria-hidden="true" />
        </button>
      )}
      <ConfirmDialog
        open={deleting !== null}
        title={t('chat.message.deleteTitle')}
        description={t('chat.message.deleteAbout')}
        action={t('chat.message.deleteAction')}
        onConfirm={() => {
          if (deleting) deleteMessage(deleting)
          setDeleting(null)
        }}
        onCancel={() => setDeleting(null)}
      />
    </div>
  )
}

/** Reads out what others write while the room is open, and not what was there before. */
function Announcer({ message }: { message: Message | undefined }) {
  const selfId = useSelfId()
  const [firstSeq] = useState(message?.seq ?? 0)
  const name = useUser(message?.senderId)?.displayName ?? UNKNOWN_NAME
  const isNew = message && message.seq > firstSeq && message.senderId !== selfId && !message.deletedAt
  return (
    <div className="visually-hidden" aria-live="polite">
      {isNew && `${name}: ${plainText(messageWords(message))}`}
    </div>
  )
}

/** A page that does not come is asked for again by the next scroll. */
const loadQuietly = (page: Promise<void>) => void page.catch(() => undefined)

/** Whether the rows came about by putting some in front of those before, or taking some away there: the view then stays where it is. */
function useShift(items: readonly HistoryItem[]): boolean {
  const [state, setState] = useState({ items, shift: false })
  if (state.items === items) return state.shift
  const next = { items, shift: changesInFront(state.items, items) }
  setState(next)
  return next.shift
}
