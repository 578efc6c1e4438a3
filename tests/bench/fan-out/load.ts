import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/*
 * The load client, a process of its own: raw TCP sockets that upgrade by hand and do nothing but count frames, so that it is
 * not what is measured. Its parent sends orders, and gets one answer to each.
 */

/** What the load client is told to do. */
export type Order =
  /** Connect `count` sockets, say `first` on each, and wait until each has heard `greetings` text frames. */
  | { do: 'connect'; port: number; path: string; count: number; greetings: number; first: string | null }
  /** Ask the server to publish, and wait until every socket has heard `events` text frames. */
  | { do: 'publish'; path: string; events: number }
  /** Wait until every socket has been pinged so many times. */
  | { do: 'wait'; pings: number }

/**
 * How long it took, and how much of that the load client itself was computing, in milliseconds, and how many bytes the sockets received
 * and sent; or why it could not be done.
 */
export type Answer = { ms: number; cpuMs: number; received: number; sent: number } | { error: string }

const AT_ONCE = 50
const PATIENCE_MS = 60_000
const TEXT = 1
const PING = 9
/** An empty pong, masked with zeros. */
const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0])

/** What all sockets read into, one after the other: nothing of it is kept. */
const shared = Buffer.alloc(256 * 1024)

/** Counts up to where it is awaited. */
class Count {
  #reached = 0
  #awaited = 0
  #onReached: () => void = () => {}

  add(): void {
    this.#reached += 1
    if (this.#reached === this.#awaited) this.#onReached()
  }

  get complete(): boolean {
    return this.#reached === this.#awaited
  }

  /** Resolves after so many more; what came before they were awaited is one too many. */
  more(count: number): Promise<void> {
    if (!this.complete) throw new Error('Other frames have come than were told.')
    this.#awaited += count
    return new Promise((resolve) => {
      this.#onReached = resolve
    })
  }
}

/** One peer: counts the text frames that have come whole, and answers pings. */
class Peer {
  readonly texts = new Count()
  onUpgraded: () => void = () => {}
  onPing: () => void = () => {}
  #upgraded = false
  #left = 0
  #opcode = 0
  /** The beginning of what has not come whole: the answer to the upgrade, or a frame's header. */
  #begun: Buffer = Buffer.alloc(0)

  read(chunk: Buffer): void {
    let bytes = chunk
    if (this.#begun.length > 0) {
      bytes = Buffer.concat([this.#begun, chunk])
      this.#begun = Buffer.alloc(0)
    }
    const at = this.#upgraded ? 0 : this.#readUpgrade(bytes)
    if (this.#upgraded) this.#walk(bytes, at)
  }

  #readUpgrade(bytes: Buffer): number {
    const end = bytes.indexOf('\r\n\r\n')
    if (end === -1) this.#begun = Buffer.from(bytes)
    else if (!bytes.toString('latin1', 0, 12).endsWith('101'))
      throw new Error(`The server refused: ${bytes.toString('latin1', 0, end)}`)
    else {
      this.#upgraded = true
      this.onUpgraded()
    }
    return end + 4
  }

  #walk(bytes: Buffer, from: number): void {
    let at = from
    while (at < bytes.length || this.#left > 0) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, bytes.length - at)
        if (taken === 0) return
        at += taken
        this.#left -= taken
      } else {
        const short = (bytes[at + 1] ?? 0) & 0x7f
        const header = short < 126 ? 2 : short === 126 ? 4 : 10
        if (at + header > bytes.length) {
          this.#begun = Buffer.from(bytes.subarray(at))
          return
        }
        this.#opcode = (bytes[at] ?? 0) & 0x0f
        this.#left =
          header === 2 ? short : header === 4 ? bytes.readUInt16BE(at + 2) : bytes.readUInt32BE(at + 6)
        at += header
      }
      if (this.#left === 0 && this.#opcode === TEXT) this.texts.add()
      if (this.#left === 0 && this.#opcode === PING) this.onPing()
    }
  }
}

const peers: Peer[] = []
let received = 0
let sent = 0
let control: Socket | null = null
let port = 0
/** Of all sockets together. */
let pings = new Count()

async function connectAll(order: Extract<Order, { do: 'connect' }>): Promise<void> {
  port = order.port
  while (peers.length < order.count) {
    const some = Math.min(AT_ONCE, order.count - peers.length)
    await Promise.all(Array.from({ length: some }, () => connectPeer(order)))
  }
  if (control === null) await openControl()
}

/** Opens the connection over which the server is asked to publish, anew when the server finds that it was silent for too long. */
async function openControl(): Promise<void> {
  control = connect(port, '127.0.0.1')
  control.setNoDelay(true)
  control.resume()
  await once(control, 'connect')
  control.once('close', () => void openControl())
}

async function connectPeer({ path, greetings, first }: Extract<Order, { do: 'connect' }>): Promise<void> {
  const peer = new Peer()
  peers.push(peer)
  const greeted = peer.texts.more(greetings)
  const socket = connect({
    port,
    host: '127.0.0.1',
    onread: {
      buffer: shared,
      callback: (length) => {
        received += length
        peer.read(shared.subarray(0, length))
        return true
      },
    },
  })
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('The server closed a socket.')))
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      `Authorization: Bearer ${'x'.repeat(43)}\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
  )
  // Not before: a server that is still busy with the upgrade might not hear it.
  if (first !== null) peer.onUpgraded = () => void socket.write(toClientFrame(first))
  peer.onPing = () => {
    socket.write(PONG)
    sent += PONG.length
    pings.add()
  }
  await greeted
}

/** A short text frame, masked with zeros. */
function toClientFrame(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x80 | TEXT, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)])
}

async function publish({ path, events }: Extract<Order, { do: 'publish' }>): Promise<void> {
  const all = Promise.all(peers.map((peer) => peer.texts.more(events)))
  control?.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`)
  await all
}

async function waitForPings({ pings: each }: Extract<Order, { do: 'wait' }>): Promise<void> {
  pings = new Count()
  await pings.more(each * peers.length)
}

async function carryOut(order: Order): Promise<void> {
  const patience = setTimeout(() => {
    const heard = peers.filter((peer) => peer.texts.complete).length
    fail(new Error(`Only ${heard} of ${peers.length} sockets have heard all text frames after a minute.`))
  }, PATIENCE_MS)
  if (order.do === 'connect') await connectAll(order)
  else if (order.do === 'publish') await publish(order)
  else await waitForPings(order)
  clearTimeout(patience)
}

function answer(answered: Answer): void {
  process.send?.(answered)
}

function fail(error: Error): void {
  answer({ error: error.message })
}

process.on('uncaughtException', fail)
process.on('message', (order: Order) => {
  const began = performance.now()
  const before = process.cpuUsage()
  received = 0
  sent = 0
  carryOut(order).then(() => {
    const { user, system } = process.cpuUsage(before)
    answer({ ms: performance.now() - began, cpuMs: (user + system) / 1_000, received, sent })
  }, fail)
})
