import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, test as base, type ElectronApplication, type Page } from '@playwright/test'

/** What the example's preload gives its page. */
export interface ExampleBridge {
  invoke(channel: string, value?: unknown): Promise<unknown>
  onTold(listener: (message: unknown) => void): void
  pathOf(file: File): string
}

declare global {
  interface Window {
    example: ExampleBridge
  }
}

/** A running example. */
export interface Example {
  app: ElectronApplication
  page: Page
}

/** How to start one. */
export interface ExampleOptions {
  userData?: string
  /** The permissions that it grants, by Electron's names; none unless given. */
  grants?: string[]
  colorScheme?: 'light' | 'dark'
  /** What the stand-in is told besides. */
  env?: Record<string, string>
}

/** The stand-in's executable. */
export const STAND_IN = join(import.meta.dirname, 'electron')

/** The example's folder. */
export const EXAMPLE_APP = join(import.meta.dirname, 'example-app')

/** The stand-in itself, whatever else runs the desktop's specs. */
export const test = base.extend<{
  userData: string
  launch: (options?: ExampleOptions) => Promise<Example>
}>({
  // Playwright asks for a destructured first parameter.
  // oxlint-disable-next-line no-empty-pattern
  userData: async ({}, use) => {
    const path = mkdtempSync(join(tmpdir(), 'standin-spec-'))
    await use(path)
    rmSync(path, { recursive: true, force: true })
  },
  launch: async ({ userData }, use) => {
    const apps: ElectronApplication[] = []
    await use(async (options = {}) => {
      const app = await _electron.launch({
        executablePath: STAND_IN,
        args: [EXAMPLE_APP],
        ...(options.colorScheme === undefined ? {} : { colorScheme: options.colorScheme }),
        env: { ...exampleEnv(options.userData ?? userData, options.grants), ...options.env },
      })
      apps.push(app)
      const page = await app.firstWindow()
      // The page is there before it has loaded.
      await page.locator('main[data-ran]').waitFor()
      return { app, page }
    })
    for (const app of apps) await app.close()
  },
})

/** The environment that an example runs in. */
export function exampleEnv(userData: string, grants: string[] = []): Record<string, string> {
  const env = Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? '']))
  return { ...env, EXAMPLE_USER_DATA: userData, EXAMPLE_GRANTS: grants.join(',') }
}

/** Calls main through the example's bridge; an error comes as its message. */
export function invoke(page: Page, channel: string, value?: unknown): Promise<unknown> {
  return page.evaluate(
    ([name, argument]) =>
      window.example
        .invoke(name, argument)
        .catch((error: unknown) => (error instanceof Error ? error.message : error)),
    [channel, value] as const,
  )
}

/** The processes of Chromium that run for an app. */
export function chromiumsOf(app: ChildProcess): number[] {
  const profile = `standin-profile-${app.pid}-`
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && commandLineOf(pid).includes(profile))
}

function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    // It has gone meanwhile.
    return ''
  }
}
