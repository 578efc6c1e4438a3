/** A structured clone as text, and back: what Electron's IPC carries between processes. */
export interface Codec {
  /** Throws, with Electron's words, what cannot be cloned. */
  encode(value: unknown): unknown
  decode(encoded: unknown): unknown
}

/**
 * Creates the codec. Used as it is in Node and, by its source text, in the page: so it stands alone, importing nothing.
 * Scalars that JSON knows go as they are; all else as `[kind, content]`. An object met again goes as `['again', n]`, where
 * n counts the objects before it.
 */
export function makeCodec(): Codec {
  const refuse = (): never => {
    throw new Error('An object could not be cloned.')
  }
  const errors: Record<string, ErrorConstructor> = {
    Error,
    EvalError,
    RangeError,
    ReferenceError,
    SyntaxError,
    TypeError,
    URIError,
  }

  function toBase64(bytes: Uint8Array): string {
    if (typeof Buffer !== 'undefined')
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
    const { toBase64: native } = bytes as Uint8Array & { toBase64?: () => string }
    if (native !== undefined) return native.call(bytes)
    let text = ''
    for (let start = 0; start < bytes.length; start += 0x8000)
      text += String.fromCharCode(...bytes.subarray(start, start + 0x8000))
    return btoa(text)
  }

  function fromBase64(text: string): Uint8Array<ArrayBuffer> {
    if (typeof Buffer !== 'undefined') return new Uint8Array(Buffer.from(text, 'base64'))
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  }

  function packAll(root: unknown): unknown {
    const met = new Map<object, number>()
    return pack(root)

    function pack(value: unknown): unknown {
      if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
      if (value === undefined) return ['undefined']
      if (typeof value === 'number') return packNumber(value)
      if (typeof value === 'bigint') return ['bigint', String(value)]
      if (typeof value !== 'object') return refuse()
      const before = met.get(value)
      if (before !== undefined) return ['again', before]
      met.set(value, met.size)
      return packObject(value)
    }

    function packObject(value: object): unknown {
      if (Array.isArray(value)) return ['array', value.map(pack)]
      if (value instanceof Date) return ['date', value.getTime()]
      if (value instanceof RegExp) return ['pattern', [value.source, value.flags]]
      if (value instanceof Map) return ['map', [...value].map(([key, item]) => [pack(key), pack(item)])]
      if (value instanceof Set) return ['set', [...value].map(pack)]
      if (value instanceof Error) return ['error', [value.name, value.message, value.stack]]
      if (value instanceof ArrayBuffer) return ['buffer', toBase64(new Uint8Array(value))]
      if (ArrayBuffer.isView(value)) {
        const { buffer, byteOffset, byteLength } = value
        return ['view', [value.constructor.name, toBase64(new Uint8Array(buffer, byteOffset, byteLength))]]
      }
      // Blobs, images and the like do not go over Electron's IPC either.
      if (Object.prototype.toString.call(value) !== '[object Object]') return refuse()
      return ['object', Object.entries(value).map(([key, item]) => [key, pack(item)])]
    }
  }

  function packNumber(value: number): unknown {
    if (Number.isFinite(value) && !Object.is(value, -0)) return value
    return ['number', Object.is(value, -0) ? '-0' : String(value)]
  }

  function unpackAll(root: unknown): unknown {
    const met: unknown[] = []
    const keep = <T>(value: T): T => {
      met.push(value)
      return value
    }
    // Each kind holds what `pack` put there. A container is kept before its content, which may lead back to it.
    // oxlint-disable-next-line typescript/no-explicit-any -- see above
    const unpackers: Record<string, (content: any) => unknown> = {
      undefined: () => undefined,
      number: Number,
      bigint: BigInt,
      again: (index: number) => met[index],
      date: (time: number) => keep(new Date(time)),
      pattern: ([source, flags]: [string, string]) => keep(new RegExp(source, flags)),
      buffer: (text: string) => keep(fromBase64(text).buffer),
      view: ([kind, text]: [string, string]) => keep(viewOf(kind, fromBase64(text))),
      error: ([name, message, stack]: [string, string, string]) =>
        keep(Object.assign(new (errors[name] ?? Error)(message), { stack })),
      array(items: unknown[]) {
        const array = keep<unknown[]>([])
        for (const item of items) array.push(unpack(item))
        return array
      },
      map(entries: Array<[unknown, unknown]>) {
        const map = keep(new Map<unknown, unknown>())
        for (const [key, item] of entries) map.set(unpack(key), unpack(item))
        return map
      },
      set(items: unknown[]) {
        const set = keep(new Set<unknown>())
        for (const item of items) set.add(unpack(item))
        return set
      },
      object(entries: Array<[string, unknown]>) {
        const object = keep<Record<string, unknown>>({})
        for (const [key, item] of entries)
          Object.defineProperty(object, key, {
            value: unpack(item),
            enumerable: true,
            configurable: true,
            writable: true,
          })
        return object
      },
    }
    return unpack(root)

    function unpack(packed: unknown): unknown {
      return Array.isArray(packed) ? unpackers[String(packed[0])]?.(packed[1]) : packed
    }
  }

  function viewOf(kind: string, bytes: Uint8Array<ArrayBuffer>): ArrayBufferView {
    // Node's Buffer arrives as the Uint8Array that it is.
    if (kind === 'Uint8Array' || kind === 'Buffer') return bytes
    const View = Reflect.get(globalThis, kind) as new (buffer: ArrayBuffer) => ArrayBufferView
    return new View(bytes.buffer)
  }

  return {
    encode(value) {
      try {
        // Refuses functions and symbols, and gives what a getter returns once.
        return packAll(structuredClone(value))
      } catch {
        return refuse()
      }
    },
    decode: unpackAll,
  }
}
