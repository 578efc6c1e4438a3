import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'

/** What the AWS libraries hand to a hash: text or bytes. */
type Source = string | ArrayBuffer | ArrayBufferView

/** SHA-256, or HMAC-SHA-256 when given a secret, in the shape that `@smithy/signature-v4` wants its hash in. */
export class Sha256 {
  readonly #secret: Source | undefined
  #hash: Hash | Hmac

  constructor(secret?: Source) {
    this.#secret = secret
    this.#hash = begin(secret)
  }

  /** Adds bytes to what is hashed. */
  update(chunk: Uint8Array): void {
    this.#hash.update(chunk)
  }

  /** The 32 bytes of the hash. */
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }

  /** Forgets all bytes added so far. */
  reset(): void {
    this.#hash = begin(this.#secret)
  }
}

function begin(secret: Source | undefined): Hash | Hmac {
  return secret === undefined ? createHash('sha256') : createHmac('sha256', toBytes(secret))
}

function toBytes(source: Source): Buffer {
  if (typeof source === 'string') return Buffer.from(source)
  return ArrayBuffer.isView(source)
    ? Buffer.from(source.buffer, source.byteOffset, source.byteLength)
    : Buffer.from(source)
}
