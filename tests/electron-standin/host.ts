import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** What runs the built desktop in tests: Electron itself, or the stand-in over a headless Chromium. */
export interface DesktopHost {
  name: 'electron' | 'standin'
  /** The stand-in's executable; Playwright finds Electron's own by itself. */
  executablePath?: string
  /**
   * What makes `require('electron')` name the same executable. It counts in the environment of whoever asks: Playwright
   * reads its own, not the one that it is given for the app.
   */
  env: { ELECTRON_OVERRIDE_DIST_PATH?: string }
}

/** The real binary where `electron` has fetched one, else the stand-in; `E2E_HOST=electron` or `standin` asks for one of them. */
export function desktopHost(): DesktopHost {
  const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'))
  const fetched = existsSync(join(folder, 'dist', 'version'))
  const wanted = process.env.E2E_HOST ?? (fetched ? 'electron' : 'standin')
  if (wanted === 'electron') return { name: 'electron', env: {} }
  if (wanted !== 'standin') throw new Error(`E2E_HOST is "${wanted}": it can be "electron" or "standin".`)
  return {
    name: 'standin',
    executablePath: join(import.meta.dirname, 'electron'),
    env: { ELECTRON_OVERRIDE_DIST_PATH: import.meta.dirname },
  }
}
