import { EventEmitter, once } from 'node:events'
import WebSocket, { type ClientOptions } from 'ws'
import { serverFrame, type ServerFrame } from '../../api/contract/events.ts'

type FrameOf<Type extends ServerFrame['type']> = Extract<ServerFrame, { type: Type }>

/** One device on the socket: keeps every frame that it hears, each checked against the contract. */
export class Listener {
  readonly frames: ServerFrame[] = []
  readonly socket: WebSocket
  closed: { code: number; reason: string } | null = null
  readonly #news = new EventEmitter().setMaxListeners(0)

  private constructor(socket: WebSocket) {
    this.socket = socket
    socket.on('message', (data) => {
      this.frames.push(serverFrame.parse(JSON.parse(Buffer.isBuffer(data) ? data.toString('utf8') : '')))
      this.#news.emit('news')
    })
    socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() }
      this.#news.emit('news')
    })
    socket.on('error', () => {})
  }

  /** Connects and waits for `hello`. */
  static async connect(
    url: string,
    token: string,
    query = '',
    options: ClientOptions = {},
  ): Promise<Listener> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws${query}`, {
      ...options,
      headers: { authorization: `Bearer ${token}` },
    })
    const listener = new Listener(socket)
    await once(socket, 'open')
    await listener.next('hello')
    return listener
  }

  /** The first frame of a type that fulfils a condition, come already or still to come; throws when the socket closes, or after 10 s. */
  async next<Type extends ServerFrame['type']>(
    type: Type,
    where: (frame: FrameOf<Type>) => boolean = () => true,
  ): Promise<FrameOf<Type>> {
    const find = (): FrameOf<Type> | undefined =>
      this.frames.filter((frame): frame is FrameOf<Type> => frame.type === type).find(where)
    const deadline = AbortSignal.timeout(10_000)
    for (;;) {
      const frame = find()
      if (frame !== undefined) return frame
      if (this.closed !== null) throw new Error(`closed with ${this.closed.code} before ${type} came`)
      await once(this.#news, 'news', { signal: deadline }).catch(() => {
        throw new Error(`no ${type} came; heard: ${JSON.stringify(this.frames.slice(-50))}`)
      })
    }
  }

  /** Every frame of a type so far. */
  all<Type extends ServerFrame['type']>(type: Type): Array<FrameOf<Type>> {
    return this.frames.filter((frame): frame is FrameOf<Type> => frame.type === type)
  }

  /** Forgets what it has heard, so that `next` waits for something new. */
  forget(): void {
    this.frames.length = 0
  }

  send(frame: unknown): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame))
  }

  /**
   * Passes a ping through the socket: then the server has read every frame that was sent here before, and everything that it
   * had sent by then has been heard. Events of changes may still be on their way; `TestApp.everythingTold` waits for those.
   */
  async settled(): Promise<void> {
    const before = this.all('pong').length
    this.send({ type: 'ping' })
    await this.next('pong', () => this.all('pong').length > before)
  }

  async waitForClose(): Promise<{ code: number; reason: string }> {
    const deadline = AbortSignal.timeout(10_000)
    while (this.closed === null) await once(this.#news, 'news', { signal: deadline })
    return this.closed ?? { code: 0, reason: '' }
  }

  async close(): Promise<void> {
    if (this.closed !== null) return
    this.socket.resume()
    this.socket.close()
    await this.waitForClose()
  }
}
