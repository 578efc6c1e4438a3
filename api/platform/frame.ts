const TEXT_FRAME = 0x81
const IN_TWO_BYTES = 126
const IN_EIGHT_BYTES = 127
const NOTHING = Buffer.alloc(0)

/** A server's WebSocket frame that asks for a sign of life. */
export const PING = Buffer.from([0x89, 0])

/** A server's WebSocket frame of one text message, as it goes over the line (RFC 6455, 5.2): whole, unmasked, uncompressed. */
export function toFrame(message: unknown): Buffer {
  const text = JSON.stringify(message)
  const length = Buffer.byteLength(text)
  const header = length < IN_TWO_BYTES ? 2 : length < 2 ** 16 ? 4 : 10
  const frame = Buffer.allocUnsafe(header + length)
  frame[0] = TEXT_FRAME
  if (header === 2) frame[1] = length
  else if (header === 4) {
    frame[1] = IN_TWO_BYTES
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = IN_EIGHT_BYTES
    frame.writeBigUInt64BE(BigInt(length), 2)
  }
  frame.write(text, header)
  return frame
}

/**
 * Frames that go out together in one write. Connections that are told the same share one batch, so that however many they are
 * its bytes are put together once.
 */
export class Batch {
  /** How many bytes it has. */
  readonly length: number
  readonly #before: Batch | null
  readonly #frame: Buffer
  #next: Batch | null = null
  #bytes: Buffer | null = null

  /** An empty one, unless it is told what to hold. */
  constructor(frame: Buffer = NOTHING, before: Batch | null = null) {
    this.#frame = frame
    this.#before = before
    this.length = frame.length + (before?.length ?? 0)
  }

  /** The batch that has this frame as well; the same one for all who ask, as long as they ask one after the other. */
  with(frame: Buffer): Batch {
    if (this.#next === null || this.#next.#frame !== frame) this.#next = new Batch(frame, this)
    return this.#next
  }

  get bytes(): Buffer {
    return (this.#bytes ??= this.length === this.#frame.length ? this.#frame : this.#join())
  }

  #join(): Buffer {
    const bytes = Buffer.allocUnsafe(this.length)
    let at = this.length - this.#frame.length
    this.#frame.copy(bytes, at)
    for (let batch = this.#before; batch !== null; batch = batch.#before) {
      at -= batch.#frame.length
      batch.#frame.copy(bytes, at)
    }
    return bytes
  }
}
