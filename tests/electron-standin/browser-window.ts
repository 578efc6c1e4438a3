import type { BrowserWindowConstructorOptions, Rectangle } from 'electron'
import type { App } from './app.ts'
import type { Browser, Payload } from './devtools.ts'
import { createEvent } from './event.ts'
import { record } from './records.ts'
import { notOffered, Offered, onlyOffered, refuseUnknownOptions } from './refuse.ts'
import { WebContents } from './web-contents.ts'

// The last two change nothing without a screen, and are recorded.
const OPTIONS =
  'x y width height minWidth minHeight show title backgroundColor webPreferences autoHideMenuBar icon'.split(
    ' ',
  )
const WEB_PREFERENCES = [
  'preload',
  'sandbox',
  'contextIsolation',
  'nodeIntegration',
  'webviewTag',
  'spellcheck',
]

const windows = new Map<number, BrowserWindow>()
let focused: BrowserWindow | null = null
let surroundings: { app: App; browser: Browser } | null = null

/** Tells windows in which app and browser they open, and keeps pages from opening others. */
export function setUpWindows(app: App, browser: Browser): void {
  surroundings = { app, browser }
  browser.root.on('Target.targetCreated', ({ targetInfo }: Payload) => {
    if (![...windows.values()].some((window) => window.isTarget(String(targetInfo.openerId)))) return
    const { targetId } = targetInfo
    void browser.root.send('Target.closeTarget', { targetId }).catch(() => {}) // it has gone by itself
  })
}

/** Closes every window in turn, until one refuses; tells whether none did. */
export function closeAllWindows(): boolean {
  return [...windows.values()].every((window) => window.tryClose())
}

/** Electron's `BrowserWindow`, without a screen: a page with a size, and a window's state. */
export class BrowserWindow extends Offered {
  readonly id: number
  readonly #app: App
  readonly #webContents: WebContents
  #title: string
  #bounds: Rectangle
  #visible = false
  #minimized = false
  #maximized = false

  constructor(options: BrowserWindowConstructorOptions = {}) {
    super('BrowserWindow')
    if (surroundings === null || !surroundings.app.isReady())
      throw new Error('Cannot create BrowserWindow before app is ready')
    refuseWhatChangesThePage(options)
    const { x = 0, y = 0, width = 800, height = 600, show = true } = options
    this.#app = surroundings.app
    this.#bounds = { x, y, width, height }
    this.#title = options.title ?? this.#app.getName()
    this.#webContents = new WebContents({
      browser: surroundings.browser,
      width,
      height,
      backgroundColor: options.backgroundColor,
      preload: options.webPreferences?.preload,
      onPainted: () => this.emit('ready-to-show', createEvent()),
      close: () => this.close(),
    })
    this.id = this.#webContents.id
    windows.set(this.id, this)
    this.#app.emit('browser-window-created', createEvent(), this)
    this.#app.emit('web-contents-created', createEvent(), this.#webContents)
    if (show) this.show()
  }

  static getAllWindows(): BrowserWindow[] {
    return [...windows.values()]
  }

  static fromId(id: number): BrowserWindow | null {
    return windows.get(id) ?? null
  }

  static fromWebContents(contents: WebContents): BrowserWindow | null {
    return windows.get(contents.id) ?? null
  }

  static getFocusedWindow(): BrowserWindow | null {
    return focused
  }

  get webContents(): WebContents {
    this.#refuseDestroyed()
    return this.#webContents
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url)
  }

  getTitle(): string {
    return this.#title
  }

  setTitle(title: string): void {
    this.#title = title
  }

  show(): void {
    this.showInactive()
    this.focus()
  }

  showInactive(): void {
    this.#refuseDestroyed()
    if (this.#visible) return
    this.#visible = true
    this.emit('show', createEvent())
  }

  hide(): void {
    this.#refuseDestroyed()
    if (!this.#visible) return
    this.blur()
    this.#visible = false
    this.emit('hide', createEvent())
  }

  isVisible(): boolean {
    return this.#visible
  }

  focus(): void {
    this.#refuseDestroyed()
    if (focused === this || !this.#visible) return
    focused?.blur()
    focused = this
    this.emit('focus', createEvent())
    this.#app.emit('browser-window-focus', createEvent(), this)
  }

  blur(): void {
    if (focused !== this) return
    focused = null
    this.emit('blur', createEvent())
    this.#app.emit('browser-window-blur', createEvent(), this)
  }

  isFocused(): boolean {
    return focused === this
  }

  minimize(): void {
    this.#refuseDestroyed()
    if (this.#minimized) return
    this.blur()
    this.#minimized = true
    this.emit('minimize', createEvent())
  }

  restore(): void {
    this.#refuseDestroyed()
    if (!this.#minimized) return
    this.#minimized = false
    this.emit('restore', createEvent())
    this.focus()
  }

  isMinimized(): boolean {
    return this.#minimized
  }

  getBounds(): Rectangle {
    this.#refuseDestroyed()
    return { ...this.#bounds }
  }

  setBounds(bounds: Partial<Rectangle>): void {
    const before = this.getBounds()
    const after = { ...before, ...bounds }
    this.#bounds = after
    // A page that goes meanwhile needs no bounds.
    void this.#webContents.setBounds(after).catch(() => {})
    if (after.width !== before.width || after.height !== before.height) this.emit('resize', createEvent())
    if (after.x !== before.x || after.y !== before.y) this.emit('move', createEvent())
  }

  getSize(): number[] {
    const { width, height } = this.getBounds()
    return [width, height]
  }

  setSize(width: number, height: number): void {
    this.setBounds({ width, height })
  }

  /** Where it is while it does not fill its display. */
  getNormalBounds(): Rectangle {
    return this.getBounds()
  }

  maximize(): void {
    this.#refuseDestroyed()
    if (this.#maximized) return
    this.#maximized = true
    this.emit('maximize', createEvent())
  }

  unmaximize(): void {
    this.#refuseDestroyed()
    if (!this.#maximized) return
    this.#maximized = false
    this.emit('unmaximize', createEvent())
  }

  isMaximized(): boolean {
    return this.#maximized
  }

  /** Without a screen none is filled. */
  isFullScreen(): boolean {
    return false
  }

  setMenuBarVisibility(visible: boolean): void {
    record('BrowserWindow.setMenuBarVisibility', visible)
  }

  setIcon(icon: unknown): void {
    record('BrowserWindow.setIcon', icon)
  }

  setOverlayIcon(overlay: unknown, description: string): void {
    record('BrowserWindow.setOverlayIcon', overlay, description)
  }

  flashFrame(flag: boolean): void {
    record('BrowserWindow.flashFrame', flag)
  }

  isDestroyed(): boolean {
    return this.#webContents.isDestroyed()
  }

  close(): void {
    this.tryClose()
  }

  destroy(): void {
    if (this.isDestroyed()) return
    windows.delete(this.id)
    this.blur()
    this.#webContents.destroy()
    this.emit('closed', createEvent())
    if (windows.size > 0 || this.#app.quitting) return
    if (this.#app.listenerCount('window-all-closed') > 0) this.#app.emit('window-all-closed')
    else this.#app.quit()
  }

  /** For the stand-in's own use: closes unless a listener prevents it; tells whether it is closed. */
  tryClose(): boolean {
    if (this.isDestroyed()) return true
    const event = createEvent()
    this.emit('close', event)
    if (!event.defaultPrevented) this.destroy()
    return !event.defaultPrevented
  }

  /** For the stand-in's own use: whether its page has this name in the browser. */
  isTarget(targetId: string): boolean {
    return this.#webContents.targetId === targetId
  }

  #refuseDestroyed(): void {
    if (this.isDestroyed()) throw new TypeError('Object has been destroyed')
  }
}

function refuseWhatChangesThePage(options: BrowserWindowConstructorOptions): void {
  const { webPreferences = {}, autoHideMenuBar, icon } = options
  refuseUnknownOptions('BrowserWindow', options, OPTIONS)
  refuseUnknownOptions('BrowserWindow.webPreferences', webPreferences, WEB_PREFERENCES)
  const {
    sandbox = true,
    contextIsolation = true,
    nodeIntegration = false,
    webviewTag = false,
  } = webPreferences
  if (!sandbox || !contextIsolation || nodeIntegration || webviewTag)
    throw notOffered('BrowserWindow: a page that is not sandboxed, isolated and without Node')
  if (autoHideMenuBar !== undefined || icon !== undefined)
    record('BrowserWindow', { autoHideMenuBar, hasIcon: icon !== undefined })
}

/** Electron's `webContents`: finds pages. Playwright asks it, too. */
export const webContents = onlyOffered('webContents', {
  getAllWebContents: () => [...windows.values()].map((window) => window.webContents),
  getFocusedWebContents: () => focused?.webContents ?? null,
  fromId: (id: number) => windows.get(id)?.webContents,
  fromDevToolsTargetId: (targetId: string) =>
    [...windows.values()].find((window) => window.isTarget(targetId))?.webContents,
})
