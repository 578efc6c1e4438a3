import { Menu, Tray } from 'electron'
import { doNotDisturbMenu } from './do-not-disturb.ts'
import type { Preferences } from './preferences.ts'
import { t } from './texts.ts'
import { trayImage } from './tray-image.ts'

/** What the tray reaches. */
export interface TrayOptions {
  preferences: Preferences
  onMac: boolean
  /** Shows the window. */
  open: () => void
  quit: () => void
}

/** The program's place in the tray: whether something is unread, and the few things that one does without the window. */
export class SystemTray {
  readonly #options: TrayOptions
  readonly #tray: Tray
  #unread = 0

  constructor(options: TrayOptions) {
    this.#options = options
    this.#tray = new Tray(trayImage(false, options.onMac))
    // On macOS a press opens the menu.
    if (!options.onMac) this.#tray.on('click', options.open)
    // The language, too, is among them.
    options.preferences.on('change', () => {
      this.#draw()
      this.#drawMenu()
    })
    this.#draw()
    this.#drawMenu()
  }

  /** Takes over how many messages are unread. */
  setUnread(count: number): void {
    if (count === this.#unread) return
    this.#unread = count
    this.#draw()
  }

  #draw(): void {
    this.#tray.setImage(trayImage(this.#unread > 0, this.#options.onMac))
    this.#tray.setToolTip(
      this.#unread === 0
        ? t('main.tray.name')
        : t('main.tray.unread', { unread: describeUnread(this.#unread) }),
    )
  }

  #drawMenu(): void {
    const { preferences, open, quit } = this.#options
    this.#tray.setContextMenu(
      Menu.buildFromTemplate([
        { id: 'open', label: t('main.tray.open'), click: open },
        doNotDisturbMenu(preferences),
        { type: 'separator' },
        { id: 'quit', label: t('main.tray.quit'), click: quit },
      ]),
    )
  }
}

/** How many messages are unread, in words. */
export const describeUnread = (count: number): string => t('main.unread', { count })
