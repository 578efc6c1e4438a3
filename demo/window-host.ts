import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const require = createRequire(import.meta.url)

/** How long fetching Electron may take, in milliseconds: it is some 100 MB. */
const FETCH_MS = 180_000

/** Electron's executable where windows can be opened here, else the reason why not, in a few words. */
export async function findWindowHost(): Promise<{ electron: string } | { reason: string }> {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env
  if (process.platform === 'linux' && DISPLAY === undefined && WAYLAND_DISPLAY === undefined)
    return { reason: 'there is no display' }
  if (process.getuid?.() === 0) return { reason: 'Electron does not run as root' }
  const folder = dirname(require.resolve('electron/package.json'))
  if (!existsSync(join(folder, 'dist', 'version'))) {
    console.log('Fetching Electron, once …')
    try {
      await run(process.execPath, [join(folder, 'install.js')], { timeout: FETCH_MS })
    } catch {
      return { reason: "Electron's binary could not be fetched" }
    }
  }
  // In plain Node the package is the path of its executable.
  return { electron: String(require('electron')) }
}
