import { once } from 'node:events'
import WebSocket from 'ws'
import { serverFrame, type ServerFrame } from '../../api/contract/events.ts'

type FrameOf<Type extends ServerFrame['type']> = Extract<ServerFrame, { type: Type }>

/** One device on the socket: keeps every frame that it hears, each checked against the contract. */
export class Listener {
  readonly frames: ServerFrame[] = []
  readonly socket: WebSocket
  closed: { code: number; reason: string } | null = null

  private constructor(socket: WebSocket) {
    this.socket = socket
    socket.on('message', (data) => {
      this.frames.push(serverFrame.parse(JSON.parse(Buffer.isBuffer(data) ? data.toString('utf8') : '')))
    })
    socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() }
    })
    socket.on('error', () => {})
  }

  /** Connects and waits for `hello`. */
  static async connect(url: string, token: string, query = ''): Promise<Listener> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws${query}`, {
      headers: { authorization: `Bearer ${token}` },
    })
    const listener = new Listener(socket)
    await once(socket, 'open')
    await listener.next('hello')
    return listener
  }

  /** The first frame of a type that fulfils a condition, come already or still to come; throws after 5 s. */
  async next<Type extends ServerFrame['type']>(
    type: Type,
    where: (frame: FrameOf<Type>) => boolean = () => true,
  ): Promise<FrameOf<Type>> {
    const find = (): FrameOf<Type> | undefined =>
      this.frames.filter((frame): frame is FrameOf<Type> => frame.type === type).find(where)
    const deadline = AbortSignal.timeout(5_000)
    for (;;) {
      const frame = find()
      if (frame !== undefined) return frame
      await once(this.socket, 'message', { signal: deadline }).catch(() => {
        throw new Error(`no ${type} came; heard: ${JSON.stringify(this.frames)}`)
      })
    }
  }

  /** Every frame of a type so far. */
  all<Type extends ServerFrame['type']>(type: Type): Array<FrameOf<Type>> {
    return this.frames.filter((frame): frame is FrameOf<Type> => frame.type === type)
  }

  send(frame: unknown): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame))
  }

  /**
   * Waits until everything that was committed before has been heard: passes a ping through the socket.
   * What the server sends of itself before its pong has come then, too.
   */
  async settled(): Promise<void> {
    const before = this.all('pong').length
    this.send({ type: 'ping' })
    await this.next('pong', () => this.all('pong').length > before)
  }

  async waitForClose(): Promise<{ code: number; reason: string }> {
    if (this.closed === null) await once(this.socket, 'close', { signal: AbortSignal.timeout(10_000) })
    return this.closed ?? { code: 0, reason: '' }
  }

  async close(): Promise<void> {
    if (this.closed !== null) return
    this.socket.close()
    await this.waitForClose()
  }
}
