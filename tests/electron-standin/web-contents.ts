import type { Rectangle } from 'electron'
import type { Browser, DevToolsSession, Payload } from './devtools.ts'
import { createEvent } from './event.ts'
import { ipcMain } from './ipc-main.ts'
import type { MainMessage, PageMessage } from './messages.ts'
import { nativeTheme } from './native-theme.ts'
import { PageChannel } from './page-channel.ts'
import { PageRequests } from './page-requests.ts'
import { decidePermissions } from './permissions.ts'
import { record } from './records.ts'
import { Offered, onlyOffered } from './refuse.ts'
import { originOf, toAppUrl, toBrowserUrl } from './schemes.ts'
import { defaultSession } from './session.ts'
import { makeCodec } from './structured-clone.ts'

const codec = makeCodec()

/** What DevTools call the levels of a console's messages, and what Electron calls them. */
const LEVELS: Record<string, string> = { log: 'info', verbose: 'debug', assert: 'error' }

/** What the contents' window has to do with them. */
export interface ContentsOptions {
  browser: Browser
  width: number
  height: number
  /** As CSS takes it, in hexadecimal: `#rrggbb`. */
  backgroundColor: string | undefined
  preload: string | undefined
  /** The page has painted for the first time. */
  onPainted: () => void
  /** Closes the window, unless its listeners prevent it. */
  close: () => void
}

type OpenHandler = (details: object) => { action: 'allow' | 'deny' }

let lastId = 0

/** Electron's `WebContents`: one page of the browser. */
export class WebContents extends Offered {
  readonly id: number
  readonly session = defaultSession
  readonly mainFrame: object
  readonly #options: ContentsOptions
  /** Settles once the page can be sent somewhere. */
  readonly #opened: Promise<DevToolsSession>
  #requests: PageRequests | null = null
  #channel: PageChannel | null = null
  #targetId = ''
  #url = ''
  #destroyed = false
  #crashed = false
  #hasPainted = false
  #hasTheme = false
  #openHandler: OpenHandler = () => ({ action: 'allow' })

  constructor(options: ContentsOptions) {
    super('webContents')
    lastId += 1
    this.id = lastId
    this.#options = options
    this.mainFrame = this.#describeFrame()
    this.#opened = this.#open()
    this.#opened.catch((error: unknown) => {
      if (!options.browser.gone) console.error('stand-in: a page could not be opened', error)
    })
  }

  getURL(): string {
    return this.#url
  }

  isDestroyed(): boolean {
    return this.#destroyed
  }

  isCrashed(): boolean {
    return this.#crashed
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler
  }

  /** Like Electron's, settles when the page has loaded, and rejects when it cannot be reached. */
  async loadURL(url: string): Promise<void> {
    const page = await this.#opened
    const loaded = new Promise<void>((resolve) => this.once('did-finish-load', () => resolve()))
    this.#requests?.expect(url)
    const { errorText } = await page.send('Page.navigate', { url: toBrowserUrl(url) })
    if (errorText === undefined) return loaded
    this.emit('did-fail-load', createEvent(), -2, String(errorText), url, true)
    throw new Error(`${String(errorText)} loading '${url}'`)
  }

  reload(): void {
    void this.loadURL(this.#url).catch(() => {}) // did-fail-load tells
  }

  send(channel: string, ...args: unknown[]): void {
    if (this.#destroyed) throw new TypeError('Object has been destroyed')
    this.#deliver({ kind: 'message', channel, args: codec.encode(args) })
  }

  async executeJavaScript(code: string): Promise<unknown> {
    const page = await this.#opened
    const answer = await page.send('Runtime.evaluate', {
      expression: code,
      awaitPromise: true,
      returnByValue: true,
    })
    if (answer['exceptionDetails'] !== undefined)
      throw new Error(String(answer['exceptionDetails'].exception?.description))
    return answer['result'].value as unknown
  }

  forcefullyCrashRenderer(): void {
    void this.#opened.then((page) => page.send('Page.crash')).catch(() => {}) // it crashes instead of answering
  }

  /** Nothing is checked here: what was chosen is recorded. */
  replaceMisspelling(text: string): void {
    record('webContents.replaceMisspelling', text)
  }

  close(): void {
    this.#options.close()
  }

  /** For the stand-in's own use: the browser's name for this page. */
  get targetId(): string {
    return this.#targetId
  }

  /** For the stand-in's own use: the window's place and size, which is the page's. */
  async setBounds({ x, y, width, height }: Rectangle): Promise<void> {
    await this.#opened
    const { root } = this.#options.browser
    const { windowId } = await root.send('Browser.getWindowForTarget', { targetId: this.#targetId })
    await root.send('Browser.setWindowBounds', { windowId, bounds: { left: x, top: y, width, height } })
  }

  /** For the stand-in's own use: the window has closed. */
  destroy(): void {
    if (this.#destroyed) return
    this.#destroyed = true
    this.emit('destroyed')
    const { root } = this.#options.browser
    void this.#opened
      .then(() => root.send('Target.closeTarget', { targetId: this.#targetId }))
      .catch(() => {})
  }

  async #open(): Promise<DevToolsSession> {
    const { browser, width, height, backgroundColor, preload } = this.#options
    const target = await browser.root.send('Target.createTarget', {
      url: 'about:blank',
      width,
      height,
      newWindow: true,
    })
    this.#targetId = String(target['targetId'])
    const page = await browser.attach(this.#targetId)
    this.#requests = new PageRequests(page, (url, how) => {
      const event = createEvent({ url, isMainFrame: true, isSameDocument: false })
      this.emit(`will-${how}`, event, url)
      return !event.defaultPrevented
    })
    this.#listen(page)
    this.#channel = new PageChannel(page, this.#targetId, (message) => void this.#hear(message))
    await Promise.all([
      ...['Page', 'Runtime', 'Inspector', 'Log', 'DOM'].map((domain) => page.send(`${domain}.enable`)),
      this.#requests.start(),
      this.#channel.start(preload),
      backgroundColor === undefined
        ? null
        : page.send('Emulation.setDefaultBackgroundColorOverride', { color: parseColor(backgroundColor) }),
    ])
    const followTheme = (): void => void this.#followTheme(page).catch(() => {}) // the page has gone
    nativeTheme.on('updated', followTheme)
    this.once('destroyed', () => nativeTheme.off('updated', followTheme))
    await this.#followTheme(page)
    return page
  }

  #listen(page: DevToolsSession): void {
    page.on('Page.frameNavigated', ({ frame }: Payload) => {
      if (frame.parentId !== undefined) return
      this.#url = toAppUrl(String(frame.url))
      this.emit('did-navigate', createEvent(), this.#url, 200, 'OK')
    })
    page.on('Page.domContentEventFired', () => {
      if (this.#isSomewhere()) this.emit('dom-ready', createEvent())
    })
    page.on('Page.loadEventFired', () => this.#loaded())
    // What gets past the page's own interception, like a form's target.
    page.on('Page.windowOpen', ({ url }: Payload) => this.#askToOpen(toAppUrl(String(url))))
    page.on('Runtime.consoleAPICalled', ({ type, args }: Payload) => {
      const texts = (args as Payload[]).map(({ value, description }) => String(value ?? description))
      this.#tellConsole(String(type), texts.join(' '))
    })
    page.on('Log.entryAdded', ({ entry }: Payload) =>
      this.#tellConsole(String(entry.level), String(entry.text)),
    )
    page.on('Inspector.targetCrashed', () => {
      this.#crashed = true
      this.emit('render-process-gone', createEvent(), { reason: 'crashed', exitCode: 5 })
    })
    page.on('Inspector.targetReloadedAfterCrash', () => {
      this.#crashed = false
    })
  }

  #askToOpen(url: string): void {
    const details = {
      url,
      frameName: '',
      features: '',
      disposition: 'new-window',
      referrer: {},
      postBody: null,
    }
    const { action } = this.#openHandler(details)
    if (action === 'allow') console.error(`stand-in: windows opened by pages are not offered (${url})`)
  }

  #isSomewhere(): boolean {
    return this.#url !== '' && this.#url !== 'about:blank'
  }

  #loaded(): void {
    if (!this.#isSomewhere()) return
    this.emit('did-finish-load', createEvent())
    if (this.#hasPainted) return
    this.#hasPainted = true
    this.#options.onPainted()
  }

  #tellConsole(level: string, message: string): void {
    this.emit(
      'console-message',
      createEvent({ level: LEVELS[level] ?? level, message, frame: this.mainFrame }),
    )
  }

  async #hear(message: PageMessage): Promise<void> {
    switch (message.kind) {
      case 'send':
        ipcMain.emit(message.channel, this.#ipcEvent(), ...(codec.decode(message.args) as unknown[]))
        return
      case 'invoke':
        return this.#reply(message.id, message.channel, (event) =>
          ipcMain.invoked(message.channel, event, codec.decode(message.args) as unknown[]),
        )
      case 'open-window':
        return this.#askToOpen(toAppUrl(message.url))
      case 'permission':
        return this.#reply(message.id, message.kind, () =>
          decidePermissions(this.#options.browser, this, this.#url, message),
        )
      case 'file-paths':
        return this.#reply(message.id, message.kind, async () => this.#channel?.pathsOfFiles(message.count))
      case 'preload-error':
        console.error('stand-in: the preload threw', message.error)
        this.emit('preload-error', createEvent(), this.#options.preload, new Error(message.error))
    }
  }

  #ipcEvent(): object {
    return createEvent({ sender: this, senderFrame: this.mainFrame, processId: 1, frameId: 1, ports: [] })
  }

  async #reply(id: number, asked: string, answer: (event: object) => Promise<unknown>): Promise<void> {
    try {
      this.#deliver({ kind: 'reply', id, value: codec.encode(await answer(this.#ipcEvent())) })
    } catch (error) {
      console.error(`Error occurred in handler for '${asked}':`, error)
      this.#deliver({ kind: 'failure', id, error: String(error) })
    }
  }

  #deliver(message: MainMessage): void {
    if (!this.#destroyed) this.#channel?.tell(message)
  }

  /** Leaves the page to Playwright's colour scheme for as long as the app has asked for none. */
  async #followTheme(page: DevToolsSession): Promise<void> {
    const { themeSource } = nativeTheme
    if (themeSource === 'system' && !this.#hasTheme) return
    this.#hasTheme = true
    const features = [{ name: 'prefers-color-scheme', value: themeSource === 'system' ? '' : themeSource }]
    await page.send('Emulation.setEmulatedMedia', { features })
  }

  #describeFrame(): object {
    const url = (): string => this.#url
    return onlyOffered('webFrameMain', {
      get url() {
        return url()
      },
      get origin() {
        return originOf(url())
      },
      parent: null,
      send: (channel: string, ...args: unknown[]) => this.send(channel, ...args),
    })
  }
}

function parseColor(color: string): Payload {
  const [, digits] = /^#([0-9a-f]{6})$/i.exec(color) ?? []
  if (digits === undefined) throw new Error(`stand-in: the colour ${color} is not offered, write #rrggbb`)
  const [r, g, b] = [0, 2, 4].map((start) => Number.parseInt(digits.slice(start, start + 2), 16))
  return { r, g, b, a: 1 }
}
