import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { sessionEndpoints } from '../../../../api/contract/session.ts'
import type { PresignedUpload } from '../../../../api/contract/avatar.ts'
import { openStorage, type Storage } from '../../../../api/platform/storage.ts'
import { uploadPicture } from '../../../../desktop/main/avatar/upload.ts'
import { Session } from '../../../../desktop/main/session.ts'
import { differentPictures, type Renditions } from '../../../support/photos.ts'
import { startTestApp, type Person, type TestApp } from '../../../support/test-app.ts'
import { testStorage } from '../../../support/test-cluster.ts'
import { fetchPicture } from '../../../support/upload.ts'
import { always, NOWHERE, startServer, startTcpServer } from '../local-server.ts'
import { createVault, temporaryFolder } from '../samples.ts'

let app: TestApp
let store: Storage
let picture: Renditions
let another: Renditions
/** What a test does to the uploads that the API signs. */
let alter: (signed: PresignedUpload, bytes: number) => PresignedUpload

beforeAll(async () => {
  const { accessKeyId, secretAccessKey, ...place } = testStorage()
  store = openStorage({ ...place, credentials: { accessKeyId, secretAccessKey } })
  app = await startTestApp({
    storage: {
      presignPut: async (key, file, expires) => alter(await store.presignPut(key, file, expires), file.bytes),
    },
  })
  const [one, two] = await differentPictures(2)
  if (one === undefined || two === undefined) throw new Error('There are two pictures.')
  picture = one
  another = two
})
afterAll(async () => {
  await app.stop()
  store.close()
})

/** Somebody new, signed in on a desktop. */
async function signIn(): Promise<{ person: Person; session: Session }> {
  alter = (signed) => signed
  const person = await app.person()
  const file = join(await temporaryFolder(), 'session.json')
  const session = new Session({ file, vault: createVault(), fetch, log: () => {} })
  await session.open({ server: app.url, token: person.token })
  return { person, session }
}

test('a picture goes to the store and is set, with progress up to all of it', async () => {
  const { person, session } = await signIn()
  const progress: number[] = []

  const answer = await uploadPicture(session, picture, (part) => progress.push(part))

  expect(answer).toMatchObject({ ok: true, value: { id: person.user.id, avatarVersion: 1 } })
  const user = (await person.client.ok(sessionEndpoints.getMe, {})).user
  expect(answer).toEqual({ ok: true, value: user })
  for (const [address, file] of [
    [user.avatarUrl, picture.full],
    [user.avatarThumbUrl, picture.thumb],
  ] as const)
    expect(Buffer.from(await (await fetchPicture(person.client, address)).arrayBuffer()).equals(file)).toBe(
      true,
    )
  expect(progress.at(-1)).toBe(1)
  expect(progress[0]).toBeGreaterThan(0)
  expect(progress).toEqual(progress.toSorted((a, b) => a - b))
})

test('a second picture takes the place of the first', async () => {
  const { session } = await signIn()
  await uploadPicture(session, picture, () => {})
  expect(await uploadPicture(session, another, () => {})).toMatchObject({
    ok: true,
    value: { avatarVersion: 2 },
  })
})

test('what the API does not take is not uploaded', async () => {
  const { session } = await signIn()
  const progress = vi.fn<(part: number) => void>()
  const tooLarge = { ...picture, thumb: Buffer.alloc(32 * 1024 + 1) }
  expect(await uploadPicture(session, tooLarge, progress)).toMatchObject({
    ok: false,
    error: { code: 'request.invalid' },
  })
  expect(progress).not.toHaveBeenCalled()
})

test('what is no picture is refused after the upload, and changes nothing', async () => {
  const { person, session } = await signIn()
  const letter = { full: Buffer.from('A letter.'), thumb: picture.thumb }
  expect(await uploadPicture(session, letter, () => {})).toMatchObject({
    ok: false,
    error: { code: 'avatar.not_an_avatar' },
  })
  expect((await person.client.ok(sessionEndpoints.getMe, {})).user).toEqual(person.user)
})

test('a store that refuses is told with its code; the next try succeeds', async () => {
  const { session } = await signIn()
  alter = (signed) => ({ ...signed, url: signed.url.replace(/(X-Amz-Signature=)..../, '$10000') })
  expect(await uploadPicture(session, picture, () => {})).toEqual({
    ok: false,
    error: { code: 'desktop.store_refused', detail: '403 SignatureDoesNotMatch' },
  })
  alter = (signed) => signed
  expect((await uploadPicture(session, picture, () => {})).ok).toBe(true)
})

test('a store that is away is told as such; the next try succeeds', async () => {
  const { session } = await signIn()
  alter = (signed) => ({ ...signed, url: `${NOWHERE}/bucket/key` })
  const answer = await uploadPicture(session, picture, () => {})
  expect(answer).toMatchObject({ ok: false, error: { code: 'desktop.store_unreachable' } })
  expect(answer).toHaveProperty('error.detail', expect.stringContaining('ECONNREFUSED'))
  alter = (signed) => signed
  expect((await uploadPicture(session, picture, () => {})).ok).toBe(true)
})

test('when one file is refused the other is cut off', async () => {
  const { session } = await signIn()
  let cutOff = false
  const silent = await startTcpServer((socket) => {
    socket.resume().once('close', () => {
      cutOff = true
    })
  })
  const refusing = await startServer(always(403, {}, '<Code>AccessDenied</Code>'))
  alter = (signed, bytes) => ({
    ...signed,
    url: bytes === picture.full.length ? silent.url : refusing.url,
  })
  expect(await uploadPicture(session, picture, () => {})).toEqual({
    ok: false,
    error: { code: 'desktop.store_refused', detail: '403 AccessDenied' },
  })
  await vi.waitFor(() => expect(cutOff).toBe(true))
})

test('nobody has a picture', async () => {
  const { session } = await signIn()
  await session.signOut()
  expect(await uploadPicture(session, picture, () => {})).toMatchObject({
    ok: false,
    error: { code: 'desktop.signed_out' },
  })
})

test('a session that ends during the upload ends here', async () => {
  const { person, session } = await signIn()
  const store = await startServer(async (request, response) => {
    await person.client.call(sessionEndpoints.logout, {})
    request.resume().once('end', () => response.end())
  })
  alter = (signed) => ({ ...signed, url: store.url })
  expect(await uploadPicture(session, picture, () => {})).toMatchObject({
    ok: false,
    error: { code: 'session.unauthenticated' },
  })
  expect(session.state).toMatchObject({ status: 'signed-out' })
})

test('an upload that the store lost is told by the API', async () => {
  const { session } = await signIn()
  const losing = await startServer((request, response) => {
    request.resume().once('end', () => response.end())
  })
  alter = (signed) => ({ ...signed, url: losing.url })
  expect(await uploadPicture(session, picture, () => {})).toMatchObject({
    ok: false,
    error: { code: 'avatar.upload_missing' },
  })
})
