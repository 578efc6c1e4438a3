import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, expect, test as base, type ElectronApplication, type Page } from '@playwright/test'

interface Example {
  invoke(channel: string, value?: unknown): Promise<unknown>
  onTold(listener: (text: string) => void): void
}

interface Launched {
  app: ElectronApplication
  page: Page
}

const executablePath = join(import.meta.dirname, 'electron')
const folder = join(import.meta.dirname, 'example-app')

// The stand-in itself, whatever else runs the desktop's specs.
const test = base.extend<{ userData: string; launch: () => Promise<Launched> }>({
  // Playwright asks for a destructured first parameter.
  // oxlint-disable-next-line no-empty-pattern
  userData: async ({}, use) => {
    const path = mkdtempSync(join(tmpdir(), 'standin-spec-'))
    await use(path)
    rmSync(path, { recursive: true, force: true })
  },
  launch: async ({ userData }, use) => {
    const apps: ElectronApplication[] = []
    await use(async () => {
      const env = Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? '']))
      const app = await _electron.launch({
        executablePath,
        args: [folder],
        env: { ...env, EXAMPLE_USER_DATA: userData },
      })
      apps.push(app)
      const page = await app.firstWindow()
      await page.locator('main[data-ran]').waitFor()
      return { app, page }
    })
    for (const app of apps) await app.close()
  },
})

/** Calls the example's bridge in the page. */
const invoke = (page: Page, channel: string, value?: unknown): Promise<unknown> =>
  page.evaluate(
    ([name, argument]) => {
      const { example } = window as unknown as { example: Example }
      return example
        .invoke(name, argument)
        .catch((error: unknown) => (error instanceof Error ? error.message : error))
    },
    [channel, value] as const,
  )

test('bytes go round, and errors keep their message alone, as in Electron', async ({ launch }) => {
  const { page } = await launch()
  const answer = await page.evaluate(async () => {
    const { example } = window as unknown as { example: Example }
    const { bytes, origin } = (await example.invoke('reverse', new Uint8Array([1, 2, 250]))) as {
      bytes: Uint8Array
      origin: string
    }
    return { kind: bytes.constructor.name, bytes: [...bytes], origin }
  })
  expect(answer).toEqual({ kind: 'Uint8Array', bytes: [250, 2, 1], origin: 'app://example' })
  expect(await invoke(page, 'fail')).toBe("Error invoking remote method 'fail': RangeError: on purpose")
  expect(await invoke(page, 'nothing')).toContain("No handler registered for 'nothing'")
})

test('the page sees the bridge and nothing behind it', async ({ launch }) => {
  const { page } = await launch()
  const seen = await page.evaluate(() => ({
    node: typeof Reflect.get(globalThis, 'process') + typeof Reflect.get(globalThis, 'require'),
    own: Object.getOwnPropertyNames(globalThis).filter((name) => /standin|ipc|electron/i.test(name)),
    frozen: Object.isFrozen(Reflect.get(window, 'example')),
  }))
  expect(seen).toEqual({ node: 'undefinedundefined', own: [], frozen: true })
})

test('a worker of the app’s own scheme fetches, draws and decodes', async ({ launch }) => {
  const { page } = await launch()
  const result = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const worker = new Worker('/worker.js', { type: 'module' })
        worker.addEventListener('message', ({ data }) => resolve(data))
        worker.postMessage('go', [])
      }),
  )
  expect(result).toEqual({ width: 8, page: 200 })
})

test('what is not offered is refused by name', async ({ launch }) => {
  const { app, page } = await launch()
  const refusals = await app.evaluate((electron) => {
    const tries = {
      module: () => new electron.Tray(''),
      member: () => electron.app.setBadgeCount(3),
      instance: () => electron.BrowserWindow.getAllWindows()[0]?.setProgressBar(0.5),
    }
    return Object.values(tries).map((attempt) => {
      try {
        attempt()
        return 'passed'
      } catch (error) {
        return error instanceof Error ? error.message : String(error)
      }
    })
  })
  expect(refusals).toEqual([
    'stand-in: new electron.Tray is not offered',
    'stand-in: electron.app.setBadgeCount is not offered',
    'stand-in: electron.BrowserWindow.setProgressBar is not offered',
  ])
  expect(await invoke(page, 'pick')).toContain('no test has put an answer in its place')
})

test('a second instance tells the first and leaves', async ({ launch, userData }) => {
  const { page } = await launch()
  const told = page.evaluate(
    () => new Promise((resolve) => (window as unknown as { example: Example }).example.onTold(resolve)),
  )
  const { spawn } = await import('node:child_process')
  const second = spawn(executablePath, [folder], { env: { ...process.env, EXAMPLE_USER_DATA: userData } })
  const code = await new Promise((resolve) => second.once('exit', resolve))
  expect(code).toBe(0)
  expect(await told).toBe('second instance')
})

test('secrets outlive a restart; a closed window ends the app', async ({ launch }) => {
  const first = await launch()
  const sealed = await invoke(first.page, 'seal', 'a secret')
  const exited = new Promise((resolve) => first.app.process().once('exit', resolve))
  await first.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
  expect(await exited).toBe(0)
  const again = await launch()
  expect(await invoke(again.page, 'unseal', sealed)).toBe('a secret')
})

test('themes reach the page, and a crash reaches main', async ({ launch }) => {
  const { app, page } = await launch()
  await app.evaluate(({ nativeTheme }) => {
    nativeTheme.themeSource = 'dark'
  })
  await expect.poll(() => page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(true)
  const reason = await app.evaluate(
    ({ BrowserWindow }) =>
      new Promise((resolve) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents
        contents?.once('render-process-gone', (_event, details) => resolve(details.reason))
        contents?.forcefullyCrashRenderer()
      }),
  )
  expect(reason).toBe('crashed')
})
