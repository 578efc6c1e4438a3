import { join } from 'node:path'
import { app, BrowserWindow, nativeTheme, session, shell, type Rectangle, type WebContents } from 'electron'
import { ORIGIN } from './protocol.ts'

/** What shows before the page has painted; the page's own background, see the renderer's tokens. */
const BACKGROUND = { light: '#ffffff', dark: '#17181c' }

/** Opens the window: sandboxed, isolated, shown once it has something to show; `bounds` null for wherever the system likes. */
export function openWindow(bounds: Rectangle | null, isMaximized: boolean): BrowserWindow {
  const window = new BrowserWindow({
    width: 1100,
    height: 720,
    ...bounds,
    minWidth: 480,
    minHeight: 360,
    show: false,
    title: 'Medallion',
    // Outside macOS the menus show while Alt is pressed; their accelerators hold all the time.
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload: join(import.meta.dirname, '../preload/index.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: true,
    },
  })
  if (isMaximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  void window.loadURL(`${ORIGIN}/`)
  return window
}

/** Keeps every page where it is: no navigation, no windows, no embedded pages; links go to the system's browser. */
export function guardPages(): void {
  app.on('web-contents-created', (_event, contents) => {
    // Reloading is a navigation to where one is.
    contents.on('will-navigate', (event, url) => {
      if (url !== contents.getURL()) event.preventDefault()
    })
    // Frames, of which the page's policy allows none.
    contents.on('will-frame-navigate', (event) => {
      if (!event.isMainFrame) event.preventDefault()
    })
    contents.on('will-redirect', (event) => event.preventDefault())
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(({ url }) => {
      if (/^(https?|mailto):/i.test(url)) void shell.openExternal(url)
      return { action: 'deny' }
    })
  })
}

/** Grants one permission to one page: the camera, without sound, to our own page in our own window. */
export function grantCameraAlone(window: () => BrowserWindow | null): void {
  const isOurs = (contents: WebContents | null, isMainFrame: boolean, url: string | undefined): boolean =>
    contents !== null && contents === window()?.webContents && isMainFrame && isOwnAddress(url)

  session.defaultSession.setPermissionRequestHandler((contents, permission, decide, details) => {
    const kinds = 'mediaTypes' in details ? (details.mediaTypes ?? []) : []
    const onlyVideo = permission === 'media' && kinds.length > 0 && kinds.every((kind) => kind === 'video')
    decide(onlyVideo && isOurs(contents, details.isMainFrame, details.requestingUrl))
  })
  session.defaultSession.setPermissionCheckHandler(
    (contents, permission, origin, { mediaType, isMainFrame }) =>
      permission === 'media' && mediaType === 'video' && isOurs(contents, isMainFrame, origin),
  )
}

/** Whether an address or origin is the page's own; Chromium ends an origin with a slash. */
const isOwnAddress = (url: string | undefined): boolean =>
  url === ORIGIN || url?.startsWith(`${ORIGIN}/`) === true
