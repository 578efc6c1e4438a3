import type { MainMessage, PageMessage, PermissionQuestion } from './messages.ts'
import type { Codec } from './structured-clone.ts'
import type { WorldBridge } from './world-bridge.ts'

/** What the preload's world is told of where it is. */
export interface PreloadOptions {
  channel: string
  /** The global function that reaches main. */
  binding: string
  /** The preload's path and text; null where a window has none. */
  preload: { file: string; source: string } | null
  versions: Record<string, string>
}

/** The global function of this world by which main reaches it. */
export const RECEIVE = '__standinReceive'

/** The global array of this world whose files main is asked the paths of. */
export const FILES = '__standinFiles'

type Listener = (event: object, ...args: unknown[]) => void

/**
 * The isolated world: `ipcRenderer`, `contextBridge` and `webUtils` for the preload, which runs as it would in Electron's
 * sandbox; and the way to main for what the page's own world intercepts.
 * Runs in the page by its source text: so it stands alone, importing nothing.
 */
export function runPreloadWorld(
  { channel, binding, preload, versions }: PreloadOptions,
  bridge: WorldBridge,
  codec: Codec,
  names: { receive: string; files: string },
): void {
  const world = globalThis as unknown as Record<string, unknown>
  const toMain = world[binding] as (text: string) => void
  delete world[binding]
  const calls = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  const listeners = new Map<string, Listener[]>()
  /** By name, size and time: what comes over the bridge is a copy of the page's file. */
  const paths = new Map<string, string>()
  const keyOf = ({ name, size, lastModified }: File): string => JSON.stringify([name, size, lastModified])
  let lastId = 0

  const post = (message: PageMessage): void => toMain(JSON.stringify(message))

  /** Asks main, and settles when it answers. */
  function ask(question: (id: number) => PageMessage): Promise<unknown> {
    lastId += 1
    const id = lastId
    return new Promise((resolve, reject) => {
      calls.set(id, { resolve, reject })
      post(question(id))
    })
  }

  world[names.receive] = (message: MainMessage): void => {
    if (message.kind === 'message') return hear(message.channel, codec.decode(message.args) as unknown[])
    const call = calls.get(message.id)
    calls.delete(message.id)
    if (message.kind === 'reply') call?.resolve(codec.decode(message.value))
    else call?.reject(new Error(message.error))
  }

  function hear(name: string, args: unknown[]): void {
    for (const listener of listeners.get(name) ?? []) listener({ sender: ipcRenderer }, ...args)
  }

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

  const on = (name: string, listener: Listener): unknown => {
    listeners.set(name, [...(listeners.get(name) ?? []), listener])
    return ipcRenderer
  }
  const off = (name: string, listener: Listener): unknown => {
    listeners.set(
      name,
      (listeners.get(name) ?? []).filter((known) => known !== listener),
    )
    return ipcRenderer
  }
  const ipcRenderer: object = strict('ipcRenderer', {
    on,
    addListener: on,
    off,
    removeListener: off,
    once(name: string, listener: Listener) {
      const heard: Listener = (event, ...args) => {
        off(name, heard)
        listener(event, ...args)
      }
      return on(name, heard)
    },
    removeAllListeners(name: string) {
      listeners.delete(name)
      return ipcRenderer
    },
    send(name: string, ...args: unknown[]) {
      post({ kind: 'send', channel: name, args: codec.encode(args) })
    },
    async invoke(name: string, ...args: unknown[]) {
      const encoded = codec.encode(args)
      try {
        return await ask((id) => ({ kind: 'invoke', id, channel: name, args: encoded }))
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        throw new Error(`Error invoking remote method '${name}': ${reason}`, { cause: error })
      }
    },
  })

  /** Electron knows the path of a file at once; here main must be asked, so an input's event waits until it has answered. */
  function learnPaths(event: Event): void {
    const input = event.target
    if (!(input instanceof HTMLInputElement) || input.type !== 'file') return
    const unknown = [...(input.files ?? [])].filter((file) => !paths.has(keyOf(file)))
    if (unknown.length === 0) return
    event.stopImmediatePropagation()
    world[names.files] = unknown
    void ask((id) => ({ kind: 'file-paths', id, count: unknown.length })).then((answer) => {
      for (const [index, path] of (answer as string[]).entries()) {
        const file = unknown[index]
        if (file !== undefined) paths.set(keyOf(file), path)
      }
      input.dispatchEvent(new Event(event.type, { bubbles: true, composed: event.composed }))
    })
  }

  function forwardPageWorld(): void {
    document.addEventListener(`${channel}open`, (event) =>
      post({ kind: 'open-window', url: (event as CustomEvent<string>).detail }),
    )
    document.addEventListener(`${channel}permission`, (event) => {
      const { id: asked, ...question } = (event as CustomEvent<PermissionQuestion & { id: string }>).detail
      void ask((id) => ({ kind: 'permission', id, ...question })).then((granted) =>
        document.dispatchEvent(new CustomEvent(`${channel}decided`, { detail: { id: asked, granted } })),
      )
    })
    window.addEventListener('input', learnPaths, { capture: true })
    window.addEventListener('change', learnPaths, { capture: true })
  }

  function runPreload({ file, source }: { file: string; source: string }): void {
    const exposed = new Set<string>()
    const electron = strict('electron', {
      ipcRenderer,
      contextBridge: strict('contextBridge', {
        exposeInMainWorld(name: string, api: unknown) {
          if (exposed.has(name))
            throw new Error('Cannot bind an API on top of an existing property on the window object')
          exposed.add(name)
          bridge.expose(name, api)
        },
      }),
      webUtils: strict('webUtils', {
        /** Empty, as in Electron, for a file that is not on the disk. */
        getPathForFile: (given: File) => paths.get(keyOf(given)) ?? '',
      }),
    })
    const require = (name: string): unknown =>
      name === 'electron' || name === 'electron/renderer' ? electron : notOffered(`require('${name}')`)
    const process = strict('process', {
      type: 'renderer',
      sandboxed: true,
      contextIsolated: true,
      platform: 'linux',
      versions,
      env: {},
    })
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

  forwardPageWorld()
  if (preload !== null) runPreload(preload)
}
