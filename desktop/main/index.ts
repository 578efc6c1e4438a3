import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { app, dialog, net, powerMonitor, protocol, safeStorage, shell, systemPreferences } from 'electron'
import { applyPreferences } from './apply-preferences.ts'
import { PickedFiles } from './attachments/picked-files.ts'
import { StagedImages } from './attachments/staged-images.ts'
import { PictureCache } from './avatar/cache.ts'
import { ORIGINALS, THUMBS, type CachedKind } from './avatar/cached-kinds.ts'
import { Drafts } from './avatar/drafts.ts'
import { IMAGE_EXTENSIONS } from './avatar/open.ts'
import { PictureChanges } from './avatar/picture-changes.ts'
import { Commands } from './commands.ts'
import { setupContextMenu } from './context-menu.ts'
import { followLanguage } from './follow-language.ts'
import { findUpdater } from './find-updater.ts'
import { setupIpc } from './ipc.ts'
import { LastWords } from './last-words.ts'
import { LINK_SCHEME, readLink, readLinkIn } from './links.ts'
import { LogFile } from './log-file.ts'
import { keepLog, log } from './log.ts'
import { MainWindow } from './main-window.ts'
import { setupMenu, type MenuOptions } from './menu.ts'
import { Notifications } from './notifications.ts'
import { Outbox } from './outbox.ts'
import { Preferences } from './preferences.ts'
import { createPageHandler } from './protocol.ts'
import { recoverPage } from './recovery.ts'
import { Session } from './session.ts'
import { readSettings } from './settings.ts'
import { Snapshots } from './snapshots.ts'
import { Socket } from './socket.ts'
import { copyLogs } from './system-ipc.ts'
import { currentLanguage, t } from './texts.ts'
import { SystemTray } from './tray.ts'
import { Updates } from './updates.ts'
import { grantCameraAlone, guardPages } from './window.ts'

protocol.registerSchemesAsPrivileged([
  { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
])

const settings = readSettings()
const onMac = process.platform === 'darwin'
/** The application's name among those that Windows knows, as the installer registers it. */
const WINDOWS_ID = 'org.medallion.desktop'

let isQuitting = false
let main: MainWindow | null = null
const window = () => main?.current ?? null
const commands = new Commands((command) => window()?.webContents.send('system:command', command))

app.enableSandbox()
app.setAppUserModelId(WINDOWS_ID)
// macOS hands a link over by this, perhaps before anything is ready.
app.on('open-url', (event, link) => {
  event.preventDefault()
  follow(readLink(link))
})
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
  const logs = new LogFile(join(userData, 'logs'))
  keepLog(logs)
  process.on('uncaughtExceptionMonitor', (error) => log('an error nobody caught', error))
  log(
    `Medallion ${app.getVersion()} on ${process.platform} ${process.arch}, Electron ${process.versions.electron}`,
  )
  const showLogs = (): void => void shell.openPath(logs.folder)
  const show = (): void => main?.show()
  guardPages()
  grantCameraAlone(window)
  claimLinks()

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
  const cache = (folder: string, kind?: CachedKind): PictureCache =>
    new PictureCache({
      folder: join(userData, folder),
      ...(kind === undefined ? {} : { kind }),
      // Node's fetch: Electron's cannot show a redirect, and here each step must be seen (electron#43715).
      fetch: (url, init) => fetch(url, init),
      account: () => session.account,
    })
  const pictures = {
    avatars: cache('avatars'),
    thumbs: cache('attachment-thumbs', THUMBS),
    originals: cache('attachments', ORIGINALS),
  }
  const picked = new PickedFiles()
  const staged = new StagedImages(join(userData, 'attachments-staged'))
  const changes = new PictureChanges({
    folder: join(userData, 'picture-changes'),
    session,
    pictures: pictures.avatars,
    isOnline,
    log,
  })
  const snapshots = new Snapshots({ folder: join(userData, 'snapshots'), session, log })
  const lastWords = new LastWords()
  const outbox = new Outbox({
    file: join(userData, 'outbox.json'),
    session,
    staged,
    originals: pictures.originals,
    isOnline,
    log,
  })
  const socket = new Socket(log)
  const preferences = new Preferences({ file: join(userData, 'preferences.json'), session, log })
  const notifications = new Notifications({
    session,
    outbox,
    open: (roomId, seq) => {
      show()
      commands.give({ kind: 'room', roomId, seq })
    },
  })
  session.on('change', () => socket.use(session.account))
  socket.on('revoked', (account) => void session.end(account))
  socket.on('doubted', (account) => void session.check(account))
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

  let remembered = false
  async function remember(): Promise<void> {
    await Promise.all([session, outbox, snapshots, preferences].map((kept) => kept.settled()))
    remembered = true
  }

  protocol.handle(
    'app',
    createPageHandler({
      folder: join(import.meta.dirname, '../renderer'),
      rendererUrl: settings.rendererUrl,
      picture: (key) => pictures.avatars.get(key),
      attachment: (key, which) => (which === 'thumb' ? pictures.thumbs : pictures.originals).get(key),
      staged: (id) => staged.read(id),
      picked: (id) => picked.take(id),
      language: currentLanguage,
      draft: (id, file) => (file === 'original' ? drafts.get(id) : changes.file(id, file)),
    }),
  )
  const menu: MenuOptions = {
    onMac,
    inDevelopment: !app.isPackaged,
    give: (command) => commands.give(command),
    open: show,
    copyLogs: () => copyLogs(logs),
    showLogs,
  }
  await session.open(settings.session)
  await preferences.open()
  applyPreferences(preferences, settings.executable)
  followLanguage(
    preferences,
    () => app.getPreferredSystemLanguages(),
    () => {
      setupMenu(menu)
      showAnew()
    },
  )
  const updates = new Updates({
    updater: await findUpdater(settings.isAppImage),
    channel: () => preferences.values.updateChannel,
    prepareToQuit: async () => {
      isQuitting = true
      const page = window()?.webContents
      if (page !== undefined) await lastWords.ask(page)
      await remember()
      // The new version starts while this one ends, and is not to take it for itself.
      app.releaseSingleInstanceLock()
      return () => {
        isQuitting = false
        remembered = false
        app.requestSingleInstanceLock()
      }
    },
    log,
  })
  const tray = new SystemTray({ preferences, onMac, open: show, quit: () => app.quit() })
  setupMenu(menu)
  setupIpc({
    window,
    session,
    socket,
    snapshots,
    lastWords,
    outbox,
    drafts,
    changes,
    pictures,
    staged,
    picked,
    preferences,
    notifications,
    commands,
    tray,
    updates,
    logs,
    askForFile,
    askForFiles,
    askWhere,
    allowCamera,
    log,
  })
  await changes.open()
  await outbox.open()
  snapshots.follow()
  // Before the page can attach anything.
  await staged.sweep(async () => new Set([...outbox.imageIds(), ...(await snapshots.imageIds())]))
  socket.use(session.account)
  main = new MainWindow({
    file: join(userData, 'window.json'),
    fixedPlace: settings.window,
    // Notifications come from the page, so on macOS it stays, too.
    staysOnClose: () => !isQuitting && (onMac || preferences.values.closeToTray),
    beforeClose: (closing) => lastWords.ask(closing.webContents),
    // A window that does not close at once has kept the program from quitting.
    close: (closing) => (isQuitting ? app.quit() : closing.close()),
    onOpen: (opened) => {
      setupContextMenu(opened)
      // Whoever listened is gone; before what is done about it.
      opened.webContents.on('render-process-gone', () => commands.heard(false))
      opened.webContents.on('did-navigate', () => commands.heard(false))
      recoverPage(opened, { give: (command) => commands.give(command), showLogs, log })
    },
    log,
  })
  main.show()
  follow(readLinkIn(process.argv))
  updates.start()

  app.on('before-quit', () => {
    isQuitting = true
  })
  app.on('will-quit', (event) => {
    if (remembered) return
    // Who signs in, or writes, and quits in the same breath finds it so the next time.
    event.preventDefault()
    void remember().then(() => app.quit())
  })
  app.on('second-instance', (_event, argv) => {
    show()
    follow(readLinkIn(argv))
  })
  app.on('activate', show)
  app.on('window-all-closed', () => {
    if (!onMac) app.quit()
  })
}

/** Loads the page again in another language, where the person chose that: in the settings. */
function showAnew(): void {
  const contents = window()?.webContents
  if (contents === undefined) return
  commands.heard(false)
  commands.give({ kind: 'settings', section: 'appearance' })
  contents.reload()
}

/** Does what a link asks for, if it asks for anything. */
function follow(command: ReturnType<typeof readLink>): void {
  if (command === null) return
  main?.show()
  commands.give(command)
}

/** Has the system open links with this program; one that is run from its sources leaves that to the one that is installed. */
function claimLinks(): void {
  if (app.isPackaged) app.setAsDefaultProtocolClient(LINK_SCHEME)
}

async function askForFile(): Promise<string | null> {
  const [path] = await showOpenDialog(t('main.chooseFile'), ['openFile'])
  return path ?? null
}

const askForFiles = (): Promise<string[]> =>
  showOpenDialog(t('main.chooseFiles'), ['openFile', 'multiSelections'])

async function showOpenDialog(
  title: string,
  properties: Array<'openFile' | 'multiSelections'>,
): Promise<string[]> {
  const options = { title, filters: [{ name: t('main.images'), extensions: IMAGE_EXTENSIONS }], properties }
  const parent = window()
  const { filePaths } = await (parent === null
    ? dialog.showOpenDialog(options)
    : dialog.showOpenDialog(parent, options))
  return filePaths
}

async function askWhere(name: string): Promise<string | null> {
  const options = { title: t('main.saveImage'), defaultPath: name }
  const parent = window()
  const { canceled, filePath } = await (parent === null
    ? dialog.showSaveDialog(options)
    : dialog.showSaveDialog(parent, options))
  return canceled || filePath === '' ? null : filePath
}

/** macOS asks the person once for each program; elsewhere the system asks nothing. */
const allowCamera = async (): Promise<boolean> =>
  !onMac || (await systemPreferences.askForMediaAccess('camera'))

const isOnline = (): boolean => net.isOnline()

/** On Linux without a keyring Electron encrypts with a password that everybody knows. */
const onlyObscured = (): boolean =>
  process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text'
