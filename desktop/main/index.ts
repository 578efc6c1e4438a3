import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  app,
  dialog,
  Menu,
  net,
  powerMonitor,
  protocol,
  safeStorage,
  systemPreferences,
  type BrowserWindow,
} from 'electron'
import { PictureCache } from './avatar/cache.ts'
import { Drafts } from './avatar/drafts.ts'
import { IMAGE_EXTENSIONS } from './avatar/open.ts'
import { PictureChanges } from './avatar/picture-changes.ts'
import { setupIpc } from './ipc.ts'
import { log } from './log.ts'
import { Outbox } from './outbox.ts'
import { createPageHandler } from './protocol.ts'
import { Session } from './session.ts'
import { readSettings } from './settings.ts'
import { Snapshots } from './snapshots.ts'
import { Socket } from './socket.ts'
import { grantCameraAlone, guardPages, openWindow } from './window.ts'

protocol.registerSchemesAsPrivileged([
  { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
])

const settings = readSettings()
const onMac = process.platform === 'darwin'
let window: BrowserWindow | null = null

app.enableSandbox()
if (app.requestSingleInstanceLock()) {
  app
    .whenReady()
    .then(start)
    .catch((error: unknown) => {
      log('Medallion could not start', error)
      app.exit(1)
    })
} else app.quit()

async function start(): Promise<void> {
  const userData = app.getPath('userData')
  mkdirSync(userData, { recursive: true })
  // On macOS the menu also brings Cmd+C, Cmd+V and Cmd+Q.
  if (!onMac) Menu.setApplicationMenu(null)
  guardPages()
  grantCameraAlone(() => window)

  const session = new Session({
    file: join(userData, 'session.json'),
    vault: {
      available: () => safeStorage.isEncryptionAvailable() && !onlyObscured(),
      encrypt: (text) => safeStorage.encryptString(text),
      decrypt: (bytes) => safeStorage.decryptString(bytes),
    },
    network: { fetch: (url, init) => net.fetch(url, init), isOnline },
    log,
  })
  const drafts = new Drafts()
  const pictures = new PictureCache({
    folder: join(userData, 'avatars'),
    // Node's fetch: Electron's cannot show a redirect, and here each step must be seen (electron#43715).
    fetch: (url, init) => fetch(url, init),
    account: () => session.account,
  })
  const changes = new PictureChanges({
    folder: join(userData, 'picture-changes'),
    session,
    pictures,
    isOnline,
    log,
  })
  const snapshots = new Snapshots({ folder: join(userData, 'snapshots'), session, log })
  const outbox = new Outbox({ file: join(userData, 'outbox.json'), session, log })
  const socket = new Socket(log)
  session.on('change', () => socket.use(session.account))
  socket.on('revoked', (account) => void session.end(account))
  socket.on('state', ({ status }) => {
    if (status !== 'online') return
    changes.wake()
    outbox.wake()
  })
  powerMonitor.on('resume', () => {
    socket.reconnect()
    changes.wake()
    outbox.wake()
  })
  app.on('browser-window-focus', () => socket.check())

  protocol.handle(
    'app',
    createPageHandler({
      folder: join(import.meta.dirname, '../renderer'),
      rendererUrl: settings.rendererUrl,
      picture: (key) => pictures.get(key),
      draft: (id, file) => (file === 'original' ? drafts.get(id) : changes.file(id, file)),
    }),
  )
  setupIpc({
    window: () => window,
    session,
    socket,
    snapshots,
    outbox,
    drafts,
    changes,
    pictures,
    askForFile,
    allowCamera,
    log,
  })
  await session.open(settings.session)
  await changes.open()
  await outbox.open()
  snapshots.follow()
  socket.use(session.account)
  open()
  let remembered = false
  app.on('will-quit', (event) => {
    if (remembered) return
    // Who signs in, or writes, and quits in the same breath finds it so the next time.
    event.preventDefault()
    void Promise.all([session.settled(), outbox.settled(), snapshots.settled()]).then(() => {
      remembered = true
      app.quit()
    })
  })
  app.on('second-instance', focus)
  app.on('activate', () => (window === null ? open() : focus()))
  app.on('window-all-closed', () => {
    if (!onMac) app.quit()
  })
}

function open(): void {
  window = openWindow(settings.window)
  window.on('closed', () => {
    window = null
  })
}

function focus(): void {
  if (window?.isMinimized() === true) window.restore()
  window?.focus()
}

async function askForFile(): Promise<string | null> {
  const options = {
    title: 'Choose a picture',
    filters: [{ name: 'Images', extensions: IMAGE_EXTENSIONS }],
    properties: ['openFile' as const],
  }
  const { filePaths } = await (window === null
    ? dialog.showOpenDialog(options)
    : dialog.showOpenDialog(window, options))
  return filePaths[0] ?? null
}

/** macOS asks the person once for each program; elsewhere the system asks nothing. */
const allowCamera = async (): Promise<boolean> =>
  !onMac || (await systemPreferences.askForMediaAccess('camera'))

const isOnline = (): boolean => net.isOnline()

/** On Linux without a keyring Electron encrypts with a password that everybody knows. */
const onlyObscured = (): boolean =>
  process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text'
