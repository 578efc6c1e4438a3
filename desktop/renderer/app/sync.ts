import type { ServerEvent } from '../../../api/contract/events.ts'
import type { User } from '../../../api/contract/session.ts'
import type { ConnectionState } from '../../bridge.ts'
import { fetchNotices, resetNotices } from '../avatar/notices.ts'
import { followPictureChanges } from '../avatar/picture-changes.ts'
import { resetDrafts } from '../chat/drafts.ts'
import { openTimeline, refreshTimeline } from '../chat/load-messages.ts'
import { resetPresence } from '../chat/presence.ts'
import { putRoom, resetRooms, setRooms, useRooms } from '../chat/rooms.ts'
import { keepOnly, resetTimelines, useTimelines } from '../chat/timelines.ts'
import { resetTyping } from '../chat/typing.ts'
import { bridge } from '../platform/bridge.ts'
import { call } from '../platform/call.ts'
import { setConnection } from '../session/connection.ts'
import { addUsers, refreshUsers, resetUsers, setSelf, useUsers } from '../session/users.ts'
import { dismissAllToasts } from '../ui/toasts.ts'
import { applyEvent } from './apply-event.ts'

/** After how long a list of rooms that could not be fetched is asked for again, in milliseconds. */
const AGAIN_MS = 3_000
/** The most people that the API gives at once. */
const PEOPLE_AT_ONCE = 100

/**
 * Fills the stores for whoever has signed in, and keeps them true: applies every event, and fetches afresh after each
 * new connection. Returns the function that stops it and forgets everything.
 */
export function startSync(user: User): () => void {
  let over = false
  let connection = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  // What is told while lists are under way is newer than they are.
  let heard: ServerEvent[] | null = null
  setSelf(user)

  const takeEvent = (event: ServerEvent): void => {
    heard?.push(event)
    applyEvent(event)
  }

  const fetchAfresh = async (number: number): Promise<void> => {
    clearTimeout(timer)
    heard = []
    try {
      // In all but the largest workspaces one page is everyone: no name or picture then comes after the others.
      const [{ rooms }, { users }] = await Promise.all([
        call('listRooms', {}),
        call('listUsers', { limit: PEOPLE_AT_ONCE }),
      ])
      if (over || number !== connection) return
      const fresh = new Set(users.map(({ id }) => id))
      refreshUsers(Object.keys(useUsers.getState().people).filter((id) => !fresh.has(id)))
      addUsers(users)
      setRooms(rooms)
      void fetchNotices()
      heard?.forEach(applyEvent)
      heard = null
      const { selectedId } = useRooms.getState()
      keepOnly(selectedId)
      if (selectedId === null) return
      if (useTimelines.getState().timelines[selectedId]) await refreshTimeline(selectedId)
      // It was opened while the server was away.
      else await openTimeline(selectedId)
    } catch {
      // Signed out, or the connection is gone again: the next one comes by itself, a busy server is asked again.
      if (!over && number === connection) timer = setTimeout(() => void fetchAfresh(number), AGAIN_MS)
    }
  }

  const takeConnection = (state: ConnectionState): void => {
    if (over) return
    setConnection(state)
    if (state.status !== 'online') {
      resetPresence()
      resetTyping()
      return
    }
    if (state.connected === connection) return
    connection = state.connected
    void fetchAfresh(connection)
  }

  const { socket } = bridge()
  const stops = [
    socket.onState(takeConnection),
    socket.onEvent(takeEvent),
    followPictureChanges((change) => ('user' in change ? addUsers([change.user]) : putRoom(change.room))),
  ]
  void socket.current().then((state) => {
    takeConnection(state)
    // Also without a socket there may be something to show.
    if (!over && state.status !== 'online') void fetchAfresh(connection)
  })

  return () => {
    over = true
    clearTimeout(timer)
    for (const stop of stops) stop()
    dismissAllToasts()
    resetUsers()
    resetNotices()
    resetRooms()
    resetTimelines()
    resetPresence()
    resetTyping()
    resetDrafts()
    setConnection({ status: 'connecting' })
  }
}
