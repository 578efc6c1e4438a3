import type { MenuItemConstructorOptions } from 'electron'
import { BrowserWindow } from './browser-window.ts'
import { record } from './records.ts'
import { notOffered, Offered, onlyOffered } from './refuse.ts'

let applicationMenu: Menu | null = null

/** Electron's `MenuItem`; a test clicks it by `click()`. */
export class MenuItem {
  id: string | undefined
  label: string
  type: string
  role: string | undefined
  accelerator: unknown
  icon: unknown
  sublabel: string
  toolTip: string
  enabled: boolean
  visible: boolean
  checked: boolean
  submenu: Menu | undefined
  click: (event?: unknown, window?: BrowserWindow | null) => void

  constructor(options: MenuItemConstructorOptions) {
    const { submenu, click } = options
    this.id = options.id
    this.label = options.label ?? ''
    this.type = options.type ?? (submenu === undefined ? 'normal' : 'submenu')
    this.role = options.role
    this.accelerator = options.accelerator
    this.icon = options.icon
    this.sublabel = options.sublabel ?? ''
    this.toolTip = options.toolTip ?? ''
    this.enabled = options.enabled ?? true
    this.visible = options.visible ?? true
    this.checked = options.checked ?? false
    this.submenu = Array.isArray(submenu)
      ? Menu.buildFromTemplate(submenu)
      : (submenu as unknown as Menu | undefined)
    this.click = (event = {}, window = BrowserWindow.getFocusedWindow()) => {
      if (click === undefined) throw notOffered(`MenuItem: what ${this.role ?? this.label} does by itself`)
      if (this.type === 'checkbox') this.checked = !this.checked
      // The listener was written for Electron's classes, whose parts here are the same.
      ;(click as unknown as (item: MenuItem, window: unknown, event: unknown) => void)(
        this,
        window ?? undefined,
        event,
      )
    }
    return onlyOffered('MenuItem', this)
  }
}

/** Electron's `Menu`. */
export class Menu extends Offered {
  readonly items: MenuItem[] = []

  constructor() {
    super('Menu')
  }

  static buildFromTemplate(template: Array<MenuItemConstructorOptions | MenuItem>): Menu {
    const menu = new Menu()
    for (const entry of template) menu.append(entry instanceof MenuItem ? entry : new MenuItem(entry))
    return menu
  }

  static setApplicationMenu(menu: Menu | null): void {
    applicationMenu = menu
  }

  static getApplicationMenu(): Menu | null {
    return applicationMenu
  }

  append(item: MenuItem): void {
    this.items.push(item)
  }

  getMenuItemById(id: string): MenuItem | null {
    for (const item of this.items) {
      const found = item.id === id ? item : (item.submenu?.getMenuItemById(id) ?? null)
      if (found !== null) return found
    }
    return null
  }

  popup(): void {
    record(
      'Menu.popup',
      this.items.map(({ label }) => label),
    )
    this.emit('menu-will-show')
  }
}
