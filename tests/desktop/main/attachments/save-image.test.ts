import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fileName, saveImage } from '../../../../desktop/main/attachments/save-image.ts'
import { temporaryFolder } from '../samples.ts'

const KEY = '0'.repeat(32)
const PNG = Buffer.from('\x89PNG\r\n\x1a\n…', 'latin1')

test('an image is written where somebody wants it, under a name that is proposed', async () => {
  const path = join(await temporaryFolder(), 'here.png')
  const asked: string[] = []
  const answer = await saveImage(
    { get: async () => PNG },
    async (name) => {
      asked.push(name)
      return path
    },
    { key: KEY, name: 'holiday.jpeg' },
  )
  expect(answer).toEqual({ ok: true, value: true })
  expect(asked).toEqual(['holiday.png'])
  expect(await readFile(path)).toEqual(PNG)
})

test('who thinks better of it writes nothing', async () => {
  const answer = await saveImage({ get: async () => PNG }, async () => null, { key: KEY, name: 'a.png' })
  expect(answer).toEqual({ ok: true, value: false })
})

test.each([
  ['cannot be loaded for now', 'away' as const, 'desktop.server_unreachable'],
  ['is gone', null, 'desktop.image_gone'],
])('an image that %s is told, and nothing asked', async (_, found, code) => {
  const ask = (): never => {
    throw new Error('asked')
  }
  expect(await saveImage({ get: async () => found }, ask, { key: KEY, name: 'a.png' })).toMatchObject({
    ok: false,
    error: { code },
  })
})

test('a place that cannot be written to is told', async () => {
  const path = join(await temporaryFolder(), 'none', 'a.png')
  const answer = await saveImage({ get: async () => PNG }, async () => path, { key: KEY, name: 'a.png' })
  expect(answer).toMatchObject({ ok: false, error: { code: 'desktop.file_unwritable' } })
})

test.each([
  ['photo.JPG', 'image/jpeg', 'photo.JPG'],
  ['photo.exe', 'image/png', 'photo.png'],
  ['../../.bashrc', 'image/png', '_.._.bashrc.png'],
  ['C:\\Windows\\x.gif', 'image/gif', 'C__Windows_x.gif'],
  ['a\u202egpj.exe', 'image/webp', 'a_gpj.webp'],
  ['...', 'image/webp', 'image.webp'],
  ['', 'image/webp', 'image.webp'],
] as const)('%j of %s is proposed as %j', (name, type, expected) => {
  expect(fileName(name, type)).toBe(expected)
})
