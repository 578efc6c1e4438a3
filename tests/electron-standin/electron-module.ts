import { App } from './app.ts'
import { BrowserWindow } from './browser-window.ts'
import { ipcMain } from './ipc-main.ts'
import { nativeTheme } from './native-theme.ts'
import { protocol, session } from './protocol.ts'
import { Offered, onlyOffered, refused } from './refuse.ts'
import { createSafeStorage } from './safe-storage.ts'

/** What the app asked of the system; a test reads it by `app.evaluate(({ shell }) => …)`. */
const openedExternally: string[] = []

/** Electron's `app`. */
export const app = new App()

const dialog = onlyOffered('dialog', {
  /** No test can click a native dialog: it puts its own answer in this place. */
  showOpenDialog: async (): Promise<{ canceled: boolean; filePaths: string[] }> => {
    throw new Error('stand-in: dialog.showOpenDialog was called, and no test has put an answer in its place')
  },
})

const shell = onlyOffered('shell', {
  openExternal: async (url: string): Promise<void> => {
    openedExternally.push(url)
  },
  /** Not Electron's: the addresses that were opened so far. */
  openedExternally,
})

let applicationMenu: unknown = null
const Menu = onlyOffered('Menu', {
  setApplicationMenu: (menu: unknown): void => {
    applicationMenu = menu
  },
  getApplicationMenu: (): unknown => applicationMenu,
})

/** A test emits `resume` here, as the system does after sleep. */
class PowerMonitor extends Offered {
  constructor() {
    super('powerMonitor')
  }
}

const NOT_OFFERED = [
  'autoUpdater',
  'BaseWindow',
  'BrowserView',
  'clipboard',
  'contentTracing',
  'crashReporter',
  'desktopCapturer',
  'globalShortcut',
  'inAppPurchase',
  'MenuItem',
  'MessageChannelMain',
  'nativeImage',
  'netLog',
  'Notification',
  'powerSaveBlocker',
  'pushNotifications',
  'screen',
  'ShareMenu',
  'systemPreferences',
  'TouchBar',
  'Tray',
  'utilityProcess',
  'View',
  'webContents',
  'webFrameMain',
  'WebContentsView',
]

/** The module `electron`, as the app's main process imports it. */
export const electron: Record<string, unknown> = {
  app,
  BrowserWindow: onlyOffered('BrowserWindow', BrowserWindow),
  dialog,
  ipcMain,
  Menu,
  nativeTheme,
  net: onlyOffered('net', { fetch: (url: string, init?: RequestInit) => fetch(url, init) }),
  powerMonitor: new PowerMonitor(),
  protocol,
  safeStorage: createSafeStorage(app),
  session,
  shell,
  ...Object.fromEntries(NOT_OFFERED.map((name) => [name, refused(name)])),
}
