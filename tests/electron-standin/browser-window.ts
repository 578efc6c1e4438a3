import type { App } from './app.ts'
import type { Browser } from './devtools.ts'
import { createEvent, Offered } from './refuse.ts'
import { WebContents } from './web-contents.ts'

/** The part of Electron's window options that means something without a screen. */
interface WindowOptions {
  x?: number
  y?: number
  width?: number
  height?: number
  show?: boolean
  title?: string
  backgroundColor?: string
  webPreferences?: {
    preload?: string
    sandbox?: boolean
    contextIsolation?: boolean
    nodeIntegration?: boolean
  }
}

interface Bounds {
  x: number
  y: number
  width: number
  height: number
}

const windows = new Map<number, BrowserWindow>()
let focused: BrowserWindow | null = null
let surroundings: { app: App; browser: Browser } | null = null

/** Tells windows in which app and browser they open. */
export function setUpWindows(app: App, browser: Browser): void {
  surroundings = { app, browser }
}

/** Closes every window in turn, until one refuses; tells whether none did. */
export async function closeAllWindows(): Promise<boolean> {
  for (const window of windows.values()) if (!(await window.tryClose())) return false
  return true
}

/** Electron's `BrowserWindow`, without a screen: a page with a size, and a window's state. */
export class BrowserWindow extends Offered {
  readonly id: number
  readonly webContents: WebContents
  private readonly app: App
  private readonly title: string
  private bounds: Bounds
  private visible: boolean
  private minimized = false

  constructor(options: WindowOptions = {}) {
    super('BrowserWindow')
    if (surroundings === null || !surroundings.app.isReady())
      throw new Error('Cannot create BrowserWindow before app is ready')
    const { webPreferences = {} } = options
    if (
      webPreferences.sandbox === false ||
      webPreferences.contextIsolation === false ||
      webPreferences.nodeIntegration === true
    )
      throw new Error('stand-in: only sandboxed, isolated pages without Node are offered')
    this.app = surroundings.app
    this.bounds = {
      x: options.x ?? 0,
      y: options.y ?? 0,
      width: options.width ?? 800,
      height: options.height ?? 600,
    }
    this.title = options.title ?? this.app.getName()
    this.visible = options.show !== false
    this.webContents = new WebContents({
      browser: surroundings.browser,
      width: this.bounds.width,
      height: this.bounds.height,
      preload: webPreferences.preload,
      onPainted: () => this.emit('ready-to-show', createEvent()),
    })
    this.id = this.webContents.id
    windows.set(this.id, this)
    this.app.emit('browser-window-created', createEvent(), this)
    this.app.emit('web-contents-created', createEvent(), this.webContents)
    if (this.visible) this.focus()
  }

  static getAllWindows(): BrowserWindow[] {
    return [...windows.values()]
  }

  static fromWebContents(contents: WebContents): BrowserWindow | null {
    return windows.get(contents.id) ?? null
  }

  static getFocusedWindow(): BrowserWindow | null {
    return focused
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url)
  }

  getTitle(): string {
    return this.title
  }

  show(): void {
    this.visible = true
    this.emit('show', createEvent())
    this.focus()
  }

  isVisible(): boolean {
    return this.visible
  }

  focus(): void {
    if (focused === this) return
    focused?.blur()
    focused = this
    this.emit('focus', createEvent())
  }

  blur(): void {
    if (focused !== this) return
    focused = null
    this.emit('blur', createEvent())
  }

  isFocused(): boolean {
    return focused === this
  }

  minimize(): void {
    this.minimized = true
    this.emit('minimize', createEvent())
  }

  restore(): void {
    this.minimized = false
    this.emit('restore', createEvent())
  }

  isMinimized(): boolean {
    return this.minimized
  }

  getBounds(): Bounds {
    return { ...this.bounds }
  }

  setBounds(bounds: Partial<Bounds>): void {
    this.bounds = { ...this.bounds, ...bounds }
    void this.webContents.resize(this.bounds.width, this.bounds.height)
    this.emit('resize', createEvent())
  }

  isDestroyed(): boolean {
    return this.webContents.isDestroyed()
  }

  close(): void {
    void this.tryClose()
  }

  /** For the stand-in's own use: closes unless a listener prevents it; tells whether it is closed. */
  async tryClose(): Promise<boolean> {
    if (this.isDestroyed()) return true
    const event = createEvent()
    this.emit('close', event)
    if (event.defaultPrevented) return false
    await this.destroy()
    return true
  }

  async destroy(): Promise<void> {
    if (this.isDestroyed()) return
    windows.delete(this.id)
    this.blur()
    await this.webContents.destroy()
    this.emit('closed', createEvent())
    if (windows.size > 0 || this.app.quitting) return
    if (this.app.listenerCount('window-all-closed') > 0) this.app.emit('window-all-closed')
    else this.app.quit()
  }
}
