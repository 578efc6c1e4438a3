import { Offered } from './refuse.ts'

class AutoUpdater extends Offered {
  constructor() {
    super('autoUpdater')
  }
}

/** Electron's `autoUpdater`: it updates nothing, but tells that the app is about to end for an update. */
export const autoUpdater = new AutoUpdater()
