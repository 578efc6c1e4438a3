import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { app } from 'electron'

/** Has the system start the program with the person's session, or no longer. Does nothing for one that is not installed. */
export function setStartAtLogin(wanted: boolean, executable: string): void {
  if (!app.isPackaged) return
  if (process.platform === 'linux')
    writeAutostart(join(app.getPath('appData'), 'autostart'), wanted ? executable : null)
  else app.setLoginItemSettings({ openAtLogin: wanted })
}

/**
 * Puts an entry into the folder that Linux desktops start programs from, or with `executable` null takes it away
 * (https://specifications.freedesktop.org/autostart-spec/latest/).
 */
export function writeAutostart(folder: string, executable: string | null): void {
  const file = join(folder, 'medallion.desktop')
  if (executable === null) {
    rmSync(file, { force: true })
    return
  }
  mkdirSync(folder, { recursive: true })
  const entry = { Type: 'Application', Name: 'Medallion', Exec: quote(executable), Terminal: 'false' }
  const lines = Object.entries(entry).map(([key, value]) => `${key}=${value}`)
  writeFileSync(file, ['[Desktop Entry]', ...lines, ''].join('\n'))
}

/** As the key Exec wants a path: quoted, each of `"`, backquote, `$` and `\` escaped, that escape itself doubled, and `%` doubled. */
const quote = (path: string): string =>
  `"${path
    .replaceAll(/["`$\\]/g, String.raw`\$&`)
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('%', '%%')}"`
