import { Offered } from './refuse.ts'

type InvokeHandler = (event: object, ...args: unknown[]) => unknown

/** Electron's `ipcMain`. */
class IpcMain extends Offered {
  readonly #handlers = new Map<string, InvokeHandler>()

  constructor() {
    super('ipcMain')
  }

  handle(channel: string, handler: InvokeHandler): void {
    if (this.#handlers.has(channel))
      throw new Error(`Attempted to register a second handler for '${channel}'`)
    this.#handlers.set(channel, handler)
  }

  handleOnce(channel: string, handler: InvokeHandler): void {
    this.handle(channel, (...args) => {
      this.removeHandler(channel)
      return handler(...args)
    })
  }

  removeHandler(channel: string): void {
    this.#handlers.delete(channel)
  }

  /** For the stand-in's own use: a page invokes. */
  async invoked(channel: string, event: object, args: unknown[]): Promise<unknown> {
    const handler = this.#handlers.get(channel)
    if (handler === undefined) throw new Error(`No handler registered for '${channel}'`)
    return handler(event, ...args)
  }
}

/** Electron's `ipcMain`. */
export const ipcMain = new IpcMain()
