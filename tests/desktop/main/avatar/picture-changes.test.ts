import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { avatarEndpoints, type RecentPicture } from '../../../../api/contract/avatar.ts'
import { chatEndpoints } from '../../../../api/contract/chat.ts'
import { sessionEndpoints, type User } from '../../../../api/contract/session.ts'
import { openStorage, type Storage } from '../../../../api/platform/storage.ts'
import type { PictureChange } from '../../../../desktop/bridge.ts'
import { rewriteAddresses } from '../../../../desktop/main/avatar/rewrite.ts'
import { differentPictures, type Renditions } from '../../../support/photos.ts'
import { openStoreProxy, s3Refusal, type StoreProxy, type Treatment } from '../../../support/store-proxy.ts'
import { startTestApp, type Person, type TestApp } from '../../../support/test-app.ts'
import { testStorage } from '../../../support/test-cluster.ts'
import { savePicture } from '../../../support/upload.ts'
import { sampleProblem } from '../samples.ts'
import { startProgram, type Program } from './program.ts'

const ME = { kind: 'me' } as const
const COMPLETE = /\/avatar\/complete$/
const PRESIGN = /\/avatar\/presign$/

let app: TestApp
let store: StoreProxy
let api: StoreProxy
let signing: Storage
let pictures: Renditions[]
let person: Person

beforeAll(async () => {
  const { accessKeyId, secretAccessKey, ...place } = testStorage()
  store = await openStoreProxy(place.endpoint)
  // What the API signs leads through the proxy; what it reads and writes itself does not.
  signing = openStorage({ ...place, endpoint: store.url, credentials: { accessKeyId, secretAccessKey } })
  app = await startTestApp({ storage: { presignPut: signing.presignPut } })
  api = await openStoreProxy(app.url)
  pictures = await differentPictures(3)
})
afterAll(async () => {
  await api.close()
  await app.stop()
  signing.close()
  await store.close()
})
beforeEach(async () => {
  for (const proxy of [store, api]) {
    proxy.treat(() => undefined)
    proxy.seen.length = 0
    proxy.clockAhead = 0
  }
  person = await app.person()
})

const start = (): Promise<Program> =>
  startProgram({ server: api.url, token: person.token, user: person.user })

const me = async (): Promise<User> => (await person.client.ok(sessionEndpoints.getMe, {})).user

function picture(index: number): Renditions {
  const found = pictures[index]
  if (found === undefined) throw new Error(`There is no picture ${index}.`)
  return found
}

/** The one change that is under way. */
function only(program: Program): PictureChange {
  const [change, ...others] = program.changes.list()
  if (change === undefined || others.length > 0) throw new Error('There is not one change.')
  return change
}

const untilDone = (program: Program): Promise<void> =>
  vi.waitFor(() => expect(program.changes.list()).toEqual([]), { timeout: 10_000 })

const untilStatus = (program: Program, status: 'waiting' | 'failed'): Promise<void> =>
  vi.waitFor(() => expect(only(program).progress.status).toBe(status), { timeout: 10_000 })

const sent = (proxy: StoreProxy, method: string, path: RegExp = /./): number =>
  proxy.seen.filter(({ method: its, target }) => its === method && path.test(target)).length

/** Treats the first requests that match in these ways, and lets all others pass. */
function treatFirst(proxy: StoreProxy, path: RegExp, ...treatments: Treatment[]): void {
  const left = [...treatments]
  proxy.treat(({ method, target }) => (method !== 'GET' && path.test(target) ? left.shift() : undefined))
}

/** A promise, and the way to settle it. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open: () => open() }
}

async function expectPicture(index: number): Promise<void> {
  const { avatarUrl } = await me()
  const answer = await fetch(app.url + avatarUrl, { headers: { authorization: `Bearer ${person.token}` } })
  expect(Buffer.from(await answer.arrayBuffer()).equals(Buffer.from(picture(index).full))).toBe(true)
}

describe('a picture', () => {
  test('is taken over, sent and set, with progress up to all of it', async () => {
    const program = await start()
    expect(await program.changes.save(ME, picture(0))).toEqual({ ok: true, value: undefined })
    await untilDone(program)

    const user = await me()
    expect(user.avatarVersion).toBe(1)
    expect(program.settled).toEqual([{ id: expect.any(String), user }])
    const fractions = program.lists.flatMap(([change]) =>
      change?.progress.status === 'sending' ? [change.progress.fraction] : [],
    )
    expect(fractions[0]).toBe(0)
    expect(fractions.at(-1)).toBe(1)
    expect(fractions.some((fraction) => fraction > 0 && fraction < 1)).toBe(true)
    expect(fractions).toEqual(fractions.toSorted((one, other) => one - other))
    await vi.waitFor(async () => expect(await readdir(program.folder)).toEqual([]))
  })

  test('can be shown while it is on its way, and needs no loading once it is set', async () => {
    const program = await start()
    const { opened, open } = gate()
    treatFirst(store, /./, { do: 'hold', until: opened })
    await program.changes.save(ME, picture(0))
    const { id, picture: staged } = only(program)
    expect(staged).toEqual({ fullUrl: `/drafts/${id}/256.webp`, thumbUrl: `/drafts/${id}/64.webp` })
    expect(program.changes.file(id, '256.webp')).toEqual(picture(0).full)
    expect(program.changes.file(id, '64.webp')).toEqual(picture(0).thumb)
    expect(program.changes.file(id, 'original')).toBeNull()
    // The cache must have the new picture before anybody hears of it.
    const cached = new Promise<unknown>((resolve) => {
      program.changes.once('settled', (change) => {
        if ('user' in change)
          resolve(program.pictures.get(program.pictures.register(change.user.avatarUrl ?? '')))
      })
    })
    open()
    expect(await cached).toEqual(Buffer.from(picture(0).full))
    expect(sent(api, 'GET', /256\.webp/)).toBe(0)
    await untilDone(program)
    expect(program.changes.file(id, '256.webp')).toBeNull()
  })

  test('is removed', async () => {
    await savePicture(person.client, {
      full: Buffer.from(picture(0).full),
      thumb: Buffer.from(picture(0).thumb),
    })
    const program = await start()
    await program.changes.remove(ME)
    expect(only(program)).toMatchObject({ target: ME, picture: null })
    await untilDone(program)
    expect(await me()).toMatchObject({ avatarUrl: null, avatarVersion: 2 })
    expect(program.settled).toMatchObject([{ user: { avatarUrl: null } }])
  })

  test('of former days is taken again without an upload, and needs no loading', async () => {
    const buffers = (index: number) => ({
      full: Buffer.from(picture(index).full),
      thumb: Buffer.from(picture(index).thumb),
    })
    for (const index of [0, 1]) await savePicture(person.client, buffers(index))
    store.seen.length = 0
    const { pictures: recent } = await person.client.ok(avatarEndpoints.listRecentAvatars, {})
    const program = await start()
    await program.changes.takeRecent(recent[0]?.id ?? '')
    const { fullUrl, thumbUrl } = only(program).picture ?? {}
    expect({ avatarUrl: fullUrl, avatarThumbUrl: thumbUrl }).toEqual(
      pick(
        rewriteAddresses(recent[0], {
          avatars: program.pictures,
          thumbs: program.pictures,
          originals: program.pictures,
        }),
      ),
    )
    await untilDone(program)
    await expectPicture(0)
    expect(sent(store, 'PUT')).toBe(0)
    const { avatarUrl, avatarThumbUrl } = await me()
    api.treat(() => ({ do: 'cut' }))
    for (const [url, file] of [
      [avatarUrl, picture(0).full],
      [avatarThumbUrl, picture(0).thumb],
    ] as const)
      expect(await program.pictures.get(program.pictures.register(url ?? ''))).toEqual(Buffer.from(file))
  })

  test('of a room is set and removed, beside one’s own', async () => {
    const { room } = await person.client.ok(chatEndpoints.createRoom, { name: 'Engines', memberIds: [] })
    const target = { kind: 'room', roomId: room.id } as const
    const program = await start()
    await Promise.all([program.changes.save(target, picture(0)), program.changes.save(ME, picture(1))])
    expect(program.changes.list().map((change) => change.target)).toEqual([target, ME])
    await untilDone(program)
    const { room: pictured } = await person.client.ok(chatEndpoints.getRoom, { id: room.id })
    expect(program.settled).toContainEqual({ id: expect.any(String), room: pictured })
    api.treat(() => ({ do: 'cut' }))
    expect(await program.pictures.get(program.pictures.register(pictured.avatarUrl ?? ''))).toEqual(
      Buffer.from(picture(0).full),
    )
    api.treat(() => undefined)
    await expectPicture(1)

    await program.changes.remove(target)
    await untilDone(program)
    const { room: bare } = await person.client.ok(chatEndpoints.getRoom, { id: room.id })
    expect(bare).toMatchObject({ avatarUrl: null, avatarVersion: 2 })
    expect((await me()).avatarUrl).not.toBeNull()
  })

  test('of a room that one has left is refused', async () => {
    const { room } = await person.client.ok(chatEndpoints.createRoom, { name: 'Engines', memberIds: [] })
    await person.client.ok(chatEndpoints.leaveRoom, { id: room.id })
    const program = await start()
    await program.changes.save({ kind: 'room', roomId: room.id }, picture(0))
    await untilStatus(program, 'failed')
    expect(only(program).progress).toMatchObject({ failure: { code: 'chat.room_not_found' } })
  })

  test('is nobody’s while nobody is signed in', async () => {
    const program = await start()
    await program.session.signOut()
    expect(await program.changes.save(ME, picture(0))).toMatchObject({
      ok: false,
      error: { code: 'desktop.signed_out' },
    })
    expect(program.changes.list()).toEqual([])
  })

  test('that the disk does not take is not taken over', async () => {
    const program = await start()
    await writeFile(program.folder, 'a file in the place of the folder')
    await expect(program.changes.save(ME, picture(0))).rejects.toThrow(/EEXIST|ENOTDIR/)
    expect(program.changes.list()).toEqual([])
    expect(sent(api, 'POST')).toBe(0)
  })
})

describe('a network that fails', () => {
  test('in the middle of one file costs that file alone, and is tried again by itself', async () => {
    const program = await start()
    treatFirst(store, /256\.webp/, { do: 'cut', afterBytes: 4_096 })
    await program.changes.save(ME, picture(0))
    await untilDone(program)
    expect(sent(store, 'PUT', /64\.webp/)).toBe(1)
    expect(sent(api, 'POST', PRESIGN)).toBe(1)
    expect(program.lists.flat()).toContainEqual(
      expect.objectContaining({
        progress: {
          status: 'waiting',
          failure: { code: 'desktop.store_unreachable', detail: expect.stringContaining(store.url) },
          retryAt: expect.stringMatching(/^\d{4}-.*Z$/),
        },
      }),
    )
    await expectPicture(0)
  })

  test('after the last byte does not have it sent again', async () => {
    const program = await start()
    treatFirst(store, /./, { do: 'lose-answer' }, { do: 'lose-answer' })
    await program.changes.save(ME, picture(0))
    await untilDone(program)
    expect(sent(store, 'PUT')).toBe(2)
    await expectPicture(0)
  })

  test('and swallows what has gone out is found out by the API', async () => {
    const program = await start()
    treatFirst(store, /256\.webp/, { do: 'cut', afterBytes: picture(0).full.length })
    await program.changes.save(ME, picture(0))
    await untilDone(program)
    expect(sent(store, 'PUT', /256\.webp/)).toBe(2)
    expect(sent(store, 'PUT', /64\.webp/)).toBe(1)
    expect(sent(api, 'POST', PRESIGN)).toBe(1)
    await expectPicture(0)
  })

  test('is told as offline when the system says so, and tried at once when it is back', async () => {
    const program = await start()
    program.network.isOnline = false
    api.treat(() => ({ do: 'cut' }))
    await program.changes.save(ME, picture(0))
    await untilStatus(program, 'waiting')
    expect(only(program).progress).toMatchObject({ failure: { code: 'desktop.offline' } })
    program.network.isOnline = true
    api.treat(() => undefined)
    program.changes.wake()
    await untilDone(program)
    await expectPicture(0)
  })

  test('is told apart: the server, or the store', async () => {
    const program = await start()
    api.treat(() => ({ do: 'cut' }))
    await program.changes.save(ME, picture(0))
    await untilStatus(program, 'waiting')
    expect(only(program).progress).toMatchObject({ failure: { code: 'desktop.server_unreachable' } })
    api.treat(() => undefined)
    store.treat(() => ({ do: 'cut' }))
    program.changes.wake()
    await vi.waitFor(() =>
      expect(only(program).progress).toMatchObject({ failure: { code: 'desktop.store_unreachable' } }),
    )
    store.treat(() => undefined)
    program.changes.wake()
    await untilDone(program)
  })

  test('at the last answer has it asked for again, and the change is made once', async () => {
    const program = await start()
    treatFirst(api, COMPLETE, { do: 'lose-answer' })
    await program.changes.save(ME, picture(0))
    await untilDone(program)
    expect(sent(api, 'POST', COMPLETE)).toBe(2)
    expect(sent(store, 'PUT')).toBe(2)
    expect((await me()).avatarVersion).toBe(1)
  })

  test('at the last answer never has a later picture kept under the wrong name', async () => {
    const program = await start()
    const later = { full: Buffer.from(picture(1).full), thumb: Buffer.from(picture(1).thumb) }
    // However soon it is tried again, it is not answered before the later picture is there.
    treatFirst(
      api,
      COMPLETE,
      { do: 'lose-answer' },
      ...Array.from({ length: 50 }, () => ({ do: 'cut' as const })),
    )
    await program.changes.save(ME, picture(0))
    await untilStatus(program, 'waiting')
    await savePicture(person.client, later)
    api.treat(() => undefined)
    program.changes.wake()
    await untilDone(program)
    const { avatarUrl } = await me()
    expect(program.settled).toMatchObject([{ user: { avatarUrl } }])
    expect(await program.pictures.get(program.pictures.register(avatarUrl ?? ''))).toEqual(later.full)
  })
})

describe('what somebody has set since on another device stays', () => {
  const later = (): Renditions => ({
    full: Buffer.from(picture(1).full),
    thumb: Buffer.from(picture(1).thumb),
  })
  /** Makes a change whose last request comes to nothing at first, saves elsewhere, and lets the change go on. */
  async function changeLate(
    program: Program,
    path: RegExp,
    treatment: Treatment,
    change: (program: Program) => Promise<unknown>,
  ): Promise<void> {
    api.treat(({ method, target }) => (method !== 'GET' && path.test(target) ? treatment : undefined))
    await change(program)
    await untilStatus(program, 'waiting')
    await savePicture(person.client, later())
    api.treat(() => undefined)
    program.changes.wake()
    await untilDone(program)
  }

  const LAST = {
    remove: /\/users\/me\/avatar(\?|$)/,
    take: /\/avatar\/recent\//,
  }

  test.each([
    ['it was carried out, but its answer was lost', { do: 'lose-answer' }],
    ['it never arrived', { do: 'cut' }],
  ] as const)('where a removal is sent again since %s', async (_, treatment) => {
    await savePicture(person.client, later())
    const program = await start()
    await changeLate(program, LAST.remove, treatment, ({ changes }) => changes.remove(ME))
    await expectPicture(1)
    expect(program.settled).toMatchObject([{ user: { avatarUrl: (await me()).avatarUrl } }])
  })

  test.each([
    ['it was carried out, but its answer was lost', { do: 'lose-answer' }],
    ['it never arrived', { do: 'cut' }],
  ] as const)('where a former picture is taken again since %s', async (_, treatment) => {
    await savePicture(person.client, {
      full: Buffer.from(picture(2).full),
      thumb: Buffer.from(picture(2).thumb),
    })
    await savePicture(person.client, later())
    const [former] = (await person.client.ok(avatarEndpoints.listRecentAvatars, {})).pictures
    const program = await start()
    await changeLate(program, LAST.take, treatment, ({ changes }) => changes.takeRecent(former?.id ?? ''))
    await expectPicture(1)
  })

  test('where a picture was saved before, but could not be sent until now', async () => {
    const program = await start()
    await changeLate(program, PRESIGN, { do: 'cut' }, ({ changes }) => changes.save(ME, picture(0)))
    await expectPicture(1)
    expect((await me()).avatarVersion).toBe(1)
    // And nobody is shown one picture under the address of the other.
    const { avatarUrl } = await me()
    expect(await program.pictures.get(program.pictures.register(avatarUrl ?? ''))).toEqual(later().full)
  })

  test('but what was decided on after it is carried out, however late', async () => {
    const program = await start()
    await savePicture(person.client, later())
    api.treat(() => ({ do: 'cut' }))
    await program.changes.save(ME, picture(0))
    await untilStatus(program, 'waiting')
    api.treat(() => undefined)
    program.changes.wake()
    await untilDone(program)
    await expectPicture(0)
  })

  test('and of two on one device the second stands, though the first was long under way', async () => {
    const program = await start()
    const { opened, open } = gate()
    treatFirst(api, COMPLETE, { do: 'hold', until: opened }, { do: 'cut' })
    await program.changes.save(ME, picture(0))
    await vi.waitFor(() => expect(sent(api, 'POST', COMPLETE)).toBe(1))
    await program.changes.save(ME, picture(1))
    open()
    await vi.waitFor(() => expect(only(program).progress.status).toBe('waiting'), { timeout: 10_000 })
    program.changes.wake()
    await untilDone(program)
    await expectPicture(1)
  })
})

describe('a store that refuses', () => {
  test('an expired signature gets a new one', async () => {
    const program = await start()
    treatFirst(store, /256\.webp/, s3Refusal(403, 'AccessDenied', 'Request has expired'))
    await program.changes.save(ME, picture(0))
    await untilDone(program)
    expect(sent(api, 'POST', PRESIGN)).toBe(2)
    expect(program.lists.flat().every(({ progress }) => progress.status === 'sending')).toBe(true)
    await expectPicture(0)
  })

  test('every signature, since its clock is ahead, is told with by how much', async () => {
    const program = await start()
    store.clockAhead = 1_200
    store.treat(() => s3Refusal(403, 'AccessDenied', 'Request has expired'))
    await program.changes.save(ME, picture(0))
    await untilStatus(program, 'failed')
    const { progress } = only(program)
    expect(progress).toMatchObject({ failure: { code: 'desktop.clock_skewed' } })
    if (progress.status !== 'failed') return
    expect(Math.abs((progress.failure.skew ?? 0) - 1_200)).toBeLessThanOrEqual(3)
    expect(sent(api, 'POST', PRESIGN)).toBe(2)
  })

  test('twice has refused; the person may try again', async () => {
    const program = await start()
    store.treat(() => s3Refusal(403, 'InvalidAccessKeyId'))
    await program.changes.save(ME, picture(0))
    await untilStatus(program, 'failed')
    expect(only(program).progress).toEqual({
      status: 'failed',
      failure: { code: 'desktop.store_refused', detail: '403 InvalidAccessKeyId' },
    })
    await vi.waitFor(async () => expect(await readdir(program.folder)).toEqual([]))
    store.treat(() => undefined)
    await program.changes.retry(only(program).id)
    await untilDone(program)
    await expectPicture(0)
  })

  test('a file for good is not asked again', async () => {
    const program = await start()
    store.treat(() => s3Refusal(400, 'BadDigest'))
    await program.changes.save(ME, picture(0))
    await untilStatus(program, 'failed')
    expect(sent(api, 'POST', PRESIGN)).toBe(1)
    await program.changes.cancel(only(program).id)
    expect(program.changes.list()).toEqual([])
  })

  test('for now, by its own trouble, is asked again when it says so', async () => {
    const program = await start()
    treatFirst(store, /256\.webp/, {
      do: 'answer',
      status: 503,
      headers: { 'retry-after': '40' },
      body: '<Error><Code>SlowDown</Code></Error>',
    })
    const before = Date.now()
    await program.changes.save(ME, picture(0))
    await untilStatus(program, 'waiting')
    const { progress } = only(program)
    expect(progress).toMatchObject({ failure: { code: 'desktop.store_unreachable', retryAfter: 40 } })
    if (progress.status === 'waiting')
      expect(Date.parse(progress.retryAt) - before).toBeGreaterThanOrEqual(40_000)
    await program.changes.retry(only(program).id)
    await untilDone(program)
  })
})

describe('an API that refuses', () => {
  test('says when it may be tried again', async () => {
    const program = await start()
    treatFirst(api, PRESIGN, {
      do: 'answer',
      status: 429,
      headers: { 'retry-after': '1800', 'content-type': 'application/problem+json' },
      body: JSON.stringify(sampleProblem(429, 'avatar.too_many_changes')),
    })
    await program.changes.save(ME, picture(0))
    await untilStatus(program, 'failed')
    expect(only(program).progress).toMatchObject({
      failure: { code: 'avatar.too_many_changes', retryAfter: 1_800 },
    })
  })

  test('what is no picture says so, and nothing has changed', async () => {
    const program = await start()
    await program.changes.save(ME, { full: Buffer.from('A letter.'), thumb: picture(0).thumb })
    await untilStatus(program, 'failed')
    expect(only(program).progress).toMatchObject({ failure: { code: 'avatar.not_an_avatar' } })
    expect(await me()).toEqual(person.user)
  })

  test('for now, by its own trouble, is asked again', async () => {
    const program = await start()
    const busy = { do: 'answer', status: 502, body: '<h1>Bad gateway</h1>' } as const
    treatFirst(api, /avatar/, busy, busy)
    await program.changes.save(ME, picture(0))
    await untilDone(program)
    await expectPicture(0)
  })

  test('an upload that it has forgotten has another one signed', async () => {
    const program = await start()
    treatFirst(api, COMPLETE, {
      do: 'answer',
      status: 404,
      body: JSON.stringify(sampleProblem(404, 'avatar.upload_not_found')),
    })
    await program.changes.save(ME, picture(0))
    await untilDone(program)
    expect(sent(api, 'POST', PRESIGN)).toBe(2)
    await expectPicture(0)
  })
})

describe('the last one wins', () => {
  test('over one that is still being sent', async () => {
    const program = await start()
    treatFirst(store, /./, { do: 'stall' }, { do: 'stall' })
    await program.changes.save(ME, picture(0))
    await vi.waitFor(() => expect(sent(store, 'PUT')).toBe(2))
    await program.changes.save(ME, picture(1))
    await untilDone(program)
    expect(program.settled).toHaveLength(1)
    expect((await me()).avatarVersion).toBe(1)
    await expectPicture(1)
  })

  test('over one whose last answer is still to come, which is settled first', async () => {
    const program = await start()
    const { opened, open } = gate()
    treatFirst(api, COMPLETE, { do: 'hold', until: opened })
    await program.changes.save(ME, picture(0))
    await vi.waitFor(() => expect(sent(api, 'POST', COMPLETE)).toBe(1))
    await program.changes.save(ME, picture(1))
    const { id } = only(program)
    // It need not wait with its files, only with its last request.
    await vi.waitFor(() => expect(sent(store, 'PUT')).toBe(4))
    await vi.waitFor(() => expect(only(program).progress).toEqual({ status: 'sending', fraction: 1 }))
    expect(sent(api, 'POST', COMPLETE)).toBe(1)
    open()
    await untilDone(program)
    expect(program.settled.map((change) => change.id)).toEqual([id])
    expect((await me()).avatarVersion).toBe(2)
    await expectPicture(1)
  })

  test('over one whose last answer was lost, also after a crash', async () => {
    const first = await start()
    treatFirst(api, COMPLETE, { do: 'lose-answer' }, { do: 'cut' }, { do: 'cut' }, { do: 'cut' })
    await first.changes.save(ME, picture(0))
    await untilStatus(first, 'waiting')
    await first.changes.save(ME, picture(1))
    await vi.waitFor(() => expect(sent(store, 'PUT')).toBe(4))
    const second = await first.crash()
    api.treat(() => undefined)
    api.seen.length = 0
    expect(second.changes.list()).toHaveLength(1)
    second.changes.wake()
    await untilDone(second)
    expect(sent(api, 'POST', COMPLETE)).toBe(2)
    expect((await me()).avatarVersion).toBe(2)
    await expectPicture(1)
  })

  test('of many at once, in whatever order the disk takes them', async () => {
    const program = await start()
    await Promise.all([
      program.changes.save(ME, picture(0)),
      program.changes.remove(ME),
      program.changes.save(ME, picture(1)),
      program.changes.remove(ME),
      program.changes.save(ME, picture(2)),
    ])
    expect(program.changes.list()).toHaveLength(1)
    await untilDone(program)
    await expectPicture(2)
    await vi.waitFor(async () => expect(await readdir(program.folder)).toEqual([]))
  })

  test('over one that has failed', async () => {
    const program = await start()
    treatFirst(store, /./, s3Refusal(400, 'BadDigest'), s3Refusal(400, 'BadDigest'))
    await program.changes.save(ME, picture(0))
    await untilStatus(program, 'failed')
    store.treat(() => undefined)
    await program.changes.save(ME, picture(1))
    await untilDone(program)
    await expectPicture(1)
  })
})

describe('a change that is given up', () => {
  test('while it is sent is gone, and the store’s connection is closed', async () => {
    const program = await start()
    store.treat(() => ({ do: 'stall' }))
    await program.changes.save(ME, picture(0))
    await vi.waitFor(() => expect(sent(store, 'PUT')).toBe(2))
    await program.changes.cancel(only(program).id)
    expect(program.changes.list()).toEqual([])
    expect(await readdir(program.folder)).toEqual([])
    expect(program.settled).toEqual([])
    expect(await me()).toEqual(person.user)
  })

  test('while it waits is gone', async () => {
    const program = await start()
    api.treat(() => ({ do: 'cut' }))
    await program.changes.save(ME, picture(0))
    await untilStatus(program, 'waiting')
    await program.changes.cancel(only(program).id)
    expect(program.changes.list()).toEqual([])
    expect(await readdir(program.folder)).toEqual([])
  })

  test('too late is told as settled', async () => {
    const program = await start()
    const { opened, open } = gate()
    treatFirst(api, COMPLETE, { do: 'hold', until: opened })
    await program.changes.save(ME, picture(0))
    await vi.waitFor(() => expect(sent(api, 'POST', COMPLETE)).toBe(1))
    const { id } = only(program)
    await program.changes.cancel(id)
    // For the person it is over; what the server has made of it is told.
    expect(program.changes.list()).toEqual([])
    open()
    await vi.waitFor(() => expect(program.settled).toMatchObject([{ id, user: { avatarVersion: 1 } }]))
  })

  test('in time, though its last request was on its way, is gone', async () => {
    const program = await start()
    treatFirst(
      api,
      COMPLETE,
      { do: 'cut' },
      {
        do: 'answer',
        status: 409,
        body: JSON.stringify(sampleProblem(409, 'avatar.upload_missing')),
      },
    )
    await program.changes.save(ME, picture(0))
    await untilStatus(program, 'waiting')
    await program.changes.cancel(only(program).id)
    await untilDone(program)
    expect(program.settled).toEqual([])
    expect(await me()).toEqual(person.user)
  })

  test('and one that never was, is no fault', async () => {
    const program = await start()
    await program.changes.cancel('00000000-0000-4000-8000-000000000000')
    await program.changes.retry('00000000-0000-4000-8000-000000000000')
    expect(program.changes.list()).toEqual([])
  })
})

describe('after a crash', () => {
  test.each<[string, () => void, number]>([
    ['before anything was sent', () => api.treat(() => ({ do: 'cut' })), 2],
    [
      'with one file in the store',
      () => treatFirst(store, /256\.webp/, ...Array.from({ length: 9 }, () => ({ do: 'cut' }) as const)),
      1,
    ],
    [
      'with both files in the store',
      () => api.treat(({ target }) => (COMPLETE.test(target) ? { do: 'cut' } : undefined)),
      0,
    ],
  ])('it goes on where it was: %s', async (_, fail, puts) => {
    const first = await start()
    fail()
    await first.changes.save(ME, picture(0))
    await untilStatus(first, 'waiting')
    const second = await first.crash()
    api.treat(() => undefined)
    store.treat(() => undefined)
    store.seen.length = 0
    second.changes.wake()
    await untilDone(second)
    expect(sent(store, 'PUT')).toBe(puts)
    expect((await me()).avatarVersion).toBe(1)
    await expectPicture(0)
  })

  test('a signature that has expired meanwhile is not tried', async () => {
    const first = await start()
    store.treat(() => ({ do: 'cut' }))
    await first.changes.save(ME, picture(0))
    await untilStatus(first, 'waiting')
    // How far it is may be on its way to the disk.
    await vi.waitFor(async () => expect(await readRecord(first.folder)).toContain('signedAt'))
    const second = await first.crash(async (folder) => {
      await editRecord(folder, (text) => text.replace(/"signedAt":\d+/, `"signedAt":${Date.now() - 301_000}`))
      store.treat(() => undefined)
      store.seen.length = 0
      api.seen.length = 0
    })
    await untilDone(second)
    expect(sent(api, 'POST', PRESIGN)).toBe(1)
    expect(sent(store, 'PUT')).toBe(2)
    await expectPicture(0)
  })

  test.each<[string, (text: string) => string]>([
    [
      'is more than 30 days old',
      (text) => text.replace(/"createdAt":\d+/, `"createdAt":${Date.now() - 31 * 86_400_000}`),
    ],
    ['is broken', (text) => text.slice(0, -5)],
  ])('what %s is forgotten', async (_, damage) => {
    const first = await start()
    api.treat(() => ({ do: 'cut' }))
    await first.changes.save(ME, picture(0))
    await untilStatus(first, 'waiting')
    const second = await first.crash((folder) => editRecord(folder, damage))
    expect(second.changes.list()).toEqual([])
    expect(await readdir(second.folder)).toEqual([])
  })
})

describe('changes of several accounts', () => {
  test('are each account’s own: hidden and at rest until it signs in again', async () => {
    const program = await start()
    const other = await app.person()
    store.treat(() => ({ do: 'stall' }))
    await program.changes.save(ME, picture(0))
    const { id } = only(program)
    await vi.waitFor(() => expect(sent(store, 'PUT')).toBe(2))
    await program.session.signOut()
    expect(program.lists.at(-1)).toEqual([])
    expect(program.changes.file(id, '256.webp')).toBeNull()

    store.treat(() => undefined)
    await program.session.signIn({ server: api.url, ...other })
    expect(program.changes.list()).toEqual([])
    await program.changes.save(ME, picture(1))
    await untilDone(program)
    const { user } = await other.client.ok(sessionEndpoints.getUser, { id: person.user.id })
    expect(user.avatarVersion).toBe(0)
    expect((await other.client.ok(sessionEndpoints.getMe, {})).user.avatarVersion).toBe(1)

    await program.session.signIn({ server: api.url, ...person })
    await untilDone(program)
    expect(program.settled).toMatchObject([{}, { id, user: { id: person.user.id } }])
  })

  test('a session that ends keeps the change for the next one', async () => {
    const program = await start()
    const { opened, open } = gate()
    treatFirst(store, /./, { do: 'hold', until: opened })
    await program.changes.save(ME, picture(0))
    await vi.waitFor(() => expect(sent(store, 'PUT')).toBe(2))
    await person.client.call(sessionEndpoints.logout, {})
    open()
    await vi.waitFor(() => expect(program.session.state.status).toBe('signed-out'))
    expect(await readdir(program.folder)).toHaveLength(1)
    await program.session.signIn({ server: api.url, ...person })
    await untilDone(program)
    expect(program.settled).toMatchObject([{ user: { avatarVersion: 1 } }])
  })
})

const pick = (picture: RecentPicture | undefined) => ({
  avatarUrl: picture?.avatarUrl,
  avatarThumbUrl: picture?.avatarThumbUrl,
})

/** The one record in a folder of changes. */
async function recordFile(folder: string): Promise<string> {
  const [name = ''] = await readdir(folder)
  return join(folder, name, 'change.json')
}

const readRecord = async (folder: string): Promise<string> => readFile(await recordFile(folder), 'utf8')

async function editRecord(folder: string, edit: (text: string) => string): Promise<void> {
  const text = await readRecord(folder)
  const edited = edit(text)
  expect(edited).not.toBe(text)
  await writeFile(await recordFile(folder), edited)
}
