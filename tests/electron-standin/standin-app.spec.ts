import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type ElectronApplication } from '@playwright/test'
import { chromiumsOf, EXAMPLE_APP, exampleEnv, invoke, STAND_IN, test } from './example.ts'
import type { StandInRecords } from './records.ts'

const exitCode = (app: ElectronApplication): Promise<unknown> =>
  once(app.process(), 'exit').then(([code]) => code as unknown)

test('require("electron") names the stand-in where the environment says so', () => {
  const path = execFileSync(process.execPath, ['-p', 'require("electron")'], {
    cwd: import.meta.dirname,
    env: { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: import.meta.dirname },
  })
  expect(String(path).trim()).toBe(STAND_IN)
})

test('what is not offered is refused by name', async ({ launch }) => {
  const { app } = await launch()
  const refusals = await app.evaluate((electron) => {
    const [window] = electron.BrowserWindow.getAllWindows()
    const { webRequest } = { webRequest: () => electron.session.defaultSession.webRequest }
    const tries = [
      () => electron.utilityProcess.fork('worker.js'),
      () => new electron.WebContentsView(),
      () => Reflect.get(electron, 'teleporter') as unknown,
      () => electron.app.relaunch(),
      () => Reflect.set(electron.app, 'badgeCount', 3),
      () => window?.setProgressBar(0.5),
      () => window?.webContents.openDevTools(),
      () => electron.BrowserWindow.fromBrowserView,
      () => new electron.BrowserWindow({ frame: false }),
      () => new electron.BrowserWindow({ webPreferences: { sandbox: false } }),
      () => new electron.Menu().insert(0, new electron.MenuItem({ label: 'A' })),
      webRequest,
    ]
    return tries.map((attempt) => {
      try {
        attempt()
        return 'passed'
      } catch (error) {
        return error instanceof Error ? error.message : String(error)
      }
    })
  })
  expect(refusals).toEqual([
    'stand-in: electron.utilityProcess.fork is not offered',
    'stand-in: new electron.WebContentsView is not offered',
    'stand-in: electron.teleporter is not offered',
    'stand-in: electron.app.relaunch is not offered',
    'stand-in: electron.app.badgeCount is not offered',
    'stand-in: electron.BrowserWindow.setProgressBar is not offered',
    'stand-in: electron.webContents.openDevTools is not offered',
    'stand-in: electron.BrowserWindow.fromBrowserView is not offered',
    'stand-in: electron.BrowserWindow: the option frame is not offered',
    'stand-in: electron.BrowserWindow: a page that is not sandboxed, isolated and without Node is not offered',
    'stand-in: electron.Menu.insert is not offered',
    'stand-in: electron.session.defaultSession.webRequest is not offered',
  ])
})

test('a dialog needs a test’s answer', async ({ launch }) => {
  const { app, page } = await launch()
  expect(await invoke(page, 'pick')).toContain('no test has put an answer in its place')
  await app.evaluate(({ dialog }) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: ['/photo.png'] })
  })
  expect(await invoke(page, 'pick')).toEqual({ canceled: false, filePaths: ['/photo.png'] })
})

test('what has no effect without a screen is recorded', async ({ launch }) => {
  const { app } = await launch()
  const seen = await app.evaluate(async (electron) => {
    const { Menu, Notification, Tray, shell, clipboard } = electron
    const clicked: string[] = []
    const { standIn } = globalThis as unknown as { standIn: StandInRecords }
    new Notification({ title: 'Grace', body: 'Hello' }).on('click', () => clicked.push('notification')).show()
    new Tray('icon.png').setContextMenu(
      Menu.buildFromTemplate([{ id: 'quit', label: 'Quit', click: () => clicked.push('menu') }]),
    )
    await shell.openExternal('https://example.com/')
    await clipboard.writeText('copied')
    standIn.notifications[0]?.emit('click')
    standIn.trays[0]?.menu?.getMenuItemById('quit')?.click()
    return { clicked, calls: standIn.calls, text: await clipboard.readText() }
  })
  expect(seen).toEqual({
    clicked: ['notification', 'menu'],
    calls: [
      { call: 'app.enableSandbox', args: [] },
      { call: 'Notification.show', args: [{ title: 'Grace', body: 'Hello', silent: false }] },
      { call: 'shell.openExternal', args: ['https://example.com/'] },
    ],
    text: 'copied',
  })
})

test('what a system is asked for beside its windows is recorded', async ({ launch }) => {
  const { app } = await launch()
  const seen = await app.evaluate((electron) => {
    const { app, BrowserWindow, nativeImage, Notification, session } = electron
    const { standIn } = globalThis as unknown as { standIn: StandInRecords }
    const [window] = BrowserWindow.getAllWindows()
    const before = standIn.calls.length
    app.setAsDefaultProtocolClient('example', '/bin/example', ['.'])
    app.setLoginItemSettings({ openAtLogin: true })
    session.defaultSession.setSpellCheckerEnabled(true)
    session.defaultSession.setSpellCheckerLanguages(['de'])
    nativeImage.createEmpty().setTemplateImage(true)
    new Notification({ title: 'Grace', hasReply: true, replyPlaceholder: 'Answer' }).show()
    window?.maximize()
    return {
      calls: standIn.calls.slice(before).map(({ call, args }) => [call, ...args]),
      hasReply: standIn.notifications[0]?.hasReply,
      maximized: [window?.isMaximized(), window?.isFullScreen()],
      normal: window?.getNormalBounds(),
    }
  })
  expect(seen).toEqual({
    calls: [
      ['app.setAsDefaultProtocolClient', 'example', '/bin/example', ['.']],
      ['app.setLoginItemSettings', { openAtLogin: true }],
      ['session.setSpellCheckerEnabled', true],
      ['session.setSpellCheckerLanguages', ['de']],
      ['NativeImage.setTemplateImage', true],
      ['Notification.show', { title: 'Grace', body: '', silent: false }],
    ],
    hasReply: true,
    maximized: [true, false],
    normal: { x: 0, y: 0, width: 500, height: 400 },
  })
})

test('a window’s size is its page’s, and its focus is told', async ({ launch }) => {
  const { app, page } = await launch()
  const inner = (): Promise<number[]> => page.evaluate(() => [innerWidth, innerHeight])
  expect(await inner()).toEqual([500, 400])
  const told = await app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows()
    const events: string[] = []
    for (const name of ['resize', 'blur', 'focus', 'hide', 'show'])
      window?.on(name as 'resize', () => events.push(name))
    window?.setBounds({ width: 700, height: 300 })
    window?.blur()
    window?.focus()
    window?.hide()
    window?.show()
    return { events, focused: window?.isFocused(), bounds: window?.getBounds() }
  })
  expect(told).toEqual({
    events: ['resize', 'blur', 'focus', 'blur', 'hide', 'show', 'focus'],
    focused: true,
    bounds: { x: 0, y: 0, width: 700, height: 300 },
  })
  await expect.poll(inner).toEqual([700, 300])
})

test('two apps run side by side, each with its own data', async ({ launch }) => {
  const other = mkdtempSync(join(tmpdir(), 'standin-spec-'))
  const [ada, grace] = await Promise.all([launch(), launch({ userData: other })])
  await ada.page.evaluate(() => localStorage.setItem('who', 'Ada'))
  expect(await grace.page.evaluate(() => localStorage.getItem('who'))).toBeNull()
  rmSync(other, { recursive: true, force: true })
})

test('a second instance tells the first and leaves', async ({ launch, userData }) => {
  const { page } = await launch()
  const told = page.evaluate(() => new Promise((resolve) => window.example.onTold(resolve)))
  const second = spawn(STAND_IN, [EXAMPLE_APP, '--told'], { env: exampleEnv(userData) })
  expect(await once(second, 'exit')).toEqual([0, null])
  expect(await told).toEqual({ argument: '--told', data: { from: 'example' } })
})

test('secrets outlive a restart, and are not what was sealed', async ({ launch }) => {
  const first = await launch()
  const sealed = String(await invoke(first.page, 'seal', 'a secret'))
  expect(Buffer.from(sealed, 'base64').toString()).not.toContain('a secret')
  await first.app.close()
  const { page } = await launch()
  expect(await invoke(page, 'unseal', sealed)).toBe('a secret')
  expect(await invoke(page, 'unseal', 'dGFtcGVyZWQ=')).toContain('Error while decrypting')
})

test('a window that may not close stays; the last one to close ends the app with 0', async ({ launch }) => {
  const { app } = await launch()
  const kept = await app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows()
    window?.once('close', (event) => event.preventDefault())
    window?.close()
    return window?.isDestroyed()
  })
  expect(kept).toBe(false)
  const code = exitCode(app)
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
  expect(await code).toBe(0)
})

test('an app that may not quit stays', async ({ launch }) => {
  const { app, page } = await launch()
  await app.evaluate(({ app }) => {
    app.once('before-quit', (event) => event.preventDefault())
    app.quit()
  })
  expect(await invoke(page, 'echo', 'still here')).toBe('still here')
})

for (const signal of ['SIGTERM', 'SIGKILL'] as const)
  test(`${signal} leaves no Chromium behind`, async ({ launch }) => {
    const { app } = await launch()
    const child = app.process()
    expect(chromiumsOf(child)).not.toHaveLength(0)
    const gone = exitCode(app)
    child.kill(signal)
    await gone
    await expect.poll(() => chromiumsOf(child)).toEqual([])
  })

test('an app whose Chromium goes ends, and says so', async ({ launch }) => {
  const { app } = await launch()
  const code = exitCode(app)
  process.kill(Math.min(...chromiumsOf(app.process())), 'SIGKILL')
  expect(await code).toBe(1)
})
