import { EventEmitter } from 'node:events'
import type { AppUpdater, UpdateInfo } from 'electron-updater'
import type { UpdateChannel, UpdateState } from '../bridge.ts'

/** How long after the start updates are looked for first, in milliseconds: the start belongs to the person. */
const FIRST_CHECK_MS = 60_000
const CHECK_EVERY_MS = 4 * 3_600_000

/** What electron-updater calls the channels, and their files: `latest.yml`, `beta.yml`. */
const CHANNELS: Record<UpdateChannel, string> = { stable: 'latest', beta: 'beta' }

/** What updating needs. */
export interface UpdatesOptions {
  /** What fetches and installs; or why there is none. */
  updater: AppUpdater | 'development' | 'no-feed' | 'packaged'
  channel: () => UpdateChannel
  /**
   * Puts everything on disk and lets nothing keep the program open: what installs ends it. Settles with what takes that back, should
   * nothing come of it.
   */
  prepareToQuit: () => Promise<() => void>
  log: (message: string, error?: unknown) => void
}

/**
 * Looks for newer versions, fetches them in the background and installs them when the program ends, or at once where the person
 * asks for it; emits `change` with how that stands. It never ends the program by itself.
 */
export class Updates extends EventEmitter<{ change: [UpdateState] }> {
  readonly #options: UpdatesOptions
  readonly #updater: AppUpdater | null
  #state: UpdateState
  /** What is being fetched. */
  #version = ''
  /** Set while the program is about to end for an update. */
  #stay: (() => void) | null = null

  constructor(options: UpdatesOptions) {
    super()
    this.#options = options
    const { updater } = options
    this.#updater = typeof updater === 'string' ? null : updater
    this.#state = typeof updater === 'string' ? { status: 'off', why: updater } : { status: 'idle' }
    if (this.#updater !== null) this.#follow(this.#updater)
  }

  get state(): UpdateState {
    return this.#state
  }

  /** From now on looks for updates by itself. */
  start(): void {
    if (this.#updater === null) return
    setTimeout(() => {
      void this.check()
      setInterval(() => void this.check(), CHECK_EVERY_MS).unref()
    }, FIRST_CHECK_MS).unref()
  }

  /** Looks for an update now, and fetches it; does nothing where that is under way, or one is ready. */
  async check(): Promise<void> {
    if (this.#updater === null || ['checking', 'fetching', 'ready'].includes(this.#state.status)) return
    this.#updater.channel = CHANNELS[this.#options.channel()]
    // Choosing a channel allows older versions; whoever leaves beta waits until stable has caught up.
    this.#updater.allowDowngrade = false
    try {
      const found = await this.#updater.checkForUpdates()
      await found?.downloadPromise
    } catch {
      // Told as `error` already.
    }
  }

  /** Ends the program, installs what is ready and starts it again; does nothing where nothing is ready. */
  async install(): Promise<void> {
    if (this.#updater === null || this.#state.status !== 'ready') return
    this.#stay = await this.#options.prepareToQuit()
    this.#updater.quitAndInstall(true, true)
  }

  #follow(updater: AppUpdater): void {
    // It would write the person's folders and every address into the log.
    updater.logger = null
    updater.on('checking-for-update', () => this.#become({ status: 'checking' }))
    updater.on('update-not-available', () =>
      this.#become({ status: 'current', checkedAt: new Date().toISOString() }),
    )
    updater.on('update-available', ({ version }: UpdateInfo) => {
      this.#version = version
      this.#become({ status: 'fetching', version, fraction: 0 })
    })
    updater.on('download-progress', ({ percent }) =>
      this.#become({ status: 'fetching', version: this.#version, fraction: percent / 100 }),
    )
    updater.on('update-downloaded', ({ version }) => this.#become({ status: 'ready', version }))
    updater.on('error', (error) => {
      this.#options.log('an update could not be looked for, fetched or installed', error)
      this.#stay?.()
      this.#stay = null
      this.#become({ status: 'failed' })
    })
  }

  #become(state: UpdateState): void {
    this.#state = state
    this.emit('change', state)
  }
}
