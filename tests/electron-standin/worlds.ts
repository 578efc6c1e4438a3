import { makeCodec } from './clone.ts'

// Source texts that are put into a window before its page: one for the page's own world, one for the isolated world of the
// preload. Functions here run in the page: they see nothing of this module but what they are given.

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

interface WorldBridge {
  expose(name: string, api: unknown): void
}

/** contextBridge, between `side` and the other world of the same document, over synchronous events on a secret channel. */
function makeWorldBridge(side: 'page' | 'preload', channel: string): WorldBridge {
  const other = side === 'page' ? 'preload' : 'page'
  const functions = new Map<number, (...args: unknown[]) => unknown>()
  const ids = new WeakMap<object, number>()
  const promises = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  let lastId = 0
  let returned: WorldMessage | undefined
  const tell = (detail: WorldMessage): boolean =>
    document.dispatchEvent(new CustomEvent(channel + other, { detail }))
  const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

  function pack(value: unknown): Crossing {
    if (typeof value === 'function')
      return { as: 'function', id: idOf(value as (...args: unknown[]) => unknown) }
    if (value === null || typeof value !== 'object') return { as: 'data', data: value }
    if (value instanceof Promise) return packPromise(value)
    if (Array.isArray(value)) return { as: 'array', items: value.map(pack) }
    if (value instanceof Error) return { as: 'error', message: value.message }
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype === null || Object.getPrototypeOf(prototype) === null)
      return { as: 'object', entries: Object.entries(value).map(([key, item]) => [key, pack(item)]) }
    return { as: 'data', data: structuredClone(value) }
  }

  function idOf(fn: (...args: unknown[]) => unknown): number {
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
    promise.then(
      (value) => tell({ kind: 'resolved', id, value: pack(value) }),
      (error: unknown) => tell({ kind: 'rejected', id, error: messageOf(error) }),
    )
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

  function freeze(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value
    Object.values(value).forEach(freeze)
    return Object.freeze(value)
  }

  document.addEventListener(channel + side, (event) => {
    const message = (event as CustomEvent<WorldMessage>).detail
    const promise = promises.get(message.id ?? 0)
    if (message.kind === 'call') tell(answer(message))
    else if (message.kind === 'returned') returned = message
    else if (message.kind === 'resolved' && message.value !== undefined)
      promise?.resolve(unpack(message.value))
    else if (message.kind === 'rejected') promise?.reject(new Error(message.error))
    else if (message.kind === 'exposed' && message.value !== undefined && message.name !== undefined)
      Object.defineProperty(window, message.name, { value: freeze(unpack(message.value)), enumerable: true })
  })
  return { expose: (name, api) => tell({ kind: 'exposed', name, value: pack(api) }) }
}

/** What goes from the preload's world to main, as JSON over the binding. */
export type PageMessage =
  | { kind: 'send' | 'invoke'; id: number; channel: string; args: unknown }
  | { kind: 'open'; url: string }
  | { kind: 'preload-error'; error: string }

/** What main puts into the preload's world. */
export type MainMessage =
  | { kind: 'reply'; id: number; channel: string; value: unknown }
  | { kind: 'failure'; id: number; channel: string; error: string }
  | { kind: 'message'; channel: string; args: unknown }

interface PreloadOptions {
  channel: string
  binding: string
  file: string
  source: string
}

/** The isolated world: `ipcRenderer` and `contextBridge` for the preload, which runs as it would in Electron's sandbox. */
function runPreload(
  { binding, file, source }: PreloadOptions,
  bridge: WorldBridge,
  codec: ReturnType<typeof makeCodec>,
): void {
  const world = globalThis as unknown as Record<string, unknown>
  const toMain = world[binding] as (text: string) => void
  delete world[binding]
  const post = (message: PageMessage): void => toMain(JSON.stringify(message))
  const listeners = new Map<string, Array<(event: object, ...args: unknown[]) => void>>()
  const calls = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  let lastId = 0

  const notOffered = (name: string): never => {
    throw new Error(`stand-in: ${name} is not offered in a preload`)
  }
  const strict = <T extends object>(name: string, offered: T): T =>
    new Proxy(offered, {
      get: (target, property, receiver) =>
        property in target || typeof property === 'symbol' || property === 'then' || property === '__esModule'
          ? (Reflect.get(target, property, receiver) as unknown)
          : notOffered(`${name}.${property}`),
    })

  const ipcRenderer = strict('ipcRenderer', {
    on(channel: string, listener: (event: object, ...args: unknown[]) => void) {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener])
      return ipcRenderer
    },
    off(channel: string, listener: (event: object, ...args: unknown[]) => void) {
      listeners.set(
        channel,
        (listeners.get(channel) ?? []).filter((known) => known !== listener),
      )
      return ipcRenderer
    },
    send(channel: string, ...args: unknown[]) {
      post({ kind: 'send', id: 0, channel, args: codec.encode(args) })
    },
    async invoke(channel: string, ...args: unknown[]) {
      lastId += 1
      const id = lastId
      const encoded = codec.encode(args)
      return new Promise((resolve, reject) => {
        calls.set(id, { resolve, reject })
        post({ kind: 'invoke', id, channel, args: encoded })
      })
    },
  })

  world['__standinReceive'] = (message: MainMessage): void => {
    if (message.kind === 'message') {
      for (const listener of listeners.get(message.channel) ?? [])
        listener({ sender: ipcRenderer }, ...(codec.decode(message.args) as unknown[]))
      return
    }
    const call = calls.get(message.id)
    calls.delete(message.id)
    if (message.kind === 'reply') call?.resolve(codec.decode(message.value))
    else call?.reject(new Error(`Error invoking remote method '${message.channel}': ${message.error}`))
  }

  const electron = strict('electron', {
    ipcRenderer,
    contextBridge: strict('contextBridge', {
      exposeInMainWorld: (name: string, api: unknown) => bridge.expose(name, api),
    }),
  })
  const require = (name: string): unknown =>
    name === 'electron' ? electron : notOffered(`require('${name}')`)
  const process = { type: 'renderer', sandboxed: true, contextIsolated: true, platform: 'linux', env: {} }
  const module = { exports: {} }
  try {
    // oxlint-disable-next-line no-implied-eval -- a preload is a text that this world runs
    new Function('exports', 'require', 'module', 'process', `${source}\n//# sourceURL=${file}`)(
      module.exports,
      require,
      module,
      process,
    )
  } catch (error) {
    post({ kind: 'preload-error', error: String(error instanceof Error ? error.stack : error) })
  }
}

/** Links and scripts that want a window of their own ask main, as in Electron; `window.open` gives null, as where main denies. */
function interceptWindows(channel: string): void {
  const ask = (url: string): boolean =>
    document.dispatchEvent(new CustomEvent(`${channel}open`, { detail: url }))
  window.open = (url = '') => {
    ask(new URL(url, document.baseURI).href)
    return null
  }
  const follow = (event: MouseEvent): void => {
    const link = event
      .composedPath()
      .find((target) => target instanceof HTMLAnchorElement && target.href !== '')
    if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented) return
    const elsewhere =
      !['', '_self', '_top', '_parent'].includes(link.target) || event.ctrlKey || event.button === 1
    if (!elsewhere) return
    event.preventDefault()
    ask(link.href)
  }
  window.addEventListener('click', follow)
  window.addEventListener('auxclick', follow)
}

function forwardWindows(channel: string, binding: string): void {
  const toMain = (globalThis as unknown as Record<string, (text: string) => void>)[binding]
  document.addEventListener(`${channel}open`, (event) =>
    toMain?.(JSON.stringify({ kind: 'open', url: (event as CustomEvent<string>).detail })),
  )
}

// The transpiler marks functions with a helper that the page does not have. Only a window's own document gets these worlds, no frame.
const inDocument = (body: string): string =>
  `(() => { if (window !== window.top) return; const __name = (fn) => fn; ${body} })()`

/** The source for the page's own world. */
export const pageWorld = (channel: string): string =>
  inDocument(
    `(${makeWorldBridge})('page', ${JSON.stringify(channel)}); (${interceptWindows})(${JSON.stringify(channel)})`,
  )

/** The source for the isolated world in which the preload runs. */
export const preloadWorld = (options: PreloadOptions): string =>
  inDocument(`(${forwardWindows})(${JSON.stringify(options.channel)}, ${JSON.stringify(options.binding)});
    (${runPreload})(${JSON.stringify(options)}, (${makeWorldBridge})('preload', ${JSON.stringify(options.channel)}), (${makeCodec})())`)
