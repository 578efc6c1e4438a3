import { request as httpRequest, type ClientRequest, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Rectangle } from 'electron'
import { record } from './records.ts'
import { Offered, onlyOffered } from './refuse.ts'

/** Electron's `shell`: what would open is recorded. */
export const shell = onlyOffered('shell', {
  openExternal: async (url: string): Promise<void> => record('shell.openExternal', url),
  openPath: async (path: string): Promise<string> => {
    record('shell.openPath', path)
    return ''
  },
  showItemInFolder: (path: string): void => record('shell.showItemInFolder', path),
  beep: (): void => record('shell.beep'),
})

let copied = ''

/** Electron's `clipboard`, for text; the app's own, so that apps side by side do not meet. */
export const clipboard = onlyOffered('clipboard', {
  async writeText(text: string): Promise<void> {
    copied = text
  },
  readText: async (): Promise<string> => copied,
  clear(): void {
    copied = ''
  },
})

interface NetRequestOptions extends RequestOptions {
  session?: unknown
  redirect?: string
}

/** Electron's `net`. A test that wants to be offline puts its own `isOnline` in place. */
export const net = onlyOffered('net', {
  fetch: (input: string | URL | Request, init?: RequestInit) => fetch(input, init),
  /** Over Node's own HTTP, which has the same events. Redirects are not followed. */
  request({ session: _session, redirect: _redirect, ...options }: NetRequestOptions): ClientRequest {
    return (options.protocol === 'https:' ? httpsRequest : httpRequest)(options)
  },
  isOnline: () => true,
  get online(): boolean {
    return net.isOnline()
  },
})

class PowerMonitor extends Offered {
  constructor() {
    super('powerMonitor')
  }
}

/** Electron's `powerMonitor`: a test emits `suspend` and `resume`, as the system does around sleep. */
export const powerMonitor = new PowerMonitor()

const area: Rectangle = { x: 0, y: 0, width: 1920, height: 1080 }
const display = onlyOffered('Display', {
  id: 1,
  bounds: area,
  workArea: area,
  size: { width: area.width, height: area.height },
  workAreaSize: { width: area.width, height: area.height },
  scaleFactor: 1,
})

class Screen extends Offered {
  constructor() {
    super('screen')
  }

  getPrimaryDisplay(): typeof display {
    return display
  }

  getAllDisplays(): Array<typeof display> {
    return [display]
  }

  getDisplayMatching(): typeof display {
    return display
  }
}

/** Electron's `screen`: one display of 1920 × 1080. */
export const screen = new Screen()
