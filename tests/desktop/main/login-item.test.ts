import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { writeAutostart } from '../../../desktop/main/login-item.ts'
import { temporaryFolder } from './samples.ts'

// Only imported, never reached.
vi.mock('electron', () => ({ app: {} }))

it('Linux desktops find an entry, and no longer once it is taken away', async () => {
  const folder = join(await temporaryFolder(), 'autostart')
  writeAutostart(folder, '/opt/Med "x" $y `z` 50%/medallion')
  expect(await readFile(join(folder, 'medallion.desktop'), 'utf8')).toBe(
    [
      '[Desktop Entry]',
      'Type=Application',
      'Name=Medallion',
      String.raw`Exec="/opt/Med \\"x\\" \\$y \\` + '`z' + String.raw`\\` + '` 50%%/medallion"',
      'Terminal=false',
      '',
    ].join('\n'),
  )
  writeAutostart(folder, null)
  writeAutostart(folder, null)
  expect(await readdir(folder)).toEqual([])
})
