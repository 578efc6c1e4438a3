import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ElectronApplication } from '@playwright/test'
import { desktopHost } from '../electron-standin/host.ts'
import { launchDesktop } from '../support/launch-desktop.ts'
import { chooseInMenu, StandInSystem } from '../support/standin.ts'
import { expect, test } from './fixtures.ts'
import { Settings } from './screens/settings.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const onStandIn = desktopHost().name === 'standin'

const isVisible = (app: ElectronApplication) =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())

const userDataOf = (app: ElectronApplication) => app.evaluate(({ app }) => app.getPath('userData'))

test('the tray tells of what is unread, opens the window and quits', async ({ workspace, open }) => {
  test.skip(!onStandIn, 'Only the stand-in tells what the tray shows.')
  const { ada } = workspace
  const { app, page, sidebar } = await open(ada)
  const system = new StandInSystem(app)
  await sidebar.waitUntilShown()
  await expect
    .poll(() => system.tray())
    .toEqual({
      toolTip: 'Medallion: 2 unread messages',
      labels: ['Open Medallion', 'Do not disturb', '', 'Quit Medallion'],
    })
  expect(await app.evaluate(({ app }) => app.getBadgeCount())).toBe(2)

  const settings = new Settings(page)
  await settings.open('This computer')
  await settings.toggle('Keep running when the window is closed').click()
  await expect(settings.toggle('Keep running when the window is closed')).toBeChecked()
  // It shows before main has heard of it.
  await expect
    .poll(() => page.evaluate(async () => (await window.medallion.preferences.get()).closeToTray))
    .toBe(true)
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
  await expect.poll(() => isVisible(app)).toBe(false)
  await system.chooseInTray('open')
  await expect.poll(() => isVisible(app)).toBe(true)

  const exited = app.waitForEvent('close')
  await system.chooseInTray('quit')
  await exited
})

test('closing the window ends the program where nothing else was chosen', async ({ workspace, open }) => {
  test.skip(process.platform === 'darwin', 'On macOS programs stay.')
  const { app, sidebar } = await open(workspace.ada)
  await sidebar.waitUntilShown()
  const exited = app.waitForEvent('close')
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
  await exited
})

test('the window opens where it was, and back on the screen where that display is gone', async ({
  workspace,
  open,
}) => {
  const first = await open(workspace.ada)
  await first.sidebar.waitUntilShown()
  const place = (app: ElectronApplication) =>
    app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds())
  const bounds = { x: 120, y: 80, width: 900, height: 600 }
  await first.app.evaluate(({ BrowserWindow }, to) => BrowserWindow.getAllWindows()[0]?.setBounds(to), bounds)
  const userData = await userDataOf(first.app)
  const second = await first.restart()
  expect(await place(second.app)).toEqual(bounds)

  const file = join(userData, 'window.json')
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ bounds, isMaximized: false })
  const third = await second.restart(() =>
    writeFileSync(file, JSON.stringify({ bounds: { ...bounds, x: 9_000 }, isMaximized: false })),
  )
  const area = await third.app.evaluate(({ screen }) => screen.getPrimaryDisplay().workArea)
  const now = await place(third.app)
  expect(now?.x).toBeGreaterThanOrEqual(area.x)
  expect((now?.x ?? 0) + (now?.width ?? 0)).toBeLessThanOrEqual(area.x + area.width)
})

test('a link opens a room or a person, in the program that runs already; another opens nothing', async ({
  workspace,
  open,
}) => {
  const { ada, grace, room, roomName } = workspace
  const { app, page, sidebar, conversation } = await open(ada)
  await sidebar.waitUntilShown()
  const follow = (link: string) =>
    app.evaluate(({ app }, argument) => {
      app.emit('second-instance', { preventDefault() {} }, ['medallion', argument], '/', null)
    }, link)
  await follow(`medallion://room/${room.id}`)
  await expect(conversation.header).toContainText(roomName)
  await follow(`medallion://person/${grace.user.id}`)
  await expect(page.getByRole('dialog', { name: 'Profile' })).toContainText('Grace Hopper')
  await page.keyboard.press('Escape')

  await follow(`medallion://room/${grace.user.id}`)
  await expect(page.getByText('This conversation was not opened')).toBeVisible()
  for (const link of ['medallion://room/../../x', 'medallion://settings/x', 'medallion:room', 'file:///x'])
    await follow(link)
  await expect(conversation.header).toContainText(roomName)
})

test('a second start hands its link to the first, and ends', async ({ workspace, open }) => {
  test.skip(!onStandIn, 'The real binary needs a display of its own for each start.')
  const { ada, room, roomName } = workspace
  const { app, sidebar, conversation } = await open(ada)
  await sidebar.waitUntilShown()
  const userData = await userDataOf(app)
  const { executablePath = '' } = desktopHost()
  const code = await new Promise((resolve) => {
    execFile(
      executablePath,
      ['.', `medallion://room/${room.id}`],
      // oxlint-disable-next-line node/no-process-env -- what a start needs beside its data
      { cwd: ROOT, env: { ...process.env, MEDALLION_USER_DATA: userData } },
      (error) => resolve(error?.code ?? 0),
    )
  })
  expect(code).toBe(0)
  await expect(conversation.header).toContainText(roomName)
  expect(await new StandInSystem(app).calls('app.setAsDefaultProtocolClient'), 'from its sources').toEqual([])
})

test('the menus open the settings and say which version this is; their accelerators are the expected', async ({
  workspace,
  open,
}) => {
  const { app, page, sidebar } = await open(workspace.ada)
  await sidebar.waitUntilShown()
  const { dialog } = new Settings(page)
  await chooseInMenu(app, 'settings')
  await expect(dialog.getByRole('tab', { name: 'Appearance' })).toHaveAttribute('aria-selected', 'true')
  await chooseInMenu(app, 'about')
  await expect(dialog.getByRole('heading', { name: /^Medallion \d/ })).toBeVisible()
  await chooseInMenu(app, 'copy-logs')
  expect(await app.evaluate(({ clipboard }) => clipboard.readText())).toContain('Medallion ')

  const accelerators = await app.evaluate(({ Menu }) => {
    const items = Menu.getApplicationMenu()?.items.flatMap((item) => item.submenu?.items ?? []) ?? []
    return Object.fromEntries(items.map(({ id, role, accelerator }) => [id ?? role, accelerator]))
  })
  expect(accelerators).toMatchObject({ settings: 'CommandOrControl+,' })
  for (const role of ['quit', 'undo', 'copy', 'paste', 'resetZoom', 'zoomIn', 'zoomOut', 'minimize'])
    expect(Object.keys(accelerators).map((key) => key.toLowerCase())).toContain(role.toLowerCase())
})

test('the right mouse button offers what the spelling suggests, and what can be done with a text', async ({
  workspace,
  open,
}) => {
  test.skip(!onStandIn, 'Only the stand-in tells which menus pop up.')
  const { app, sidebar } = await open(workspace.ada)
  await sidebar.waitUntilShown()
  const system = new StandInSystem(app)
  const editFlags = { canCut: true, canCopy: true, canPaste: true, canSelectAll: true }
  const press = (params: object) =>
    app.evaluate(({ BrowserWindow }, given) => {
      BrowserWindow.getAllWindows()[0]?.webContents.emit('context-menu', {}, given)
    }, params)
  const nothing = {
    misspelledWord: '',
    dictionarySuggestions: [],
    selectionText: '',
    isEditable: false,
    editFlags,
  }
  await press(nothing)
  await press({ ...nothing, selectionText: 'word' })
  await press({
    ...nothing,
    isEditable: true,
    misspelledWord: 'helo',
    dictionarySuggestions: ['hello', 'help'],
  })
  const menus = (await system.calls('Menu.popup')).map(({ args: [labels] }) => labels)
  expect(menus).toEqual([['Copy'], ['hello', 'help', '', 'Cut', 'Copy', 'Paste', '', 'Select All']])
})

test('a page that crashes comes back with what was being written, and says so', async ({
  workspace,
  open,
}) => {
  const { app, page, sidebar, conversation } = await open(workspace.ada)
  await sidebar.open('Grace Hopper')
  await conversation.composer.fill('Half a thought')
  await expect
    .poll(async () => JSON.stringify(await page.evaluate(() => window.medallion.snapshot.read())))
    .toContain('Half a thought')
  await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer(),
  )
  const read = (expression: string) =>
    app.evaluate(
      ({ BrowserWindow }, code) =>
        BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(code) as Promise<unknown>,
      expression,
    )
  await expect.poll(() => read('document.body.innerText').catch(() => '')).toContain('loaded again')
  await expect.poll(() => read('document.querySelector("textarea")?.value')).toBe('Half a thought')
  const log = readFileSync(join(await userDataOf(app), 'logs', 'medallion.log'), 'utf8')
  expect(log).toMatch(/the page is gone \(crashed/)
  expect(log).not.toContain('thought')
})

test('an error of the page is kept in the log, without its words', async ({ workspace, open }) => {
  const { app, page, sidebar } = await open(workspace.ada)
  await sidebar.waitUntilShown()
  await page.evaluate(() => {
    setTimeout(() => {
      throw new RangeError('Grace wrote: a secret')
    })
    void Promise.reject(new TypeError('another secret'))
  })
  const userData = await userDataOf(app)
  const log = (): string => readFileSync(join(userData, 'logs', 'medallion.log'), 'utf8')
  await expect.poll(log).toMatch(/the page met an error: RangeError\n +at /)
  await expect.poll(log).toMatch(/the page met an error: TypeError\n +at /)
  expect(log()).not.toContain('secret')
})

test('a page that keeps crashing is left to the person', async ({ workspace, open }) => {
  const { app, sidebar } = await open(workspace.ada)
  await sidebar.waitUntilShown()
  const asked = () => app.evaluate(() => Reflect.get(globalThis, 'asked') as unknown)
  await app.evaluate(({ BrowserWindow, dialog }) => {
    dialog.showMessageBox = async (...args: unknown[]) => {
      Reflect.set(globalThis, 'asked', args.at(-1))
      return { response: 0, checkboxChecked: false }
    }
    const contents = BrowserWindow.getAllWindows()[0]?.webContents
    for (let crash = 0; crash < 4; crash += 1)
      contents?.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 5 })
  })
  await expect.poll(asked).toMatchObject({
    message: 'The window keeps failing',
    buttons: ['Try again', 'Show logs', 'Quit'],
  })
})

test('a page that does not answer can be waited for or loaded again', async ({ workspace, open }) => {
  const { app, sidebar } = await open(workspace.ada)
  await sidebar.waitUntilShown()
  await app.evaluate(({ BrowserWindow, dialog }) => {
    const responses = [0, 1]
    dialog.showMessageBox = async (...args: unknown[]) => {
      const asked = (Reflect.get(globalThis, 'asked') as unknown[] | undefined) ?? []
      Reflect.set(globalThis, 'asked', [...asked, args.at(-1)])
      return { response: responses.shift() ?? 0, checkboxChecked: false }
    }
    BrowserWindow.getAllWindows()[0]?.emit('unresponsive')
  })
  const asked = () => app.evaluate(() => (Reflect.get(globalThis, 'asked') as unknown[] | undefined)?.length)
  await expect.poll(asked).toBe(1)
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.emit('unresponsive'))
  await expect.poll(asked).toBe(2)
  const text = () =>
    app.evaluate(
      ({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(
          'document.body.innerText',
        ) as Promise<unknown>,
    )
  await expect.poll(() => text().catch(() => '')).toContain('loaded again')
})

test('a link with which the program starts is followed once there is a page', async ({
  workspace,
  api,
}, info) => {
  const { ada, room, roomName } = workspace
  const userData = info.outputPath('desktop')
  mkdirSync(userData, { recursive: true })
  const desktop = await launchDesktop({
    userData,
    session: { server: api.url, token: ada.token },
    args: [`medallion://room/${room.id}`],
  })
  await expect(desktop.conversation.header).toContainText(roomName)
  await desktop.close()
})
