import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { BrowserWindow } from 'electron'
import type { WindowPlace } from './window-place.ts'

/** How long after the window was last moved its place is kept, in milliseconds. */
const KEEP_AFTER_MS = 500

/** Keeps where the window is, soon after it was moved and once it closes. */
export function rememberPlace(
  window: BrowserWindow,
  file: string,
  log: (message: string, error?: unknown) => void,
): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const keep = (): void => {
    clearTimeout(timer)
    if (window.isDestroyed()) return
    try {
      write(file, { bounds: window.getNormalBounds(), isMaximized: window.isMaximized() })
    } catch (error) {
      log('the window’s place could not be kept', error)
    }
  }
  const keepSoon = (): void => {
    clearTimeout(timer)
    timer = setTimeout(keep, KEEP_AFTER_MS)
  }
  window.on('resize', keepSoon)
  window.on('move', keepSoon)
  window.on('close', keep)
}

/** At once, since the program may be about to end. */
function write(file: string, place: WindowPlace): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.new`, JSON.stringify(place))
  renameSync(`${file}.new`, file)
}
