import { spawn, type ChildProcess } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import type { Chromium } from './chromium.ts'
import { isAlive } from './is-alive.ts'

/** Parameters and answers of the DevTools protocol, whose types would be larger than this stand-in. */
// oxlint-disable-next-line typescript/no-explicit-any -- the protocol is not typed here
export type Payload = Record<string, any>

interface Waiting {
  method: string
  resolve: (result: Payload) => void
  reject: (error: Error) => void
}

const SWITCHES = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--no-startup-window',
  '--disable-background-networking',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-breakpad',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-dev-shm-usage',
  '--disable-extensions',
  '--disable-features=Translate,OptimizationHints,HttpsUpgrades,MediaRouter,PaintHolding',
  '--disable-ipc-flooding-protection',
  '--disable-renderer-backgrounding',
  '--disable-sync',
  '--force-color-profile=srgb',
  '--hide-scrollbars',
  '--metrics-recording-only',
  '--mute-audio',
  '--password-store=basic',
  '--remote-debugging-pipe',
  '--use-fake-ui-for-media-stream',
]

/** A camera and a microphone that any machine has, so that a permission decides; none where a test says so. */
const cameraSwitch = (): string =>
  `--use-fake-device-for-media-stream${process.env.STANDIN_CAMERA === 'off' ? '=device-count=0' : ''}`

/** Each browser's profile, with the process of its app in the name. */
const PROFILE = 'standin-profile-'

/** How much of what Chromium printed is told when it goes unexpectedly, in characters. */
const LAST_WORDS = 2000

/** One conversation with the browser or with one page of it. Emits the protocol's events by their names. */
export class DevToolsSession extends EventEmitter {
  readonly #browser: Browser
  readonly #id: string | undefined

  constructor(browser: Browser, id: string | undefined) {
    super()
    this.#browser = browser
    this.#id = id
  }

  send(method: string, params: Payload = {}): Promise<Payload> {
    return this.#browser.send(method, params, this.#id)
  }
}

/** A headless Chromium, spoken to over a pipe: it leaves when this process does, however that ends. Emits `gone`. */
export class Browser extends EventEmitter<{ gone: [] }> {
  readonly root: DevToolsSession
  gone = false
  /** The end of what it printed. */
  lastWords = ''
  readonly #profile = mkdtempSync(join(tmpdir(), `${PROFILE}${process.pid}-`))
  readonly #process: ChildProcess
  readonly #pipe: Writable
  readonly #sessions = new Map<string, DevToolsSession>()
  readonly #waiting = new Map<number, Waiting>()
  #lastId = 0

  constructor({ executable, env }: Chromium, debugPort: string | undefined) {
    super()
    removeOrphanedProfiles()
    this.root = new DevToolsSession(this, undefined)
    const port = debugPort === undefined ? [] : [`--remote-debugging-port=${debugPort}`]
    const switches = [...SWITCHES, cameraSwitch(), ...port, `--user-data-dir=${this.#profile}`]
    this.#process = spawn(executable, switches, {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
      env,
      // A process group of its own, so that it can be ended as a whole.
      detached: true,
    })
    const [, , stderr, input, output] = this.#process.stdio
    this.#pipe = input as Writable
    this.#pipe.on('error', () => {})
    // Playwright waits for the line that tells the debugger's address.
    ;(stderr as Readable).setEncoding('utf8').on('data', (text: string) => {
      this.lastWords = (this.lastWords + text).slice(-LAST_WORDS)
      if (text.includes('DevTools listening') || process.env.STANDIN_VERBOSE !== undefined)
        process.stderr.write(text)
    })
    this.#read(output as Readable)
    this.#process.once('exit', () => this.#ended())
    this.#process.once('error', (error) => {
      this.lastWords += error.message
      this.#ended()
    })
    process.once('exit', () => this.kill())
  }

  send(method: string, params: Payload, sessionId: string | undefined): Promise<Payload> {
    if (this.gone) return Promise.reject(new Error(`${method}: Chromium has gone`))
    this.#lastId += 1
    const id = this.#lastId
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { method, resolve, reject })
      this.#pipe.write(`${JSON.stringify({ id, method, params, sessionId })}\0`)
    })
  }

  /** Starts a conversation with a page. */
  async attach(targetId: string): Promise<DevToolsSession> {
    const { sessionId } = await this.root.send('Target.attachToTarget', { targetId, flatten: true })
    const session = new DevToolsSession(this, String(sessionId))
    this.#sessions.set(String(sessionId), session)
    return session
  }

  /** Ends it at once and takes its profile away. */
  kill(): void {
    try {
      process.kill(-Number(this.#process.pid), 'SIGKILL')
    } catch {
      // It had ended already.
    }
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 10 })
  }

  #read(output: Readable): void {
    let parts: Buffer[] = []
    output.on('error', () => {})
    output.on('data', (data: Buffer) => {
      let rest = data
      for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
        parts.push(rest.subarray(0, end))
        this.#received(JSON.parse(Buffer.concat(parts).toString('utf8')) as Payload)
        parts = []
        rest = rest.subarray(end + 1)
      }
      if (rest.length > 0) parts.push(rest)
    })
  }

  #received(message: Payload): void {
    if (message['id'] === undefined) {
      const to =
        message['sessionId'] === undefined ? this.root : this.#sessions.get(String(message['sessionId']))
      to?.emit(String(message['method']), message['params'])
      return
    }
    const waiting = this.#waiting.get(Number(message['id']))
    this.#waiting.delete(Number(message['id']))
    if (message['error'] === undefined) waiting?.resolve(message['result'] as Payload)
    else waiting?.reject(new Error(`${waiting.method}: ${String(message['error'].message)}`))
  }

  #ended(): void {
    this.gone = true
    for (const { method, reject } of this.#waiting.values()) reject(new Error(`${method}: Chromium has gone`))
    this.#waiting.clear()
    this.emit('gone')
  }
}

/** Takes away what apps left behind that were killed: they could not do it themselves. */
function removeOrphanedProfiles(): void {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PROFILE))) {
    const [pid] = name.slice(PROFILE.length).split('-', 1)
    if (!isAlive(Number(pid))) rmSync(join(tmpdir(), name), { recursive: true, force: true })
  }
}
