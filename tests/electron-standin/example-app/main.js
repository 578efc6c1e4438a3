import { app, BrowserWindow, dialog, ipcMain, protocol, safeStorage } from 'electron'

// The smallest app that uses what the stand-in offers; its specs look at what comes of it.

protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true } }])
app.setPath('userData', String(process.env['EXAMPLE_USER_DATA']))

const PAGES = /** @type {Record<string, [string, string]>} */ ({
  '/': [
    'text/html',
    '<!doctype html><title>Example</title><main>Hello</main><script src="/page.js"></script>',
  ],
  '/page.js': ['text/javascript', 'document.querySelector("main").dataset.ran = "yes"'],
  '/worker.js': [
    'text/javascript',
    `onmessage = async () => {
      const canvas = new OffscreenCanvas(8, 8)
      canvas.getContext('2d').fillRect(0, 0, 8, 8)
      const bitmap = await createImageBitmap(await canvas.convertToBlob({ type: 'image/webp' }))
      postMessage({ width: bitmap.width, page: (await fetch('/')).status })
    }`,
  ],
})

if (app.requestSingleInstanceLock()) void app.whenReady().then(start)
else app.quit()

function start() {
  protocol.handle('app', (request) => {
    const [type, body] = PAGES[new URL(request.url).pathname] ?? []
    const headers = { 'content-security-policy': "default-src 'self'", 'content-type': String(type) }
    return body === undefined ? new Response(null, { status: 404 }) : new Response(body, { headers })
  })
  ipcMain.handle('reverse', (event, /** @type {Uint8Array} */ bytes) => ({
    bytes: bytes.toReversed(),
    origin: event.senderFrame?.origin,
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

  const window = new BrowserWindow({
    width: 500,
    height: 400,
    webPreferences: { preload: new URL('preload.cjs', import.meta.url).pathname },
  })
  window.webContents.on('will-navigate', (event) => event.preventDefault())
  window.webContents.setWindowOpenHandler(() => ({ action: 'deny' }))
  void window.loadURL('app://example/')
  app.on('second-instance', () => window.webContents.send('told', 'second instance'))
  app.on('window-all-closed', () => app.quit())
}
