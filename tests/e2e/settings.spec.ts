import AxeBuilder from '@axe-core/playwright'
import { desktopHost } from '../electron-standin/host.ts'
import { chooseInMenu, StandInSystem } from '../support/standin.ts'
import { expect, secondDevice, test } from './fixtures.ts'
import { Settings } from './screens/settings.ts'

test('theme, density and text size take effect at once, and are there at the next start', async ({
  workspace,
  open,
}) => {
  const first = await open(workspace.ada)
  await first.sidebar.waitUntilShown()
  const settings = new Settings(first.page)
  await settings.open()
  await settings.pick('Theme', 'Dark')
  await settings.pick('Density', 'Compact')
  await settings.pick('Text size', 'Large')
  const look = (desktop: typeof first) =>
    desktop.page.evaluate(() => ({
      ground: getComputedStyle(document.body).backgroundColor,
      row: getComputedStyle(document.documentElement).getPropertyValue('--space-3'),
      text: getComputedStyle(document.body).fontSize,
    }))
  const chosen = { ground: 'rgb(27, 28, 34)', row: '9px', text: '15px' }
  await expect.poll(() => look(first)).toEqual(chosen)

  const second = await first.restart()
  await second.sidebar.waitUntilShown()
  await expect.poll(() => look(second)).toEqual(chosen)
  expect(await second.app.evaluate(({ nativeTheme }) => nativeTheme.themeSource)).toBe('dark')
})

test('also who is not signed in has settings; a link waits until somebody is', async ({
  api,
  workspace,
  openFresh,
}) => {
  const { ada, room, roomName } = workspace
  const { app, page, signIn, conversation } = await openFresh()
  const { dialog } = new Settings(page)
  await chooseInMenu(app, 'settings')
  await expect(dialog.getByRole('tab')).toHaveText(['Appearance', 'Notifications', 'This computer', 'About'])
  await page.keyboard.press('Escape')
  await app.evaluate(({ app }, link) => {
    app.emit('second-instance', { preventDefault() {} }, ['medallion', link], '/', null)
  }, `medallion://room/${room.id}`)
  await signIn.useServer(api.url)
  await signIn.signIn(ada)
  await expect(conversation.header).toContainText(roomName)
})

for (const theme of ['Light', 'Dark'])
  test(`the settings hinder nobody, ${theme}`, async ({ workspace, open }) => {
    const { page, sidebar } = await open(workspace.ada)
    await sidebar.waitUntilShown()
    const settings = new Settings(page)
    await settings.open()
    await settings.pick('Theme', theme)
    for (const section of ['Appearance', 'Notifications', 'This computer', 'Account', 'About'] as const) {
      await settings.choose(section)
      await expect(settings.dialog.getByRole('heading').nth(1)).toBeVisible()
      // Electron opens no second page, in which axe would otherwise work.
      const { violations } = await new AxeBuilder({ page })
        .setLegacyMode()
        .include('[role="dialog"]')
        .analyze()
      expect(
        violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) })),
        section,
      ).toEqual([])
    }
  })

test('other devices are listed and signed out at once', async ({ api, workspace, open }) => {
  const { ada } = workspace
  const elsewhere = await secondDevice(api, ada)
  const { page, sidebar } = await open(ada)
  await sidebar.waitUntilShown()
  const settings = new Settings(page)
  await settings.open('Account')
  await expect(settings.dialog.getByText(api.url)).toBeVisible()
  await expect(settings.dialog.getByText('This device', { exact: true })).toBeVisible()
  await settings.dialog.getByRole('button', { name: /^Sign out ./ }).click()
  await expect(settings.dialog.getByRole('button', { name: /^Sign out ./ })).toHaveCount(0)
  expect((await elsewhere.client.raw('GET', '/api/users/me')).status).toBe(401)
  expect((await ada.client.raw('GET', '/api/users/me')).status).toBe(200)
})

test('the kept pictures are counted and deleted, and the logs copied', async ({ workspace, open }) => {
  const { app, page, sidebar } = await open(workspace.ada)
  await sidebar.waitUntilShown()
  await app.evaluate(({ app }) => {
    const { mkdirSync, writeFileSync } = process.getBuiltinModule('node:fs')
    mkdirSync(`${app.getPath('userData')}/avatars`, { recursive: true })
    writeFileSync(`${app.getPath('userData')}/avatars/${'0'.repeat(32)}.webp`, Buffer.alloc(2_500_000))
  })
  const settings = new Settings(page)
  await settings.open('This computer')
  await expect(settings.dialog.getByText(/^2\.5 MB/)).toBeVisible()
  await settings.dialog.getByRole('button', { name: 'Delete them' }).click()
  await expect(settings.dialog.getByText(/^0 MB/)).toBeVisible()

  await settings.choose('About')
  await expect(settings.dialog.getByRole('heading', { name: /^Medallion \d+\.\d+\.\d+$/ })).toBeVisible()
  await settings.dialog.getByRole('button', { name: 'Copy logs' }).click()
  await expect(settings.dialog.getByText(/\d+ lines copied/)).toBeVisible()
  const logs = await app.evaluate(({ clipboard }) => clipboard.readText())
  expect(logs).toMatch(/Medallion \d+\.\d+\.\d+ on /)
  for (const secret of [workspace.ada.token, workspace.ada.username, 'Good morning', 'Lovelace'])
    expect(logs).not.toContain(secret)
})

test('the languages of the spelling are the system’s until others are chosen', async ({
  workspace,
  open,
}) => {
  test.skip(desktopHost().name !== 'standin', 'Only the stand-in tells what the spelling was asked to be.')
  const { app, page, sidebar } = await open(workspace.ada)
  await sidebar.waitUntilShown()
  const system = new StandInSystem(app)
  const asked = async () => (await system.calls('session.setSpellCheckerLanguages')).at(-1)?.args[0]
  const settings = new Settings(page)
  await settings.open('This computer')
  await settings.dialog.getByLabel('German').check()
  await expect.poll(asked).toEqual(['de'])
  await settings.dialog.getByLabel('French').check()
  await expect.poll(asked).toEqual(['de', 'fr'])
  await settings.toggle('Check spelling while I write').click()
  await expect
    .poll(async () => (await system.calls('session.setSpellCheckerEnabled')).at(-1)?.args)
    .toEqual([false])
  await settings.toggle('Check spelling while I write').click()
  await expect.poll(asked).toEqual(['en-US'])
})
