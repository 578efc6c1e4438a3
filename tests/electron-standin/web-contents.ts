import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { makeCodec } from './clone.ts'
import type { Browser, DevToolsSession, Payload } from './devtools.ts'
import { ipcMain } from './ipc-main.ts'
import { nativeTheme } from './native-theme.ts'
import { answerByHandler, defaultSession, HANDLED_PATTERN, toAppUrl, toBrowserUrl } from './protocol.ts'
import { createEvent, Offered } from './refuse.ts'
import { pageWorld, preloadWorld, type MainMessage, type PageMessage } from './worlds.ts'

const WORLD = 'Electron Isolated Context'
const codec = makeCodec()

/** What Chromium calls a permission, and what Electron calls it. */
const PERMISSIONS = {
  geolocation: 'geolocation',
  notifications: 'notifications',
  camera: 'media',
  microphone: 'media',
}

/** What the contents' window has to do with them. */
export interface ContentsOptions {
  browser: Browser
  width: number
  height: number
  preload: string | undefined
  /** The page has painted for the first time. */
  onPainted: () => void
}

type OpenHandler = (details: { url: string }) => { action: 'allow' | 'deny' }

let lastId = 0

/** Electron's `webContents`: one page of the browser. */
export class WebContents extends Offered {
  readonly id: number
  readonly session = defaultSession
  readonly mainFrame: object
  /** Settles once the page can be sent somewhere. */
  readonly opened: Promise<DevToolsSession>
  targetId = ''
  private readonly options: ContentsOptions
  private readonly channel = `x${randomBytes(8).toString('hex')}`
  /** Addresses that main itself sends the page to: only others raise `will-navigate`. */
  private readonly sentTo = new Set<string>()
  private url = ''
  private destroyed = false
  private hasPainted = false
  private mainFrameId = ''
  private preloadContext = ''
  private openHandler: OpenHandler = () => ({ action: 'allow' })

  constructor(options: ContentsOptions) {
    super('webContents')
    lastId += 1
    this.id = lastId
    this.options = options
    this.mainFrame = this.describeFrame()
    this.opened = this.open()
    this.opened.catch((error: unknown) => {
      if (!options.browser.gone) console.error('stand-in: a page could not be opened', error)
    })
  }

  getURL(): string {
    return this.url
  }

  isDestroyed(): boolean {
    return this.destroyed
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.openHandler = handler
  }

  async loadURL(url: string): Promise<void> {
    const page = await this.opened
    await this.applyPermissions(url)
    const target = toBrowserUrl(url)
    this.sentTo.add(target)
    const { errorText } = await page.send('Page.navigate', { url: target })
    if (errorText !== undefined) throw new Error(`${String(errorText)} loading '${url}'`)
  }

  reload(): void {
    this.sentTo.add(toBrowserUrl(this.url))
    void this.opened.then((page) => page.send('Page.reload'))
  }

  send(channel: string, ...args: unknown[]): void {
    if (this.destroyed) throw new TypeError('Object has been destroyed')
    this.deliver({ kind: 'message', channel, args: codec.encode(args) })
  }

  async executeJavaScript(code: string): Promise<unknown> {
    const page = await this.opened
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
    void this.opened.then((page) => page.send('Page.crash')).catch(() => {})
  }

  /** For the stand-in's own use: the window's size, which is the page's. */
  async resize(width: number, height: number): Promise<void> {
    const page = await this.opened
    await page.send('Emulation.setDeviceMetricsOverride', {
      width,
      height,
      deviceScaleFactor: 0,
      mobile: false,
    })
  }

  /** For the stand-in's own use. */
  async destroy(): Promise<void> {
    if (this.destroyed) return
    this.destroyed = true
    await this.opened.catch(() => {})
    await this.options.browser.root.send('Target.closeTarget', { targetId: this.targetId }).catch(() => {})
    this.emit('destroyed')
  }

  private async open(): Promise<DevToolsSession> {
    const { browser, width, height, preload } = this.options
    const { root } = browser
    const target = await root.send('Target.createTarget', {
      url: 'about:blank',
      width,
      height,
      newWindow: true,
    })
    this.targetId = String(target['targetId'])
    const attached = await root.send('Target.attachToTarget', { targetId: this.targetId, flatten: true })
    const page = browser.session(String(attached['sessionId']))
    this.listen(page)
    await Promise.all([
      page.send('Page.enable'),
      page.send('Runtime.enable'),
      page.send('Inspector.enable'),
      page.send('Fetch.enable', {
        patterns: [{ urlPattern: HANDLED_PATTERN }, { urlPattern: '*', resourceType: 'Document' }],
      }),
      page.send('Page.addScriptToEvaluateOnNewDocument', { source: pageWorld(this.channel) }),
    ])
    if (preload !== undefined) await this.addPreload(page, preload)
    nativeTheme.on('updated', () => void this.followTheme(page))
    if (nativeTheme.themeSource !== 'system') await this.followTheme(page)
    return page
  }

  private async addPreload(page: DevToolsSession, file: string): Promise<void> {
    const binding = `${this.channel}b`
    await page.send('Runtime.addBinding', { name: binding, executionContextName: WORLD })
    await page.send('Page.addScriptToEvaluateOnNewDocument', {
      worldName: WORLD,
      source: preloadWorld({ channel: this.channel, binding, file, source: readFileSync(file, 'utf8') }),
    })
  }

  private listen(page: DevToolsSession): void {
    page.on('Page.frameNavigated', ({ frame }: Payload) => {
      if (frame.parentId !== undefined) return
      this.mainFrameId = String(frame.id)
      this.url = toAppUrl(String(frame.url))
      this.emit('did-navigate', createEvent(), this.url)
    })
    page.on('Page.loadEventFired', () => {
      if (this.url === 'about:blank' || this.url === '') return
      this.emit('did-finish-load', createEvent())
      if (this.hasPainted) return
      this.hasPainted = true
      this.options.onPainted()
    })
    page.on('Runtime.executionContextCreated', ({ context }: Payload) => {
      if (context.name === WORLD) this.preloadContext = String(context.uniqueId)
    })
    page.on('Runtime.bindingCalled', ({ name, payload }: Payload) => {
      if (name === `${this.channel}b`) void this.hear(JSON.parse(String(payload)) as PageMessage)
    })
    page.on('Inspector.targetCrashed', () =>
      this.emit('render-process-gone', createEvent(), { reason: 'crashed', exitCode: 5 }),
    )
    page.on('Fetch.requestPaused', (paused: Payload) => {
      this.answer(page, paused).catch((error: unknown) => {
        if (!this.destroyed && !this.options.browser.gone) console.error('stand-in: a request failed', error)
      })
    })
  }

  private async answer(
    page: DevToolsSession,
    { requestId, request, resourceType, frameId }: Payload,
  ): Promise<void> {
    const fail = (errorReason: string): Promise<Payload> =>
      page.send('Fetch.failRequest', { requestId, errorReason })
    const url = toAppUrl(String(request.url))
    const navigates = resourceType === 'Document' && (this.mainFrameId === '' || frameId === this.mainFrameId)
    if (navigates && !this.sentTo.delete(String(request.url)) && !this.mayNavigate(url))
      return void (await fail('Aborted'))
    if (url === request.url) return void (await page.send('Fetch.continueRequest', { requestId }))

    let response: Response | null
    try {
      response = await answerByHandler(new Request(url, { method: request.method, headers: request.headers }))
    } catch (error) {
      console.error('stand-in: the protocol handler threw', error)
      return void (await fail('Failed'))
    }
    if (response === null) return void (await fail('AddressUnreachable'))
    await page.send('Fetch.fulfillRequest', {
      requestId,
      responseCode: response.status,
      responseHeaders: [...response.headers].map(([name, value]) => ({ name, value })),
      body: Buffer.from(await response.arrayBuffer()).toString('base64'),
    })
  }

  private mayNavigate(url: string): boolean {
    const event = createEvent({ url, isMainFrame: true })
    this.emit('will-navigate', event, url)
    return !event.defaultPrevented
  }

  private async hear(message: PageMessage): Promise<void> {
    if (message.kind === 'open') {
      const { action } = this.openHandler({ url: toAppUrl(message.url) })
      if (action === 'allow')
        console.error(`stand-in: windows opened by pages are not offered (${message.url})`)
      return
    }
    if (message.kind === 'preload-error') {
      console.error('stand-in: the preload threw', message.error)
      this.emit('preload-error', createEvent(), this.options.preload, new Error(message.error))
      return
    }
    const { id, channel } = message
    const args = codec.decode(message.args) as unknown[]
    const event = createEvent({ sender: this, senderFrame: this.mainFrame })
    if (message.kind === 'send') return void ipcMain.emit(channel, event, ...args)
    try {
      this.deliver({
        kind: 'reply',
        id,
        channel,
        value: codec.encode(await ipcMain.invoked(channel, event, args)),
      })
    } catch (error) {
      console.error(`Error occurred in handler for '${channel}':`, error)
      this.deliver({ kind: 'failure', id, channel, error: String(error) })
    }
  }

  private deliver(message: MainMessage): void {
    if (this.preloadContext === '' || this.destroyed) return
    const expression = `__standinReceive(${JSON.stringify(message)})`
    void this.opened
      .then((page) => page.send('Runtime.evaluate', { uniqueContextId: this.preloadContext, expression }))
      .catch(() => {}) // the page has gone elsewhere
  }

  /** Chromium asks nobody when headless, so the app is asked before each page and its answers are set. */
  private async applyPermissions(url: string): Promise<void> {
    const origin = new URL(toBrowserUrl(url)).origin
    for (const [name, electronName] of Object.entries(PERMISSIONS)) {
      const granted = await defaultSession.grants(this, electronName, url)
      await this.options.browser.root.send('Browser.setPermission', {
        permission: { name },
        setting: granted ? 'granted' : 'denied',
        origin,
      })
    }
  }

  private async followTheme(page: DevToolsSession): Promise<void> {
    const { themeSource } = nativeTheme
    const features = [{ name: 'prefers-color-scheme', value: themeSource === 'system' ? '' : themeSource }]
    if (!this.destroyed) await page.send('Emulation.setEmulatedMedia', { features }).catch(() => {})
  }

  private describeFrame(): object {
    const url = (): string => this.url
    return {
      get url() {
        return url()
      },
      get origin() {
        return url().split('/').slice(0, 3).join('/')
      },
      parent: null,
    }
  }
}
