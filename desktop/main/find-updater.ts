import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { app } from 'electron'
import type { UpdatesOptions } from './updates.ts'

/**
 * What updates this program, or why nothing does: it is run from its sources; whoever built it named no place to ask (no
 * `app-update.yml` beside it); or it came as a package that the system's own tools keep up to date (deb, rpm).
 */
export async function findUpdater(isAppImage: boolean): Promise<UpdatesOptions['updater']> {
  if (!app.isPackaged) return 'development'
  if (!existsSync(join(process.resourcesPath, 'app-update.yml'))) return 'no-feed'
  if (process.platform === 'linux' && !isAppImage) return 'packaged'
  // Not before it is needed: the start is not to wait for it.
  const { default: electronUpdater } = await import('electron-updater')
  return electronUpdater.autoUpdater
}
