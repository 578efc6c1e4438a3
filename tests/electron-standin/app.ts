import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createEvent } from './event.ts'
import { record } from './records.ts'
import { notOffered, Offered, onlyOffered } from './refuse.ts'
import { claimSingleInstance, releaseSingleInstance } from './single-instance.ts'

/** The app's folder and package.json, known once it is told what to start. */
export interface Program {
  folder: string
  name: string
  version: string
}

/** What the app cannot know: its windows and its browser, closed when it quits. */
export interface Quitting {
  /** Closes every window; false when one refused. */
  closeWindows(): boolean
  killBrowser(): void
}

/** Electron's `app`, as far as a chat needs it. */
export class App extends Offered {
  /** Where `STANDIN_RESOURCES` names a folder the app counts as packaged, with its resources there. */
  readonly isPackaged = process.env.STANDIN_RESOURCES !== undefined
  readonly commandLine
  /** For the stand-in's own use: it is about to leave. */
  quitting = false
  #program: Program = { folder: process.cwd(), name: 'Electron', version: '0.0.0' }
  #ends: Quitting = { closeWindows: () => true, killBrowser: () => {} }
  #ready = false
  #markReady: () => void = () => {}
  #badgeCount = 0
  readonly #whenReady: Promise<void>
  readonly #paths = new Map<string, string>()

  constructor() {
    super('app')
    if (process.env.STANDIN_RESOURCES !== undefined)
      Object.assign(process, { resourcesPath: process.env.STANDIN_RESOURCES })
    const switches = new Map<string, string>()
    this.commandLine = onlyOffered('app.commandLine', {
      appendSwitch: (name: string, value = '') => void switches.set(name, value),
      hasSwitch: (name: string) => switches.has(name),
    })
    this.#whenReady = new Promise((done) => {
      this.#markReady = done
    })
  }

  /** For the stand-in's own use. */
  setUp(program: Program, ends: Quitting): void {
    this.#program = program
    this.#ends = ends
  }

  /** For the stand-in's own use: the app's main module has run. */
  becomeReady(): void {
    this.#ready = true
    this.#markReady()
    this.emit('ready', createEvent(), {})
  }

  whenReady(): Promise<void> {
    return this.#whenReady
  }

  isReady(): boolean {
    return this.#ready
  }

  get name(): string {
    return this.getName()
  }

  getName(): string {
    return this.#program.name
  }

  getVersion(): string {
    return this.#program.version
  }

  getAppPath(): string {
    return this.#program.folder
  }

  getLocale(): string {
    return this.getPreferredSystemLanguages()[0] ?? 'en-US'
  }

  /** As on Linux: those of the environment, the best first. */
  getPreferredSystemLanguages(): string[] {
    const { LANGUAGE, LC_ALL, LANG } = process.env
    const named = (LANGUAGE || LC_ALL || LANG || '').split(':').map((name) => name.replace(/[.@].*$/, ''))
    const tags = named.filter((name) => /^[a-z]{2,3}(_|$)/.test(name)).map((name) => name.replace('_', '-'))
    return tags.length > 0 ? tags : ['en-US']
  }

  getPath(name: string): string {
    const set = this.#paths.get(name)
    if (set !== undefined) return set
    switch (name) {
      case 'home':
        return homedir()
      case 'temp':
        return tmpdir()
      case 'appData':
        return process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config')
      case 'userData':
        return join(this.getPath('appData'), this.#program.name)
      case 'sessionData':
        return this.getPath('userData')
      case 'logs':
        return join(this.getPath('userData'), 'logs')
      default:
        throw notOffered(`app.getPath('${name}')`)
    }
  }

  setPath(name: string, path: string): void {
    this.#paths.set(name, resolve(path))
  }

  /** Pages run in a browser whose own sandbox is off, since tests run as root in containers: the README says so. */
  enableSandbox(): void {
    record('app.enableSandbox')
  }

  setAppUserModelId(id: string): void {
    record('app.setAppUserModelId', id)
  }

  setAsDefaultProtocolClient(protocol: string, path?: string, args?: string[]): boolean {
    record('app.setAsDefaultProtocolClient', protocol, path, args)
    return true
  }

  setLoginItemSettings(settings: object): void {
    record('app.setLoginItemSettings', settings)
  }

  setBadgeCount(count = 0): boolean {
    this.#badgeCount = count
    return true
  }

  getBadgeCount(): number {
    return this.#badgeCount
  }

  requestSingleInstanceLock(additionalData: unknown = null): boolean {
    const message = { argv: process.argv, workingDirectory: process.cwd(), additionalData }
    return claimSingleInstance(this.getPath('userData'), message, (second) =>
      this.emit(
        'second-instance',
        createEvent(),
        second.argv,
        second.workingDirectory,
        second.additionalData,
      ),
    )
  }

  releaseSingleInstanceLock(): void {
    releaseSingleInstance()
  }

  /** Asks everyone who may object, and leaves. The caller's own code goes on first, as in Electron. */
  quit(): void {
    setImmediate(() => this.#tryToQuit())
  }

  exit(code = 0): void {
    this.quitting = true
    this.emit('quit', createEvent(), code)
    this.#ends.killBrowser()
    process.exit(code)
  }

  #tryToQuit(): void {
    if (this.quitting) return
    this.quitting = this.#mayLeave('before-quit') && this.#closeWindows() && this.#mayLeave('will-quit')
    if (this.quitting) this.exit(0)
  }

  #mayLeave(asked: 'before-quit' | 'will-quit'): boolean {
    const event = createEvent()
    this.emit(asked, event)
    return !event.defaultPrevented
  }

  /** Windows that close because the app quits do not make it quit. */
  #closeWindows(): boolean {
    this.quitting = true
    this.quitting = this.#ends.closeWindows()
    return this.quitting
  }
}
