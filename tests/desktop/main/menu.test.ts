import type { MenuItemConstructorOptions } from 'electron'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { setupMenu, type MenuOptions } from '../../../desktop/main/menu.ts'

const { setApplicationMenu } = vi.hoisted(() => ({
  setApplicationMenu: vi.fn<(template: MenuItemConstructorOptions[]) => void>(),
}))
vi.mock('electron', () => ({
  Menu: { setApplicationMenu, buildFromTemplate: (template: MenuItemConstructorOptions[]) => template },
}))

beforeEach(() => {
  setApplicationMenu.mockClear()
})

const options = (changes: Partial<MenuOptions> = {}): MenuOptions => ({
  onMac: false,
  inDevelopment: false,
  give: vi.fn(),
  open: vi.fn(),
  copyLogs: vi.fn(),
  showLogs: vi.fn(),
  ...changes,
})

/** Every entry of the menus, whatever it is under. */
function entriesFor(given: MenuOptions): MenuItemConstructorOptions[] {
  setupMenu(given)
  const template = setApplicationMenu.mock.lastCall?.[0] ?? []
  return template.flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []))
}

const rolesOf = (entries: MenuItemConstructorOptions[]) => entries.flatMap(({ role }) => role ?? [])

describe('the menus', () => {
  it('are those of the system', () => {
    const onMac = entriesFor(options({ onMac: true }))
    expect(rolesOf(onMac)).toEqual(expect.arrayContaining(['about', 'hide', 'services', 'quit', 'front']))
    expect(onMac.find(({ id }) => id === 'settings')).toMatchObject({
      label: 'Settings…',
      accelerator: 'CommandOrControl+,',
    })
    const elsewhere = entriesFor(options())
    expect(rolesOf(elsewhere)).not.toContain('hide')
    expect(elsewhere.find(({ id }) => id === 'settings')).toMatchObject({
      label: 'Preferences…',
      accelerator: 'CommandOrControl+,',
    })
  })

  it('have each entry once, but for what has two accelerators', () => {
    for (const onMac of [true, false]) {
      const roles = rolesOf(entriesFor(options({ onMac }))).filter((role) => role !== 'zoomIn')
      // On macOS, About is where the system wants it and under Help.
      expect(new Set(roles).size).toBe(roles.length)
    }
  })

  it('reload and inspect only while the program is being developed', () => {
    for (const onMac of [true, false]) {
      const installed = rolesOf(entriesFor(options({ onMac })))
      expect(installed.filter((role) => /reload|devtools/i.test(role))).toEqual([])
      const developed = rolesOf(entriesFor(options({ onMac, inDevelopment: true })))
      expect(developed).toEqual(expect.arrayContaining(['reload', 'toggleDevTools']))
    }
  })

  it('show the window before the settings', () => {
    const given = options()
    const click = entriesFor(given).find(({ id }) => id === 'about')?.click as (() => void) | undefined
    click?.()
    expect(given.open).toHaveBeenCalledOnce()
    expect(given.give).toHaveBeenCalledExactlyOnceWith({ kind: 'settings', section: 'about' })
  })

  it('look for updates', () => {
    const given = options()
    const click = entriesFor(given).find(({ id }) => id === 'check-for-updates')?.click as
      (() => void) | undefined
    click?.()
    expect(given.open).toHaveBeenCalledOnce()
    expect(given.give).toHaveBeenCalledExactlyOnceWith({ kind: 'check-for-updates' })
  })
})
