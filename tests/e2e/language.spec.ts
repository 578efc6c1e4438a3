import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ElectronApplication } from '@playwright/test'
import { desktopHost } from '../electron-standin/host.ts'
import { launchDesktop, type Desktop } from '../support/launch-desktop.ts'
import { StandInSystem } from '../support/standin.ts'
import { expectAccessible } from './accessibility-fixtures.ts'
import { expect, test as base, type Member } from './fixtures.ts'

const onStandIn = desktopHost().name === 'standin'

const test = base.extend<{ openGerman: (member?: Member) => Promise<Desktop> }>({
  /** Opens a desktop on a system that is German, perhaps signed in already. */
  openGerman: async ({ api }, use) => {
    const userData = mkdtempSync(join(tmpdir(), 'medallion-desktop-'))
    let desktop: Desktop | undefined
    await use(async (member) => {
      desktop = await launchDesktop({
        userData,
        language: 'de_DE',
        ...(member && { session: { server: api.url, token: member.token } }),
      })
      return desktop
    })
    await desktop?.close()
    rmSync(userData, { recursive: true, force: true })
  },
})

const menuLabels = (app: ElectronApplication) =>
  app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.items.map(({ label }) => label))

test('on a German system the program is German from the first screen on', async ({ api, openGerman }) => {
  const { app, page } = await openGerman()
  await expect(page.getByRole('heading', { name: 'Bei Medallion anmelden' })).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('lang', 'de')
  expect(await menuLabels(app)).toEqual(['&Datei', '&Bearbeiten', '&Ansicht', '&Fenster', '&Hilfe'])
  await expectAccessible(page, 'German sign-in')

  await page.getByRole('button', { name: 'Server ändern' }).click()
  await page.getByLabel('Serveradresse').fill(api.url)
  await page.getByLabel('Benutzername').fill('niemand')
  await page.getByLabel('Passwort').fill('nicht das Passwort')
  await page.getByRole('button', { name: 'Anmelden', exact: true }).click()
  await expect(page.getByRole('alert')).toHaveText(
    'Benutzername oder Passwort ist falsch. Prüfe beides und versuche es noch einmal.',
  )
})

test('a German workspace names days, people and the tray in German', async ({ workspace, openGerman }) => {
  test.skip(!onStandIn, 'Only the stand-in tells what the tray shows.')
  const { app, page } = await openGerman(workspace.ada)
  await page.getByRole('navigation', { name: 'Unterhaltungen' }).getByText('Grace Hopper').click()
  await expect(page.getByRole('log', { name: 'Nachrichten' }).getByText('Heute')).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Nachricht an Grace Hopper' })).toBeFocused()
  await expect
    .poll(() => new StandInSystem(app).tray())
    .toEqual({
      toolTip: 'Medallion: eine ungelesene Nachricht',
      labels: ['Medallion öffnen', 'Nicht stören', '', 'Medallion beenden'],
    })
  const year = { day: 'numeric', month: 'long', weekday: 'long', year: 'numeric' } as const
  const today = new Intl.DateTimeFormat('de', year).format(new Date())
  await expect(page.locator(`[title^="${today}"]`).first()).toBeAttached()
  await expectAccessible(page, 'German conversation')
})

test('another language is spoken at once, and what was being written is kept', async ({
  workspace,
  openGerman,
}) => {
  const desktop = await openGerman(workspace.ada)
  const { app, page } = desktop
  await page.getByRole('navigation', { name: 'Unterhaltungen' }).getByText('Grace Hopper').click()
  await page.getByRole('textbox', { name: 'Nachricht an Grace Hopper' }).fill('Noch nicht fertig')
  await page.getByRole('button', { name: 'Einstellungen', exact: true }).click()
  await page.getByRole('combobox', { name: 'Sprache' }).selectOption('English')

  const settings = page.getByRole('dialog', { name: 'Settings' })
  await expect(settings.getByRole('combobox', { name: 'Language' })).toHaveValue('en')
  await expect(page.locator('html')).toHaveAttribute('lang', 'en')
  expect(await menuLabels(app)).toEqual(['&File', '&Edit', '&View', '&Window', '&Help'])
  await page.keyboard.press('Escape')
  await expect(page.getByRole('textbox', { name: 'Message Grace Hopper' })).toHaveValue('Noch nicht fertig')

  const again = await desktop.restart()
  await expect(again.page.getByRole('textbox', { name: 'Message Grace Hopper' })).toHaveValue(
    'Noch nicht fertig',
  )
})
