import type { Menu } from './menu.ts'
import { records } from './records.ts'
import { Offered } from './refuse.ts'

/** Electron's `Tray`: among the app's records for as long as it is there. */
export class Tray extends Offered {
  image: unknown
  toolTip = ''
  menu: Menu | null = null
  #destroyed = false

  constructor(image: unknown) {
    super('Tray')
    this.image = image
    records.trays.push(this)
  }

  setImage(image: unknown): void {
    this.image = image
  }

  setToolTip(toolTip: string): void {
    this.toolTip = toolTip
  }

  setContextMenu(menu: Menu | null): void {
    this.menu = menu
  }

  destroy(): void {
    this.#destroyed = true
    records.trays = records.trays.filter((tray) => tray !== this)
  }

  isDestroyed(): boolean {
    return this.#destroyed
  }
}
