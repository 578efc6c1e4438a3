import { execFile } from 'node:child_process'
import { open, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeEach, expect, test } from 'vitest'
import { Drafts } from '../../../../desktop/main/avatar/drafts.ts'
import { MAX_FILE_BYTES, openDraft } from '../../../../desktop/main/avatar/open.ts'
import { temporaryFolder } from '../samples.ts'

let folder: string
let drafts: Drafts

beforeEach(async () => {
  folder = await temporaryFolder()
  drafts = new Drafts()
})

const choose = (path: string | null) => openDraft(async () => path, drafts)

/** A file of that many bytes, which takes no room. */
async function emptyFile(name: string, bytes: number): Promise<string> {
  const path = join(folder, name)
  const file = await open(path, 'w')
  await file.truncate(bytes)
  await file.close()
  return path
}

test('a cancelled dialog opens nothing', async () => {
  expect(await choose(null)).toEqual({ ok: true, value: null })
})

test('a file becomes a draft under its name, its path stays here', async () => {
  const path = join(folder, 'Ünïcödé & co.jpeg')
  await writeFile(path, 'photo')
  const answer = await choose(path)
  expect(answer).toMatchObject({ ok: true, value: { name: 'Ünïcödé & co.jpeg', bytes: 5 } })
  expect(JSON.stringify(answer)).not.toContain(folder)
  const id = (answer.ok && answer.value?.id) || ''
  expect(drafts.get(id)).toEqual(Buffer.from('photo'))
})

test('a link is followed', async () => {
  await writeFile(join(folder, 'photo.jpg'), 'photo')
  await symlink('photo.jpg', join(folder, 'link.jpg'))
  expect(await choose(join(folder, 'link.jpg'))).toMatchObject({ ok: true, value: { bytes: 5 } })
})

test('50 MB can be opened', async () => {
  const path = await emptyFile('large.jpg', MAX_FILE_BYTES)
  expect(await choose(path)).toMatchObject({ ok: true, value: { bytes: MAX_FILE_BYTES } })
})

test('more than that cannot, and is not read', async () => {
  // More than a buffer of Node can hold: reading it would fail otherwise.
  expect(await choose(await emptyFile('huge.jpg', 8 * 1024 ** 3))).toEqual({
    ok: false,
    error: { code: 'desktop.file_too_large', detail: 'The file has 8192.0 MB; the limit is 50.0 MB.' },
  })
  expect(await choose(await emptyFile('large.jpg', MAX_FILE_BYTES + 1))).toMatchObject({
    ok: false,
    error: { code: 'desktop.file_too_large' },
  })
})

test('what is not there, or no file, is unreadable', async () => {
  await symlink('nowhere', join(folder, 'dangling.jpg'))
  // Nobody writes into it: whoever reads it waits for ever.
  await promisify(execFile)('mkfifo', [join(folder, 'pipe.jpg')])
  for (const path of [
    join(folder, 'gone.jpg'),
    join(folder, 'dangling.jpg'),
    join(folder, 'pipe.jpg'),
    join(folder, 'photo.jpg/inside'),
    folder,
    '/dev/zero',
  ])
    expect(await choose(path)).toMatchObject({ ok: false, error: { code: 'desktop.file_unreadable' } })
})
