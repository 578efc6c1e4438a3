import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEvent, Offered, onlyOffered } from './refuse.ts'

/** The app's folder and package.json, known once it is told what to start. */
export interface Program {
  folder: string
  name: string
  version: string
}

/** What the app cannot know: its windows and its browser, closed when it quits. */
export interface Quitting {
  /** Closes every window; false when one refused. */
  closeWindows(): Promise<boolean>
  killBrowser(): void
}

/** Electron's `app`, as far as a chat needs it. */
export class App extends Offered {
  readonly isPackaged = false
  readonly commandLine
  quitting = false
  private program: Program = { folder: process.cwd(), name: 'Electron', version: '0.0.0' }
  private ends: Quitting = { closeWindows: async () => true, killBrowser: () => {} }
  private ready = false
  private markReady: () => void = () => {}
  private readonly whenReadyPromise: Promise<void>
  private readonly paths = new Map<string, string>()
  /** A second instance is telling the first. */
  private telling: Promise<unknown> = Promise.resolve()

  constructor() {
    super('app')
    const switches = new Map<string, string>()
    this.commandLine = onlyOffered('app.commandLine', {
      appendSwitch: (name: string, value = '') => void switches.set(name, value),
      hasSwitch: (name: string) => switches.has(name),
    })
    this.whenReadyPromise = new Promise((resolve) => {
      this.markReady = resolve
    })
  }

  /** For the stand-in's own use. */
  setUp(program: Program, ends: Quitting): void {
    this.program = program
    this.ends = ends
  }

  /** For the stand-in's own use: the app's main module has run. */
  becomeReady(): void {
    this.ready = true
    this.markReady()
    this.emit('ready', createEvent(), {})
  }

  whenReady(): Promise<void> {
    return this.whenReadyPromise
  }

  isReady(): boolean {
    return this.ready
  }

  getName(): string {
    return this.program.name
  }

  getVersion(): string {
    return this.program.version
  }

  getAppPath(): string {
    return this.program.folder
  }

  getPath(name: string): string {
    const set = this.paths.get(name)
    if (set !== undefined) return set
    if (name === 'userData')
      return join(process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), this.program.name)
    if (name === 'home') return homedir()
    if (name === 'temp') return tmpdir()
    throw new Error(`stand-in: app.getPath('${name}') is not offered`)
  }

  setPath(name: string, path: string): void {
    this.paths.set(name, path)
  }

  /** Every window here is in a browser whose sandbox is off: this container has no user namespaces. */
  enableSandbox(): void {}

  /** A lock file with the first one's process, and a socket on which it hears of the second. */
  requestSingleInstanceLock(): boolean {
    const folder = this.getPath('userData')
    mkdirSync(folder, { recursive: true })
    const lock = join(folder, 'SingletonLock')
    const socket = join(
      tmpdir(),
      `standin-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}.sock`,
    )
    if (isAlive(lock)) {
      this.telling = new Promise((resolve) => {
        connect(socket).once('close', resolve).end(JSON.stringify(process.argv))
      })
      return false
    }
    writeFileSync(lock, String(process.pid))
    rmSync(socket, { force: true })
    createServer((client) => {
      let text = ''
      client.on('data', (part) => (text += part.toString()))
      client.on('end', () => this.emit('second-instance', createEvent(), JSON.parse(text), folder, null))
    })
      .listen(socket)
      .unref()
    process.once('exit', () => {
      rmSync(lock, { force: true })
      rmSync(socket, { force: true })
    })
    return true
  }

  quit(): void {
    void this.tryToQuit()
  }

  exit(code = 0): void {
    this.emit('quit', createEvent(), code)
    this.ends.killBrowser()
    process.exit(code)
  }

  private async tryToQuit(): Promise<void> {
    if (this.quitting) return
    this.quitting = true
    const before = createEvent()
    this.emit('before-quit', before)
    await this.telling
    if (before.defaultPrevented || !(await this.ends.closeWindows())) {
      this.quitting = false
      return
    }
    const will = createEvent()
    this.emit('will-quit', will)
    if (will.defaultPrevented) this.quitting = false
    else this.exit(0)
  }
}

function isAlive(lock: string): boolean {
  try {
    const pid = Number(readFileSync(lock, 'utf8'))
    process.kill(pid, 0)
    return pid !== process.pid
  } catch {
    return false
  }
}
