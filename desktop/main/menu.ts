import { Menu, type MenuItemConstructorOptions } from 'electron'
import type { Command } from '../bridge.ts'
import { t } from './texts.ts'

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

/** Puts the menus in place, by which the system knows the accelerators; outside macOS they show while Alt is pressed. Electron’s own labels are English. */
export function setupMenu(options: MenuOptions): void {
  const { onMac, inDevelopment } = options
  const settings: MenuItemConstructorOptions = {
    id: 'settings',
    label: t(onMac ? 'main.menu.settingsOnMac' : 'main.menu.settings'),
    accelerator: 'CommandOrControl+,',
    click: () => openSettings(options, 'appearance'),
  }
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...(onMac ? [appMenu(settings)] : []),
      {
        label: t('main.menu.file'),
        submenu: onMac
          ? [{ role: 'close', label: t('main.menu.closeWindow') }]
          : [settings, { type: 'separator' }, { role: 'quit', label: t('main.menu.quit') }],
      },
      {
        label: t('main.menu.edit'),
        submenu: [
          { role: 'undo', label: t('main.menu.undo') },
          { role: 'redo', label: t('main.menu.redo') },
          { type: 'separator' },
          { role: 'cut', label: t('main.menu.cut') },
          { role: 'copy', label: t('main.menu.copy') },
          { role: 'paste', label: t('main.menu.paste') },
          { role: 'pasteAndMatchStyle', label: t('main.menu.pasteAndMatchStyle') },
          { role: 'selectAll', label: t('main.menu.selectAll') },
        ],
      },
      { label: t('main.menu.view'), submenu: viewMenu(inDevelopment) },
      {
        label: t('main.menu.window'),
        role: 'window',
        submenu: onMac
          ? [
              { role: 'minimize', label: t('main.menu.minimize') },
              { role: 'zoom', label: t('main.menu.zoom') },
              { type: 'separator' },
              { role: 'front', label: t('main.menu.front') },
            ]
          : [
              { role: 'minimize', label: t('main.menu.minimize') },
              { role: 'close', label: t('main.menu.close') },
            ],
      },
      { label: t('main.menu.help'), role: 'help', submenu: helpMenu(options) },
    ]),
  )
}

const appMenu = (settings: MenuItemConstructorOptions): MenuItemConstructorOptions => ({
  role: 'appMenu',
  submenu: [
    { role: 'about', label: t('main.menu.about') },
    { type: 'separator' },
    settings,
    { type: 'separator' },
    { role: 'services', label: t('main.menu.services') },
    { type: 'separator' },
    { role: 'hide', label: t('main.menu.hide') },
    { role: 'hideOthers', label: t('main.menu.hideOthers') },
    { role: 'unhide', label: t('main.menu.unhide') },
    { type: 'separator' },
    { role: 'quit', label: t('main.tray.quit') },
  ],
})

const viewMenu = (inDevelopment: boolean): MenuItemConstructorOptions[] => [
  { role: 'resetZoom', label: t('main.menu.resetZoom') },
  { role: 'zoomIn', label: t('main.menu.zoomIn') },
  // Where plus is reached without Shift only on the number pad.
  { role: 'zoomIn', label: t('main.menu.zoomIn'), accelerator: 'CommandOrControl+=', visible: false },
  { role: 'zoomOut', label: t('main.menu.zoomOut') },
  { type: 'separator' },
  { role: 'togglefullscreen', label: t('main.menu.fullScreen') },
  ...(inDevelopment
    ? ([
        { type: 'separator' },
        { role: 'reload', label: t('main.menu.reload') },
        { role: 'toggleDevTools', label: t('main.menu.devTools') },
      ] as const)
    : []),
]

const helpMenu = (options: MenuOptions): MenuItemConstructorOptions[] => [
  { id: 'about', label: t('main.menu.about'), click: () => openSettings(options, 'about') },
  { id: 'check-for-updates', label: t('main.menu.checkForUpdates'), click: () => checkForUpdates(options) },
  { type: 'separator' },
  { id: 'show-logs', label: t('main.menu.showLogs'), click: options.showLogs },
  { id: 'copy-logs', label: t('main.menu.copyLogs'), click: options.copyLogs },
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
