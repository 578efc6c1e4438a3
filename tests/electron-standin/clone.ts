/** A structured clone as text, and back: what Electron's IPC carries between processes. */
export interface Codec {
  /** Throws, with Electron's words, what cannot be cloned. */
  encode(value: unknown): unknown
  decode(encoded: unknown): unknown
}

/**
 * Creates the codec. Used as it is in Node and, by its source text, in the page: so it stands alone, importing nothing.
 * Scalars that JSON knows go as they are; all else as `[kind, content]`.
 */
export function makeCodec(): Codec {
  const refuse = (): never => {
    throw new Error('An object could not be cloned.')
  }
  const toBase64 = (bytes: Uint8Array): string => {
    if (typeof Buffer !== 'undefined') return Buffer.from(bytes).toString('base64')
    let text = ''
    for (let start = 0; start < bytes.length; start += 0x8000)
      text += String.fromCharCode(...bytes.subarray(start, start + 0x8000))
    return btoa(text)
  }
  const fromBase64 = (text: string): Uint8Array =>
    typeof Buffer !== 'undefined'
      ? new Uint8Array(Buffer.from(text, 'base64'))
      : Uint8Array.from(atob(text), (character) => character.charCodeAt(0))

  function pack(value: unknown): unknown {
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
    if (value === undefined) return ['undefined']
    if (typeof value === 'number') return Number.isFinite(value) ? value : ['number', String(value)]
    if (typeof value === 'bigint') return ['bigint', String(value)]
    if (Array.isArray(value)) return ['array', value.map(pack)]
    if (value instanceof Date) return ['date', value.getTime()]
    if (value instanceof Map) return ['map', [...value].map(([key, item]) => [pack(key), pack(item)])]
    if (value instanceof Set) return ['set', [...value].map(pack)]
    if (value instanceof Error) return ['error', [value.name, value.message]]
    if (value instanceof ArrayBuffer) return ['buffer', toBase64(new Uint8Array(value))]
    if (ArrayBuffer.isView(value)) {
      // Electron hands Node's Buffer over as the Uint8Array that it is.
      if (!(value instanceof Uint8Array)) return refuse()
      return ['bytes', toBase64(value)]
    }
    if (Object.prototype.toString.call(value) !== '[object Object]') return refuse()
    return ['object', Object.entries(value).map(([key, item]) => [key, pack(item)])]
  }

  // Each kind holds what `pack` put there.
  // oxlint-disable-next-line typescript/no-explicit-any -- see above
  const unpackers: Record<string, (content: any) => unknown> = {
    undefined: () => undefined,
    number: Number,
    bigint: BigInt,
    array: (items: unknown[]) => items.map(unpack),
    date: (time: number) => new Date(time),
    map: (entries: Array<[unknown, unknown]>) =>
      new Map(entries.map(([key, item]) => [unpack(key), unpack(item)])),
    set: (items: unknown[]) => new Set(items.map(unpack)),
    error: ([, message]: [string, string]) => new Error(message),
    buffer: (text: string) => fromBase64(text).buffer,
    bytes: fromBase64,
    object: (entries: Array<[string, unknown]>) =>
      Object.fromEntries(entries.map(([key, item]) => [key, unpack(item)])),
  }
  function unpack(packed: unknown): unknown {
    if (!Array.isArray(packed)) return packed
    return unpackers[String(packed[0])]?.(packed[1])
  }

  return {
    encode(value) {
      try {
        // Refuses functions, symbols and cycles through them, wherever they are.
        return pack(structuredClone(value))
      } catch {
        return refuse()
      }
    },
    decode: unpack,
  }
}
