/** What a message between the two worlds of a document can hold; `detail` of a CustomEvent is cloned between worlds. */
interface WorldMessage {
  kind: 'call' | 'returned' | 'resolved' | 'rejected' | 'exposed'
  id?: number
  name?: string
  value?: Crossing
  args?: Crossing[]
  error?: string
}

/** A value on its way to the other world: functions and promises as handles, plain data as it is. */
type Crossing =
  | { as: 'function' | 'promise'; id: number }
  | { as: 'array'; items: Crossing[] }
  | { as: 'object'; entries: Array<[string, Crossing]> }
  | { as: 'error'; message: string }
  | { as: 'data'; data: unknown }

type AnyFunction = (...args: unknown[]) => unknown

/** One end of the bridge between a document's own world and the preload's. */
export interface WorldBridge {
  /** Makes an API a frozen global of the other world. */
  expose(name: string, api: unknown): void
}

/**
 * `contextBridge`, between `side` and the other world of the same document, over synchronous events on a secret channel.
 * Runs in the page by its source text: so it stands alone, importing nothing.
 */
export function makeWorldBridge(side: 'page' | 'preload', channel: string): WorldBridge {
  const other = side === 'page' ? 'preload' : 'page'
  const functions = new Map<number, AnyFunction>()
  const ids = new WeakMap<AnyFunction, number>()
  const promises = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  let lastId = 0
  let returned: WorldMessage | undefined
  const tell = (detail: WorldMessage): boolean =>
    document.dispatchEvent(new CustomEvent(channel + other, { detail }))
  const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

  function pack(value: unknown): Crossing {
    if (typeof value === 'function') return { as: 'function', id: idOf(value as AnyFunction) }
    if (typeof value === 'symbol') throw new Error('An object could not be cloned.')
    if (value === null || typeof value !== 'object') return { as: 'data', data: value }
    if (value instanceof Promise) return packPromise(value)
    if (Array.isArray(value)) return { as: 'array', items: value.map(pack) }
    if (value instanceof Error) return { as: 'error', message: value.message }
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype === null || Object.getPrototypeOf(prototype) === null)
      return { as: 'object', entries: Object.entries(value).map(([key, item]) => [key, pack(item)]) }
    return { as: 'data', data: structuredClone(value) }
  }

  function idOf(fn: AnyFunction): number {
    const known = ids.get(fn)
    if (known !== undefined) return known
    lastId += 1
    ids.set(fn, lastId)
    functions.set(lastId, fn)
    return lastId
  }

  function packPromise(promise: Promise<unknown>): Crossing {
    lastId += 1
    const id = lastId
    promise
      .then((value) => tell({ kind: 'resolved', id, value: pack(value) }))
      .catch((error: unknown) => tell({ kind: 'rejected', id, error: messageOf(error) }))
    return { as: 'promise', id }
  }

  function unpack(crossing: Crossing): unknown {
    switch (crossing.as) {
      case 'function':
        return (...args: unknown[]) => call(crossing.id, args)
      case 'promise':
        return new Promise((resolve, reject) => promises.set(crossing.id, { resolve, reject }))
      case 'array':
        return crossing.items.map(unpack)
      case 'object':
        return Object.fromEntries(crossing.entries.map(([key, item]) => [key, unpack(item)]))
      case 'error':
        return new Error(crossing.message)
      case 'data':
        return crossing.data
    }
  }

  /** Events between worlds are dispatched synchronously, so the answer is there when `tell` returns. */
  function call(id: number, args: unknown[]): unknown {
    returned = undefined
    tell({ kind: 'call', id, args: args.map(pack) })
    const answer = returned as WorldMessage | undefined
    if (answer === undefined) throw new Error('An object could not be cloned.')
    if (answer.error !== undefined) throw new Error(answer.error)
    return answer.value === undefined ? undefined : unpack(answer.value)
  }

  function answer({ id, args }: WorldMessage): WorldMessage {
    try {
      return { kind: 'returned', value: pack(functions.get(id ?? 0)?.(...(args ?? []).map(unpack))) }
    } catch (error) {
      return { kind: 'returned', error: messageOf(error) }
    }
  }

  function settle({ kind, id, value, error }: WorldMessage): void {
    const promise = promises.get(id ?? 0)
    promises.delete(id ?? 0)
    if (kind === 'resolved') promise?.resolve(value === undefined ? undefined : unpack(value))
    else promise?.reject(new Error(error))
  }

  function define({ name, value }: WorldMessage): void {
    if (name === undefined || value === undefined) return
    Object.defineProperty(window, name, { value: freeze(unpack(value)), enumerable: true })
  }

  function freeze(value: unknown): unknown {
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
    Object.values(value).forEach(freeze)
    return Object.freeze(value)
  }

  document.addEventListener(channel + side, (event) => {
    const message = (event as CustomEvent<WorldMessage>).detail
    if (message.kind === 'call') tell(answer(message))
    else if (message.kind === 'returned') returned = message
    else if (message.kind === 'exposed') define(message)
    else settle(message)
  })
  return { expose: (name, api) => tell({ kind: 'exposed', name, value: pack(api) }) }
}
