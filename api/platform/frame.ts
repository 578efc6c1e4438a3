const TEXT_FRAME = 0x81
const IN_TWO_BYTES = 126
const IN_EIGHT_BYTES = 127

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
  readonly #frames: readonly Buffer[]
  readonly #longer = new Map<Buffer, Batch>()
  #bytes: Buffer | null = null

  constructor(frames: readonly Buffer[] = []) {
    this.#frames = frames
  }

  /** The batch that has this frame as well, the same one for everybody who asks. */
  with(frame: Buffer): Batch {
    let longer = this.#longer.get(frame)
    if (longer === undefined) {
      longer = new Batch([...this.#frames, frame])
      this.#longer.set(frame, longer)
    }
    return longer
  }

  get bytes(): Buffer {
    this.#bytes ??=
      this.#frames.length === 1 ? (this.#frames[0] ?? Buffer.alloc(0)) : Buffer.concat(this.#frames)
    return this.#bytes
  }
}
