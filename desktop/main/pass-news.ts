import type { SocketNews } from '../bridge.ts'
import type { Socket } from './socket.ts'

/**
 * Passes the socket's news on to whichever page listens, in their order. What comes in one turn goes out as one, so that a page draws
 * once for it, however much was missed. Returns the function by which a page begins to listen, from a cursor on.
 */
export function passNews(
  socket: Pick<Socket, 'on' | 'listen'>,
  tell: (listener: string, news: SocketNews[]) => void,
): (listener: string, cursor: string | null) => void {
  let current: string | null = null
  let portion: SocketNews[] | null = null

  function pass(news: SocketNews): void {
    if (portion !== null) portion.push(news)
    else if (current !== null) begin(current, [news])
  }

  function begin(listener: string, news: SocketNews[]): void {
    portion = news
    queueMicrotask(() => {
      if (portion === news) portion = null
      tell(listener, news)
    })
  }

  socket.on('state', (state) => pass({ kind: 'state', state }))
  socket.on('event', (event) => pass({ kind: 'event', event }))
  socket.on('reached', (cursor) => pass({ kind: 'reached', cursor }))

  return (listener, cursor) => {
    current = listener
    // What comes from now on is for this page alone.
    portion = null
    socket.listen(cursor)
  }
}
