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
  /** What is waited for before it closes. */
  beforeClose: (window: BrowserWindow) => Promise<void>
  /** Closes it after that. */
  close: (window: BrowserWindow) => void
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
    const { file, fixedPlace, staysOnClose, beforeClose, close, onOpen, log } = this.#options
    const place = fixedPlace === null ? readWindowPlace(file) : null
    const window = openWindow(
      fixedPlace ?? (place && fitToDisplays(place.bounds, workAreas())),
      place?.isMaximized ?? false,
    )
    this.#window = window
    if (fixedPlace === null) rememberPlace(window, file, log)
    let mayClose = false
    let isClosing = false
    window.on('close', (event) => {
      if (staysOnClose()) {
        event.preventDefault()
        return hide(window)
      }
      if (mayClose) return
      event.preventDefault()
      if (isClosing) return
      isClosing = true
      void beforeClose(window).then(() => {
        mayClose = true
        if (!window.isDestroyed()) close(window)
      })
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
