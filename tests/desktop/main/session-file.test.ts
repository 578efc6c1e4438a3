import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readSessionFile, writeSessionFile, type Remembered } from '../../../desktop/main/session-file.ts'
import { createVault, sampleUser, temporaryFolder } from './samples.ts'

const NOTHING = { server: null, user: null, token: null, others: [] }
const remembered = (token: string | null = 'token-4711'): Remembered => ({
  server: 'https://chat.example.org',
  user: sampleUser(),
  token,
  others: [],
})

test('what is written can be read again', async () => {
  const file = join(await temporaryFolder(), 'session.json')
  const vault = createVault()
  for (const written of [remembered(), remembered(null), NOTHING]) {
    await writeSessionFile(file, vault, written)
    expect(await readSessionFile(file, vault)).toEqual(written)
  }
})

test('others who are signed in are read again, where their tokens can be', async () => {
  const file = join(await temporaryFolder(), 'session.json')
  const vault = createVault()
  const others = ['grace', 'alan'].map((username) => ({
    server: 'https://chat.example.com',
    user: sampleUser(username),
    token: `token of ${username}`,
  }))
  await writeSessionFile(file, vault, { ...remembered(), others })
  expect((await readSessionFile(file, vault)).others).toEqual(others)
  expect((await readSessionFile(file, createVault())).others).toEqual([])
  expect(await readFile(file, 'utf8')).not.toContain('token of')
})

test('the token is never in the file in plain, nor in base64', async () => {
  const file = join(await temporaryFolder(), 'session.json')
  await writeSessionFile(file, createVault(), remembered())
  const content = await readFile(file, 'utf8')
  expect(content).toContain('sealedToken')
  expect(content).not.toContain('token-4711')
  expect(content).not.toContain(Buffer.from('token-4711').toString('base64'))
})

test('without a keyring no token is written; server and person are', async () => {
  const file = join(await temporaryFolder(), 'session.json')
  const written = remembered()
  await writeSessionFile(file, createVault({ available: false }), written)
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
    server: written.server,
    user: written.user,
    sealedToken: null,
    others: [],
  })
})

test('a keyring that has gone leaves the token sealed', async () => {
  const file = join(await temporaryFolder(), 'session.json')
  const written = remembered()
  await writeSessionFile(file, createVault(), written)
  expect(await readSessionFile(file, createVault({ available: false }))).toEqual({ ...written, token: null })
})

test('a token of another keyring cannot be read', async () => {
  const file = join(await temporaryFolder(), 'session.json')
  await writeSessionFile(file, createVault(), remembered())
  expect((await readSessionFile(file, createVault())).token).toBeNull()
})

test.each([
  ['nothing', ''],
  ['half of it', '{"server":"https://chat.example.org","user":nul'],
  ['something else', '[1, 2, 3]'],
  ['another shape', '{"server":7,"user":null,"sealedToken":null}'],
  ['a person of another shape', '{"server":null,"user":{"id":"x"},"sealedToken":null}'],
  ['bytes', '\u0000\u0001\u0002'],
])('a file with %s counts as nothing', async (_, content) => {
  const file = join(await temporaryFolder(), 'session.json')
  await writeFile(file, content)
  expect(await readSessionFile(file, createVault())).toEqual(NOTHING)
})

test('no file, and a folder in its place, count as nothing', async () => {
  const folder = await temporaryFolder()
  expect(await readSessionFile(join(folder, 'session.json'), createVault())).toEqual(NOTHING)
  await mkdir(join(folder, 'session.json'))
  expect(await readSessionFile(join(folder, 'session.json'), createVault())).toEqual(NOTHING)
})

test('a keyring that is not the one from before costs only the token', async () => {
  const file = join(await temporaryFolder(), 'session.json')
  const before = remembered()
  await writeSessionFile(file, createVault(), before)
  expect(await readSessionFile(file, createVault())).toEqual({ ...before, token: null })
})

test('only its owner can read the file, whatever was there before', async () => {
  const file = join(await temporaryFolder(), 'session.json')
  await writeFile(file, 'old', { mode: 0o644 })
  await writeSessionFile(file, createVault(), remembered())
  expect((await stat(file)).mode & 0o777).toBe(0o600)
})

test('it is replaced as a whole and leaves nothing beside it', async () => {
  const folder = await temporaryFolder()
  const file = join(folder, 'session.json')
  const vault = createVault()
  await writeSessionFile(file, vault, remembered())
  const before = await stat(file)

  await writeSessionFile(file, vault, remembered('another'))

  // Another inode: who was reading the old file still has all of it.
  expect((await stat(file)).ino).not.toBe(before.ino)
  expect(await readdir(folder)).toEqual(['session.json'])
})

test('a write that fails leaves the old file whole', async () => {
  const folder = await temporaryFolder()
  const file = join(folder, 'session.json')
  const vault = createVault()
  const written = remembered()
  await writeSessionFile(file, vault, written)
  await mkdir(`${file}.new`)
  await expect(writeSessionFile(file, vault, remembered('another'))).rejects.toThrow(/EISDIR/)
  expect(await readSessionFile(file, vault)).toEqual(written)
})
