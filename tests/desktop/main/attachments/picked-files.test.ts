import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PickedFiles } from '../../../../desktop/main/attachments/picked-files.ts'
import { temporaryFolder } from '../samples.ts'

const idOf = ({ url }: { url: string }): string => url.replace('/picked/', '')

test('what was chosen can be read once', async () => {
  const folder = await temporaryFolder()
  const [one, two] = [join(folder, 'one.png'), join(folder, 'two.jpg')]
  await writeFile(one, 'ONE')
  await writeFile(two, 'TWO!')
  const picked = new PickedFiles()
  const files = await picked.pick(async () => [one, two])
  expect(files).toMatchObject([
    { name: 'one.png', bytes: 3 },
    { name: 'two.jpg', bytes: 4 },
  ])
  const [first, second] = files.map(idOf)
  expect(await picked.take(second ?? '')).toEqual(Buffer.from('TWO!'))
  expect(await picked.take(second ?? '')).toBeNull()
  expect(await picked.take(first ?? '')).toEqual(Buffer.from('ONE'))
})

test('what is no file, or not there, has no bytes and cannot be read; the others can', async () => {
  const folder = await temporaryFolder()
  await mkdir(join(folder, 'folder'))
  await writeFile(join(folder, 'good.png'), 'GOOD')
  const picked = new PickedFiles()
  const files = await picked.pick(async () =>
    ['folder', 'none.png', 'good.png'].map((name) => join(folder, name)),
  )
  expect(files.map(({ bytes }) => bytes)).toEqual([0, 0, 4])
  const read = await Promise.all(files.map((file) => picked.take(idOf(file))))
  expect(read).toEqual([null, null, Buffer.from('GOOD')])
})

test('what nobody has chosen is not there', async () => {
  expect(await new PickedFiles().take('/etc/passwd')).toBeNull()
})
