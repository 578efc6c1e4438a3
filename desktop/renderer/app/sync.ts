import type { ServerEvent } from '../../../api/contract/events.ts'
import type { User } from '../../../api/contract/session.ts'
import type { ConnectionState, SocketNews, Unsubscribe } from '../../bridge.ts'
import { fetchNotices, resetNotices } from '../avatar/notices.ts'
import { followPictureChanges } from '../avatar/picture-changes.ts'
import { resetDraftImages } from '../chat/attachments/draft-images.ts'
import { forgetSent } from '../chat/attachments/sent-images.ts'
import { closeViewer } from '../chat/attachments/viewer.ts'
import { setDrafts } from '../chat/drafts.ts'
import { forgetFetches, openTimeline, prepareTimelines, refreshTimeline } from '../chat/load-messages.ts'
import { noteAbsence, noteCaughtUp, notifyMessage, startNotifying } from '../chat/notify.ts'
import { followOutbox, resetOutbox } from '../chat/outbox.ts'
import { resetPresence } from '../chat/presence.ts'
import { resetQuotes } from '../chat/quotes.ts'
import { putRoom, resetRooms, setRooms, useRooms } from '../chat/rooms.ts'
import { takeSettled } from '../chat/send-message.ts'
import { keepOnly, resetTimelines, useTimelines } from '../chat/timelines.ts'
import { resetTyping } from '../chat/typing.ts'
import { assertNever } from '../platform/assert-never.ts'
import { bridge } from '../platform/bridge.ts'
import { call } from '../platform/call.ts'
import { setConnection } from '../session/connection.ts'
import { closeSettings } from '../session/settings-section.ts'
import { addUsers, PEOPLE_AT_ONCE, refreshBehind, resetUsers, setSelf } from '../session/users.ts'
import { dismissAllToasts } from '../ui/toasts.ts'
import { applyEvent } from './apply-event.ts'
import { keepSnapshots, restoreSnapshot } from './snapshot.ts'

/** After how long a list of rooms that could not be fetched is asked for again, in milliseconds. */
const AGAIN_MS = 3_000

const wake = (): void => bridge().socket.wake()

/**
 * Fills the stores for whoever has signed in, and keeps them true: begins with what was known the last time, applies every event since,
 * and fetches afresh only what the server cannot tell any more. Returns the function that stops it and forgets everything.
 */
export function startSync(user: User): () => void {
  let over = false
  /** Up to where the stores know everything; null while they do not. */
  let cursor: string | null = null
  /** Up to where the socket has told. */
  let told: string | null = null
  let connection = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  // What is told while lists are under way is newer than they are.
  let heard: ServerEvent[] | null = null
  let stops: Unsubscribe[] = []

  function advance(to: string): void {
    told = to
    if (cursor !== null) cursor = to
  }

  function takeEvent(event: ServerEvent): void {
    heard?.push(event)
    applyEvent(event)
    if (event.type === 'message:created') notifyMessage(event.data.message)
    if ('cursor' in event) advance(event.cursor)
  }

  async function fetchAfresh(number: number): Promise<void> {
    clearTimeout(timer)
    cursor = null
    heard = []
    try {
      // In all but the largest workspaces one page is everyone: no name or picture then comes after the others.
      const [{ rooms }, { users, nextCursor }] = await Promise.all([
        call('listRooms', {}),
        call('listUsers', { limit: PEOPLE_AT_ONCE }),
      ])
      if (over || number !== connection) return
      void refreshBehind(users, nextCursor)
      addUsers(users)
      setRooms(rooms)
      void fetchNotices()
      heard?.forEach(applyEvent)
      heard = null
      noteCaughtUp()
      const { selectedId } = useRooms.getState()
      keepOnly(selectedId)
      if (selectedId !== null)
        // Where it is not loaded it was opened while the server was away.
        await (useTimelines.getState().timelines[selectedId]
          ? refreshTimeline(selectedId)
          : openTimeline(selectedId))
      if (over || number !== connection) return
      cursor = told
      void prepareTimelines()
    } catch {
      // Signed out, or the connection is gone again: the next one comes by itself, a busy server is asked again.
      if (!over && number === connection) timer = setTimeout(() => void fetchAfresh(number), AGAIN_MS)
    }
  }

  function takeConnection(state: ConnectionState): void {
    setConnection(state)
    if (state.status !== 'online') {
      noteAbsence()
      resetPresence()
      resetTyping()
      // Also without a socket there may be something to show.
      if (state.status === 'offline' && !useRooms.getState().loaded && heard === null)
        void fetchAfresh(connection)
      return
    }
    connection = state.connected
    if (state.replay === 'complete' && cursor !== null) {
      void prepareTimelines()
      return
    }
    told = state.cursor
    void fetchAfresh(connection)
  }

  function hear(news: SocketNews[]): void {
    if (over) return
    for (const one of news)
      switch (one.kind) {
        case 'state':
          takeConnection(one.state)
          break
        case 'event':
          takeEvent(one.event)
          break
        case 'reached':
          advance(one.cursor)
          noteCaughtUp()
          break
        default:
          assertNever(one)
      }
  }

  async function begin(): Promise<void> {
    // Without what was known the start is only slower.
    const known = await bridge()
      .snapshot.read()
      .catch(() => null)
    if (over) return
    if (known !== null) {
      restoreSnapshot(known)
      cursor = known.cursor
    }
    setSelf(user)
    stops = [
      keepSnapshots(() => cursor),
      followPictureChanges((change) => ('user' in change ? addUsers([change.user]) : putRoom(change.room))),
      followOutbox(takeSettled),
      startNotifying(),
      bridge().socket.listen({ cursor }, hear),
    ]
    if (known !== null) void fetchNotices()
  }

  window.addEventListener('online', wake)
  void begin()

  return () => {
    over = true
    clearTimeout(timer)
    window.removeEventListener('online', wake)
    for (const stop of stops) stop()
    dismissAllToasts()
    closeSettings()
    resetUsers()
    resetNotices()
    resetRooms()
    resetTimelines()
    forgetFetches()
    resetOutbox()
    resetQuotes()
    resetPresence()
    resetTyping()
    setDrafts({})
    resetDraftImages()
    forgetSent()
    closeViewer()
    setConnection({ status: 'connecting' })
  }
}
