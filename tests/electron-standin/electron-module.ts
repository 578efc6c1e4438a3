import { App } from './app.ts'
import { BrowserWindow, webContents } from './browser-window.ts'
import { dialog } from './dialog.ts'
import { ipcMain } from './ipc-main.ts'
import { Menu, MenuItem } from './menu.ts'
import { nativeImage } from './native-image.ts'
import { nativeTheme } from './native-theme.ts'
import { Notification } from './notification.ts'
import { protocol } from './protocol.ts'
import { onlyOffered, refused } from './refuse.ts'
import { autoUpdater } from './auto-updater.ts'
import { createSafeStorage } from './safe-storage.ts'
import { session } from './session.ts'
import { clipboard, net, powerMonitor, screen, shell } from './system.ts'
import { Tray } from './tray.ts'

/** Electron's `app`. */
export const app = new App()

// `import { … } from 'electron'` asks for each of these by name before anything runs.
const NOT_OFFERED = [
  'BaseWindow',
  'BrowserView',
  'contentTracing',
  'crashReporter',
  'desktopCapturer',
  'globalShortcut',
  'ImageView',
  'inAppPurchase',
  'MessageChannelMain',
  'netLog',
  'powerSaveBlocker',
  'pushNotifications',
  'ShareMenu',
  'systemPreferences',
  'TouchBar',
  'utilityProcess',
  'View',
  'webFrameMain',
  'WebContentsView',
]

/** What the module offers, by Electron's names. */
const offered: Record<string, unknown> = {
  app,
  autoUpdater,
  BrowserWindow: onlyOffered('BrowserWindow', BrowserWindow),
  clipboard,
  dialog,
  ipcMain,
  Menu: onlyOffered('Menu', Menu),
  MenuItem: onlyOffered('MenuItem', MenuItem),
  nativeImage,
  nativeTheme,
  net,
  Notification: onlyOffered('Notification', Notification),
  powerMonitor,
  protocol,
  safeStorage: createSafeStorage(app),
  screen,
  session,
  shell,
  Tray: onlyOffered('Tray', Tray),
  webContents,
  ...Object.fromEntries(NOT_OFFERED.map((name) => [name, refused(name)])),
}

/** The names that can be imported from `electron`. */
export const exportedNames = Object.keys(offered)

/** The module `electron`, as the app's main process imports it. */
export const electron = new Proxy(offered, {
  get(target, property, receiver): unknown {
    if (
      property in target ||
      typeof property === 'symbol' ||
      property === '__esModule' ||
      property === 'then'
    )
      return Reflect.get(target, property, receiver)
    throw new Error(`stand-in: electron.${property} is not offered`)
  },
})
