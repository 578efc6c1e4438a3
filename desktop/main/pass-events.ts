import type { ServerEvent } from '../../api/contract/events.ts'
import type { Socket } from './socket.ts'

/** How many events are held for a page that has yet to load; where there are more, the connection begins anew instead. */
const MAX_HELD = 1_000

/**
 * Passes the socket's events on to the page with `tell`, and holds them back until the page listens: who is online is told
 * only at the beginning of a connection, and a page that loads, or loads again, must not miss it. Returns the function with
 * which the page says that it listens; called again, it begins a new connection, since another page heard this one's beginning.
 */
export function passEvents(
  socket: Pick<Socket, 'on' | 'reconnect' | 'state'>,
  tell: (event: ServerEvent) => void,
): () => void {
  let listening = false
  // All that the connection has told so far; null where that is not to be had any more.
  let held: ServerEvent[] | null = null

  socket.on('state', ({ status }) => {
    if (status === 'online') held = listening ? null : []
  })
  socket.on('event', (event) => {
    if (listening) tell(event)
    else if (held !== null && held.length < MAX_HELD) held.push(event)
    else held = null
  })

  return () => {
    const waiting = held
    listening = true
    held = null
    // Whatever is not online yet has told nothing yet.
    if (socket.state.status !== 'online') return
    if (waiting === null) socket.reconnect()
    else for (const event of waiting) tell(event)
  }
}
