import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { MAX_ATTACHMENT_BYTES } from '../../../../api/contract/attachment.ts'
import { StagedImages } from '../../../../desktop/main/attachments/staged-images.ts'
import { temporaryFolder } from '../samples.ts'

const PNG = Buffer.from('\x89PNG\r\n\x1a\n…', 'latin1')
const DESCRIPTION = { name: 'a.png', type: 'image/png', width: 4, height: 3 } as const

async function create() {
  const folder = join(await temporaryFolder(), 'staged')
  return { folder, staged: new StagedImages(folder) }
}

async function stage(staged: StagedImages) {
  const answer = await staged.stage(DESCRIPTION, PNG)
  if (!answer.ok) throw new Error(answer.error.detail)
  return answer.value
}

test('an image is kept for its owner’s eyes until it is let go of', async () => {
  const { folder, staged } = await create()
  const image = await stage(staged)
  expect(image).toEqual({ ...DESCRIPTION, id: image.id, bytes: PNG.length, url: `/staged/${image.id}` })
  expect(await staged.read(image.id)).toEqual(PNG)
  expect(await readdir(folder)).toEqual([image.id])
  if (process.platform !== 'win32') {
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    expect((await stat(join(folder, image.id))).mode & 0o777).toBe(0o600)
  }
  await staged.discard(image.id)
  await staged.discard(image.id)
  expect(await staged.read(image.id)).toBeNull()
  expect(await staged.has(image.id)).toBe(false)
})

test.each([
  ['a drawing', Buffer.from('<svg onload="alert(1)"/>')],
  ['an image of another kind', Buffer.from('GIF89a')],
  ['nothing', Buffer.alloc(0)],
])('%s under the name of a PNG is refused', async (_, file) => {
  const { folder, staged } = await create()
  expect(await staged.stage(DESCRIPTION, file)).toMatchObject({
    ok: false,
    error: { code: 'desktop.not_an_image' },
  })
  expect(await readdir(folder).catch(() => [])).toEqual([])
})

test('what is larger than any image may be is refused', async () => {
  const { staged } = await create()
  const file = Buffer.alloc(MAX_ATTACHMENT_BYTES + 1)
  PNG.copy(file)
  expect(await staged.stage(DESCRIPTION, file)).toMatchObject({ error: { code: 'desktop.image_too_large' } })
})

test('an id that is none leads nowhere', async () => {
  const { folder, staged } = await create()
  await stage(staged)
  await writeFile(join(folder, '../secret'), 'SECRET')
  for (const id of ['../secret', '', '.', '-'.repeat(36), '../'.repeat(12)]) {
    expect(await staged.read(id)).toBeNull()
    expect(await staged.has(id)).toBe(false)
    await expect(staged.discard(id)).rejects.toThrow()
  }
  expect(await readFile(join(folder, '../secret'), 'utf8')).toBe('SECRET')
})

test('what nobody names is swept away, and what a crash has left half written', async () => {
  const { folder, staged } = await create()
  const [kept, lost] = [await stage(staged), await stage(staged)]
  await writeFile(join(folder, `${lost.id}.new`), PNG.subarray(0, 4))
  await mkdir(join(folder, 'folder'))
  let late = ''
  await staged.sweep(async () => {
    // Attached while it is being found out what is in use.
    late = (await stage(staged)).id
    return new Set([kept.id])
  })
  expect((await readdir(folder)).toSorted()).toEqual([kept.id, late].toSorted())
})

test('where nothing was ever attached, nothing is asked', async () => {
  const { staged } = await create()
  await staged.sweep(async () => {
    throw new Error('asked')
  })
})
