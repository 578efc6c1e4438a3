import { resolve, sep } from 'node:path'
import { app, type Rectangle } from 'electron'
import { z } from 'zod'

/** What can be set from outside; for the demo, tests and development. */
export interface Settings {
  /** Where the window opens; null: wherever the system likes. */
  window: Rectangle | null
  /** A session to open with; never in an installed program. */
  session: { server: string; token: string } | null
  /** The development server of the page; null when it is built. */
  rendererUrl: string | null
  /** What the system starts to start this program: the AppImage, where it runs from one. */
  executable: string
  /** Whether this program is an AppImage, which can replace itself. */
  isAppImage: boolean
}

const session = z.object({ server: z.string(), token: z.string() })

/** Reads the settings, and puts the program's data where `MEDALLION_USER_DATA` says; before anything asks for that folder. */
export function readSettings(): Settings {
  const { MEDALLION_USER_DATA, MEDALLION_WINDOW, MEDALLION_SESSION, ELECTRON_RENDERER_URL } = process.env
  const appImage = readAppImage(process.env)
  if (MEDALLION_USER_DATA !== undefined) app.setPath('userData', resolve(MEDALLION_USER_DATA))
  const [x, y, width, height] = (MEDALLION_WINDOW ?? '').split(',').map(Number)
  const placed = x !== undefined && y !== undefined && width !== undefined && height !== undefined
  const given = app.isPackaged ? undefined : MEDALLION_SESSION
  return {
    window: placed ? { x, y, width, height } : null,
    session: given === undefined ? null : session.parse(JSON.parse(given)),
    rendererUrl: app.isPackaged ? null : (ELECTRON_RENDERER_URL ?? null),
    executable: appImage ?? process.execPath,
    isAppImage: appImage !== null,
  }
}

/** The AppImage that this program runs from; null where that is another one, whose variables programs inherit that it starts. */
function readAppImage({ APPIMAGE, APPDIR }: NodeJS.ProcessEnv): string | null {
  const isOurs = APPDIR !== undefined && process.execPath.startsWith(APPDIR + sep)
  return isOurs ? (APPIMAGE ?? null) : null
}
