import { screen, type BrowserWindow } from 'electron'
import { rememberPlace } from './remember-place.ts'
import type { Settings } from './settings.ts'
import { fitToDisplays, readWindowPlace } from './window-place.ts'
import { openWindow } from './window.ts'

/** What the window needs. */
export interface MainWindowOptions {
  /** Where its place is kept. */
  file: string
  /** Where it opens whatever was kept; null for where it was. */
  fixedPlace: Settings['window']
  /** Whether closing leaves the program running, without its window. */
  staysOnClose: () => boolean
  onOpen: (window: BrowserWindow) => void
  log: (message: string, error?: unknown) => void
}

/** The program's one window: opens where it was, and is hidden rather than closed where the person wants that. */
export class MainWindow {
  readonly #options: MainWindowOptions
  #window: BrowserWindow | null = null

  constructor(options: MainWindowOptions) {
    this.#options = options
  }

  /** The window; null while there is none. */
  get current(): BrowserWindow | null {
    return this.#window
  }

  /** Brings it before the person, opened if need be. */
  show(): void {
    if (this.#window === null) return this.#open()
    if (this.#window.isMinimized()) this.#window.restore()
    this.#window.show()
    this.#window.focus()
  }

  #open(): void {
    const { file, fixedPlace, staysOnClose, onOpen, log } = this.#options
    const place = fixedPlace === null ? readWindowPlace(file) : null
    const window = openWindow(
      fixedPlace ?? (place && fitToDisplays(place.bounds, workAreas())),
      place?.isMaximized ?? false,
    )
    this.#window = window
    if (fixedPlace === null) rememberPlace(window, file, log)
    window.on('close', (event) => {
      if (!staysOnClose()) return
      event.preventDefault()
      hide(window)
    })
    window.on('closed', () => {
      this.#window = null
    })
    onOpen(window)
  }
}

const workAreas = () => screen.getAllDisplays().map(({ workArea }) => workArea)

/** A window that is hidden while it fills the screen leaves a black one behind on macOS. */
function hide(window: BrowserWindow): void {
  if (!window.isFullScreen()) return window.hide()
  window.once('leave-full-screen', () => window.hide())
  window.setFullScreen(false)
}
