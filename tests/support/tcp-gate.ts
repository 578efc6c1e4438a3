import { EventEmitter, once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { Transform, type TransformCallback } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'

/** A gate between a program and a server, which a test can shut: a network that fails, in earnest. */
export interface TcpGate {
  /** The server's address as seen through the gate. */
  readonly url: string
  /** How many connections go through it now. */
  readonly open: number
  /** Cuts every connection and takes no new ones. */
  shut(): void
  /** Cuts every connection; new ones are taken, and nothing ever comes through. */
  silence(): void
  /** Leaves every connection as it is and takes new ones, but nothing comes through, not even that one side has gone. */
  stall(): void
  /** Cuts each connection with this probability; the others go on. */
  cutSome(probability: number): void
  /** Lets each piece of what goes through wait, in its order, for up to so many milliseconds. */
  delay(upToMs: number): void
  /** Everything goes through again; what was stalled goes on where it was. */
  reopen(): void
  close(): Promise<void>
}

/** Opens a gate to the server that `target` names with host and port. */
export async function openGate(target: string): Promise<TcpGate> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  const reopened = new EventEmitter().setMaxListeners(0)
  let state: 'open' | 'shut' | 'silent' | 'stalled' = 'open'
  let delayMs = 0

  async function passable(): Promise<void> {
    if (delayMs > 0) await delay(Math.random() * delayMs)
    if (state !== 'stalled') return
    await once(reopened, 'open')
    // It may have been stalled again by then.
    return passable()
  }

  /** One direction of a connection: everything in its order, when the gate lets it. */
  class Passage extends Transform {
    override _transform(piece: Buffer, _: BufferEncoding, done: TransformCallback): void {
      if (state === 'open' && delayMs === 0) return done(null, piece)
      void this.#whenPassable(() => done(null, piece))
    }

    override _flush(done: TransformCallback): void {
      void this.#whenPassable(done)
    }

    async #whenPassable(pass: () => void): Promise<void> {
      await passable()
      pass()
    }
  }

  const server = createServer((near) => {
    if (state === 'shut') return near.resetAndDestroy()
    if (state === 'silent') {
      sockets.add(near.on('error', () => near.destroy()).on('close', () => sockets.delete(near)))
      return
    }
    const far = connect(Number(port), hostname)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        void (state === 'stalled' ? once(reopened, 'open') : Promise.resolve()).then(() => {
          near.destroy()
          far.destroy()
        })
      })
    }
    near.pipe(new Passage()).pipe(far).pipe(new Passage()).pipe(near)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')

  function enter(next: typeof state): void {
    state = next
    if (state === 'open') reopened.emit('open')
  }

  function cut(next: typeof state): void {
    enter(next)
    for (const socket of sockets) socket.resetAndDestroy()
  }

  const through = new URL(target)
  through.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    // As `target` is written: without a slash at the end.
    url: through.href.replace(/\/$/, ''),
    get open() {
      return sockets.size / 2
    },
    shut: () => cut('shut'),
    silence: () => cut('silent'),
    stall: () => enter('stalled'),
    cutSome(probability) {
      for (const socket of sockets) if (Math.random() < probability) socket.resetAndDestroy()
    },
    delay(upToMs) {
      delayMs = upToMs
    },
    reopen() {
      // What was taken in silence stays silent: it goes.
      if (state === 'silent') cut('open')
      enter('open')
    },
    async close() {
      enter('open')
      for (const socket of sockets) socket.destroy()
      const closed = once(server, 'close')
      server.close()
      await closed
    },
  }
}
