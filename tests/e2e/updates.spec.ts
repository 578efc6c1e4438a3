import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { desktopHost } from '../electron-standin/host.ts'
import { launchDesktop, type Desktop } from '../support/launch-desktop.ts'
import { chooseInMenu } from '../support/standin.ts'
import { expect, test } from './fixtures.ts'
import { Settings } from './screens/settings.ts'

const OLD = '#!/bin/sh\n'
const NEW = '#!/bin/sh\n# 9.9.9\n'

/** A program that was installed as an AppImage and has a feed of updates. */
class Installed {
  readonly folder = mkdtempSync(join(tmpdir(), 'medallion-installed-'))
  readonly image = join(this.folder, 'Medallion.AppImage')
  readonly #files = new Map<string, string>()
  readonly #feed: Server
  #desktop: Desktop | undefined

  constructor() {
    this.#feed = createServer((request, response) => {
      const file = this.#files.get(new URL(request.url ?? '', 'http://feed').pathname)
      response.writeHead(file === undefined ? 404 : 200).end(file)
    })
    writeFileSync(this.image, OLD)
    chmodSync(this.image, 0o755)
  }

  /** Opens it, installed by the system's package manager where it is `packaged`. */
  async open({ packaged = false } = {}): Promise<Desktop> {
    await new Promise<void>((resolve) => {
      this.#feed.listen(0, '127.0.0.1', resolve)
    })
    const resources = join(this.folder, 'resources')
    mkdirSync(resources)
    const { port } = this.#feed.address() as AddressInfo
    writeFileSync(
      join(resources, 'app-update.yml'),
      `provider: generic\nurl: http://127.0.0.1:${port}\nupdaterCacheDirName: medallion-updater\n`,
    )
    this.#desktop = await launchDesktop({
      userData: join(this.folder, 'data'),
      env: {
        STANDIN_RESOURCES: resources,
        XDG_CACHE_HOME: join(this.folder, 'cache'),
        XDG_CONFIG_HOME: join(this.folder, 'config'),
        // The stand-in's program is Node.
        ...(packaged ? {} : { APPIMAGE: this.image, APPDIR: dirname(process.execPath) }),
      },
    })
    return this.#desktop
  }

  release(version: string): void {
    const sha512 = createHash('sha512').update(NEW).digest('base64')
    this.#files.set('/Medallion-new.AppImage', NEW)
    this.#files.set(
      '/latest-linux.yml',
      `version: ${version}\nfiles:\n  - url: Medallion-new.AppImage\n    sha512: ${sha512}\n    size: ${NEW.length}\n` +
        `path: Medallion-new.AppImage\nsha512: ${sha512}\n`,
    )
  }

  async remove(): Promise<void> {
    await this.#desktop?.close()
    this.#feed.closeAllConnections()
    this.#feed.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

test('one that is run from its sources says that it does not update itself', async ({ openFresh }) => {
  const { app, page } = await openFresh()
  if (desktopHost().name === 'standin') await chooseInMenu(app, 'check-for-updates')
  else await new Settings(page).open('About')
  const { dialog } = new Settings(page)
  await expect(dialog.getByText('it does not update itself')).toBeVisible()
  await expect(dialog.getByRole('button', { name: 'Check for updates' })).toHaveCount(0)
})

test.describe('a program that is installed', () => {
  test.skip(desktopHost().name !== 'standin', 'Only the stand-in passes for a program that is installed.')

  let installed: Installed
  test.beforeEach(() => {
    installed = new Installed()
  })
  test.afterEach(() => installed.remove())

  test('fetches what is new, tells it once, and becomes it when it is asked to', async () => {
    const { app, page } = await installed.open()
    await chooseInMenu(app, 'check-for-updates')
    const { dialog } = new Settings(page)
    await expect(dialog.getByText('Updates could not be fetched.')).toBeVisible()

    installed.release('9.9.9')
    await dialog.getByRole('button', { name: 'Check for updates' }).click()
    await expect(dialog.getByText('Medallion 9.9.9 is ready.')).toBeVisible()
    expect(readFileSync(installed.image, 'utf8'), 'before anybody asked for it').toBe(OLD)
    await page.keyboard.press('Escape')
    const notice = page.getByRole('dialog', { name: 'Medallion 9.9.9 is ready' })
    await expect(notice).toBeVisible()

    const exited = app.waitForEvent('close')
    await notice.getByRole('button', { name: 'Restart' }).click()
    await exited
    expect(readFileSync(installed.image, 'utf8')).toBe(NEW)
  })

  test('is content with the newest version', async () => {
    installed.release('0.0.1')
    const { app, page } = await installed.open()
    await chooseInMenu(app, 'check-for-updates')
    await expect(new Settings(page).dialog.getByText('This is the newest version.')).toBeVisible()
  })

  test('leaves it to the package manager that has brought it', async () => {
    const { app, page } = await installed.open({ packaged: true })
    await chooseInMenu(app, 'check-for-updates')
    await expect(new Settings(page).dialog.getByText('package manager')).toBeVisible()
  })
})
