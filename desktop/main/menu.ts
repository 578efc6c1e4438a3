import { Menu, type MenuItemConstructorOptions } from 'electron'
import type { Command } from '../bridge.ts'

/** What the menus reach. */
export interface MenuOptions {
  onMac: boolean
  /** Whether there is something to reload: the page as it is being written. */
  inDevelopment: boolean
  give: (command: Command) => void
  /** Shows the window, so that what was chosen is to be seen. */
  open: () => void
  copyLogs: () => void
  showLogs: () => void
}

/** Puts the menus in place, by which the system knows the accelerators; outside macOS they show while Alt is pressed. */
export function setupMenu(options: MenuOptions): void {
  const { onMac, inDevelopment } = options
  const settings: MenuItemConstructorOptions = {
    id: 'settings',
    label: onMac ? 'Settings…' : 'Preferences…',
    accelerator: 'CommandOrControl+,',
    click: () => openSettings(options, 'appearance'),
  }
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...(onMac ? [appMenu(settings)] : []),
      {
        label: '&File',
        submenu: onMac ? [{ role: 'close' }] : [settings, { type: 'separator' }, { role: 'quit' }],
      },
      {
        label: '&Edit',
        submenu: [
          { role: 'undo' },
          { role: 'redo' },
          { type: 'separator' },
          { role: 'cut' },
          { role: 'copy' },
          { role: 'paste' },
          { role: 'pasteAndMatchStyle' },
          { role: 'selectAll' },
        ],
      },
      { label: '&View', submenu: viewMenu(inDevelopment) },
      {
        label: '&Window',
        role: 'window',
        submenu: onMac
          ? [{ role: 'minimize' }, { role: 'zoom' }, { type: 'separator' }, { role: 'front' }]
          : [{ role: 'minimize' }, { role: 'close' }],
      },
      { label: '&Help', role: 'help', submenu: helpMenu(options) },
    ]),
  )
}

const appMenu = (settings: MenuItemConstructorOptions): MenuItemConstructorOptions => ({
  role: 'appMenu',
  submenu: [
    { role: 'about' },
    { type: 'separator' },
    settings,
    { type: 'separator' },
    { role: 'services' },
    { type: 'separator' },
    { role: 'hide' },
    { role: 'hideOthers' },
    { role: 'unhide' },
    { type: 'separator' },
    { role: 'quit' },
  ],
})

const viewMenu = (inDevelopment: boolean): MenuItemConstructorOptions[] => [
  { role: 'resetZoom' },
  { role: 'zoomIn' },
  // Where plus is reached without Shift only on the number pad.
  { role: 'zoomIn', accelerator: 'CommandOrControl+=', visible: false },
  { role: 'zoomOut' },
  { type: 'separator' },
  { role: 'togglefullscreen' },
  ...(inDevelopment
    ? ([{ type: 'separator' }, { role: 'reload' }, { role: 'toggleDevTools' }] as const)
    : []),
]

const helpMenu = (options: MenuOptions): MenuItemConstructorOptions[] => [
  { id: 'about', label: 'About Medallion', click: () => openSettings(options, 'about') },
  { id: 'check-for-updates', label: 'Check for updates…', click: () => checkForUpdates(options) },
  { type: 'separator' },
  { id: 'show-logs', label: 'Show logs', click: options.showLogs },
  { id: 'copy-logs', label: 'Copy logs', click: options.copyLogs },
]

function checkForUpdates({ open, give }: MenuOptions): void {
  open()
  give({ kind: 'check-for-updates' })
}

function openSettings(
  { open, give }: MenuOptions,
  section: Extract<Command, { kind: 'settings' }>['section'],
): void {
  open()
  give({ kind: 'settings', section })
}
