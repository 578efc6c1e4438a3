import { readFile } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { app, BrowserWindow, dialog, ipcMain, protocol, safeStorage, session } from 'electron'

// The smallest app that uses what the stand-in offers; its specs look at what comes of it.

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'"
/** @type {Record<string, string>} */
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }

protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true } }])
app.setPath('userData', String(process.env['EXAMPLE_USER_DATA']))
app.enableSandbox()

if (app.requestSingleInstanceLock({ from: 'example' })) void app.whenReady().then(start)
else app.quit()

function start() {
  protocol.handle('app', answer)
  decidePermissions()
  answerCalls()

  const window = new BrowserWindow({
    width: 500,
    height: 400,
    backgroundColor: '#102030',
    webPreferences: { preload: fileURLToPath(new URL('preload.cjs', import.meta.url)) },
  })
  keepThePage(window.webContents)
  void window.loadURL('app://example/')
  app.on('second-instance', (_event, argv, _folder, data) =>
    window.webContents.send('told', { argument: argv.at(-1), data }),
  )
  app.on('window-all-closed', () => app.quit())
}

/** @param {import('electron').WebContents} contents */
function keepThePage(contents) {
  const refused = /** @type {string[]} */ ([])
  contents.on('will-navigate', (event) => {
    event.preventDefault()
    refused.push(`navigate ${event.url}`)
  })
  contents.on('will-redirect', (event) => {
    event.preventDefault()
    refused.push(`redirect ${event.url}`)
  })
  contents.setWindowOpenHandler(({ url }) => {
    refused.push(`open ${url}`)
    return { action: 'deny' }
  })
  ipcMain.handle('refused', () => refused)
}

/** @param {Request} request */
async function answer(request) {
  const { pathname } = new URL(request.url)
  if (pathname === '/echo') return new Response(request.body, { headers: { 'x-method': request.method } })
  if (pathname === '/moved') return new Response(null, { status: 302, headers: { location: '/' } })
  if (pathname === '/stream') return new Response(new Blob(['one, ', 'two']).stream(), { status: 206 })
  if (pathname === '/broken') throw new Error('on purpose')
  const name = pathname === '/' ? 'index.html' : basename(pathname)
  const body = await readFile(new URL(`page/${name}`, import.meta.url)).catch(() => null)
  return new Response(body, {
    status: body === null ? 404 : 200,
    headers: { 'content-security-policy': POLICY, 'content-type': TYPES[extname(name)] ?? 'text/plain' },
  })
}

/** Grants what `EXAMPLE_GRANTS` names, and keeps what was asked. */
function decidePermissions() {
  const granted = String(process.env['EXAMPLE_GRANTS']).split(',')
  const asked = /** @type {string[]} */ ([])
  session.defaultSession.setPermissionRequestHandler((_contents, permission, decide) => {
    asked.push(permission)
    decide(granted.includes(permission))
  })
  session.defaultSession.setPermissionCheckHandler((_contents, permission) => granted.includes(permission))
  ipcMain.handle('asked', () => asked)
}

function answerCalls() {
  ipcMain.handle('echo', (_event, value) => value)
  ipcMain.handle('sender', ({ sender, senderFrame }) => ({
    url: senderFrame?.url,
    origin: senderFrame?.origin,
    parent: senderFrame?.parent,
    isMainFrame: senderFrame === sender.mainFrame,
  }))
  ipcMain.handle('fail', () => {
    throw new RangeError('on purpose')
  })
  ipcMain.handle('pick', () => dialog.showOpenDialog({}))
  ipcMain.handle('seal', (_event, /** @type {string} */ text) =>
    safeStorage.encryptString(text).toString('base64'),
  )
  ipcMain.handle('unseal', (_event, /** @type {string} */ text) =>
    safeStorage.decryptString(Buffer.from(text, 'base64')),
  )
}
