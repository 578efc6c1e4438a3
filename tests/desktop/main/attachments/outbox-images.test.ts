import { randomUUID } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { chatEndpoints, type Message, type Room } from '../../../../api/contract/chat.ts'
import { openStorage, type Storage } from '../../../../api/platform/storage.ts'
import type { OutboxEntry, StagedImage } from '../../../../desktop/bridge.ts'
import { StagedImages } from '../../../../desktop/main/attachments/staged-images.ts'
import { PictureCache } from '../../../../desktop/main/avatar/cache.ts'
import { ORIGINALS } from '../../../../desktop/main/avatar/cached-kinds.ts'
import { Outbox } from '../../../../desktop/main/outbox.ts'
import { Session } from '../../../../desktop/main/session.ts'
import { openRoom } from '../../../support/chat.ts'
import { openStoreProxy, s3Refusal, type StoreProxy, type Treatment } from '../../../support/store-proxy.ts'
import { startTestApp, type Person, type TestApp } from '../../../support/test-app.ts'
import { testStorage } from '../../../support/test-cluster.ts'
import { createVault, NETWORK, sampleProblem, temporaryFolder } from '../samples.ts'

let app: TestApp
/** The way to the server, and to the store: what is signed leads through it. */
let api: StoreProxy
let store: StoreProxy
let signing: Storage
let ada: Person
let grace: Person
let room: Room

beforeAll(async () => {
  const { accessKeyId, secretAccessKey, ...place } = testStorage()
  store = await openStoreProxy(place.endpoint)
  signing = openStorage({ ...place, endpoint: store.url, credentials: { accessKeyId, secretAccessKey } })
  app = await startTestApp({ storage: { presignPut: (...args) => signing.presignPut(...args) } })
  api = await openStoreProxy(app.url)
})
afterAll(async () => {
  await api.close()
  await app.stop()
  signing.close()
  await store.close()
})
beforeEach(async () => {
  for (const proxy of [api, store]) {
    proxy.treat(() => undefined)
    proxy.seen.length = 0
  }
  vi.spyOn(Math, 'random').mockReturnValue(0)
  onTestFinished(() => void vi.restoreAllMocks())
  ada = await app.person('Ada')
  grace = await app.person('Grace')
  room = await openRoom(ada, grace)
})

/** A program of Ada's with its outbox over this folder; it works no more once it is ended, as if it were killed. */
async function start(folder: string) {
  const session = new Session({
    file: join(folder, `session-${randomUUID()}.json`),
    vault: createVault(),
    network: NETWORK,
    log: () => {},
  })
  await session.open({ server: api.url, token: ada.token })
  const staged = new StagedImages(join(folder, 'staged'))
  const originals = new PictureCache({
    folder: join(folder, 'originals'),
    kind: ORIGINALS,
    fetch,
    account: () => session.account,
  })
  const file = join(folder, 'outbox.json')
  const outbox = new Outbox({ file, session, staged, originals, isOnline: () => true, log: () => {} })
  const lists: OutboxEntry[][] = []
  outbox.on('change', (list) => lists.push(list))
  await outbox.open()
  const end = async (): Promise<void> => {
    // Nobody’s outbox does nothing; the server is not told.
    api.treat(({ target }) => (target.endsWith('/logout') ? { do: 'cut' } : undefined))
    await session.signOut()
    await outbox.settled()
  }
  onTestFinished(end)
  return { outbox, staged, originals, lists, end }
}

type Program = Awaited<ReturnType<typeof start>>

let colours = 0
/** An image unlike all others, of noise so that it has some size. */
async function stage({ staged }: Program, name = 'noise.png', side = 96): Promise<StagedImage> {
  colours += 1
  const file = await sharp({
    create: {
      width: side,
      height: side,
      channels: 3,
      background: { r: colours, g: 0, b: 0 },
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  })
    .png()
    .toBuffer()
  const answer = await staged.stage({ name, type: 'image/png', width: side, height: side }, file)
  if (!answer.ok) throw new Error(answer.error.detail)
  return answer.value
}

async function send(
  { outbox }: Program,
  body: string,
  images: StagedImage[],
  roomId = room.id,
): Promise<string> {
  const clientId = randomUUID()
  await outbox.add(clientId, { kind: 'send', roomId, clientId, body, replyTo: null, images })
  return clientId
}

const said = async (roomId = room.id): Promise<Message[]> =>
  (await ada.client.ok(chatEndpoints.listMessages, { id: roomId })).messages

const emptied = ({ outbox }: Program): Promise<void> =>
  vi.waitFor(() => expect(outbox.list()).toEqual([]), { timeout: 20_000, interval: 10 })

const progressOf = ({ outbox }: Program) => outbox.list()[0]?.progress

const becomes = (program: Program, progress: object): Promise<void> =>
  vi.waitFor(() => expect(progressOf(program)).toMatchObject(progress), { timeout: 10_000, interval: 5 })

const puts = (): number => store.seen.filter(({ method }) => method === 'PUT').length
const presigns = (): number => api.seen.filter(({ target }) => target.endsWith('/presign')).length
const treatPuts = (treatment?: () => Treatment | undefined): void =>
  store.treat(({ method }) => (method === 'PUT' ? treatment?.() : undefined))

const problem = (status: number, code: Parameters<typeof sampleProblem>[1]): Treatment => ({
  do: 'answer',
  status,
  headers: { 'content-type': 'application/problem+json' },
  body: JSON.stringify(sampleProblem(status, code)),
})

describe('a message with images', () => {
  test('is sent with all of them in their order, which then show from the cache and are not kept twice', async () => {
    const folder = await temporaryFolder()
    const program = await start(folder)
    const images = [
      await stage(program, 'one.png'),
      await stage(program, 'two.png'),
      await stage(program, 'three.png'),
    ]
    const files = await Promise.all(images.map(({ id }) => program.staged.read(id)))
    await send(program, '', images)
    await emptied(program)
    const [message] = await said()
    expect(message).toMatchObject({
      body: '',
      attachments: ['one.png', 'two.png', 'three.png'].map((name) => ({ name, width: 96, height: 96 })),
    })
    const gets = api.seen.filter(({ method }) => method === 'GET').length
    for (const [index, { imageUrl }] of (message?.attachments ?? []).entries())
      expect(await program.originals.get(program.originals.register(imageUrl))).toEqual(files[index])
    expect(api.seen.filter(({ method }) => method === 'GET')).toHaveLength(gets)
    await vi.waitFor(async () => expect(await readdir(join(folder, 'staged'))).toEqual([]))
  })

  test('tells how far it is, from nothing to all', async () => {
    const program = await start(await temporaryFolder())
    treatPuts(() => ({ do: 'slow', bytesPerSecond: 400_000 }))
    await send(program, 'slowly', [await stage(program, 'large.png', 300), await stage(program, 'small.png')])
    await emptied(program)
    const fractions = program.lists
      .flat()
      .flatMap(({ progress }) => (progress.status === 'sending' ? (progress.fraction ?? []) : []))
    expect(fractions[0]).toBe(0)
    expect(fractions.at(-1)).toBe(1)
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b))
    expect(new Set(fractions).size).toBeGreaterThan(5)
    // Each time the whole list crosses to the page.
    expect(fractions.length).toBeLessThan(250)
  })

  test('holds up its own room and no other', async () => {
    const program = await start(await temporaryFolder())
    const other = await openRoom(ada, grace)
    let release = (): void => {}
    const until = new Promise<void>((resolve) => {
      release = resolve
    })
    treatPuts(() => ({ do: 'hold', until }))
    await send(program, 'with an image', [await stage(program)])
    await send(program, 'after it', [])
    await send(program, 'elsewhere', [], other.id)
    await vi.waitFor(async () =>
      expect((await said(other.id)).map(({ body }) => body)).toEqual(['elsewhere']),
    )
    expect(await said()).toEqual([])
    release()
    await emptied(program)
    expect((await said()).map(({ body }) => body)).toEqual(['with an image', 'after it'])
  })
})

describe('trouble on the way', () => {
  test('a store that is away is waited for, and what arrived is not sent again, nor announced again', async () => {
    const program = await start(await temporaryFolder())
    let stored = 0
    treatPuts(() => (stored++ === 0 ? undefined : { do: 'cut' }))
    await send(program, 'both', [await stage(program, 'one.png'), await stage(program, 'two.png')])
    await becomes(program, { status: 'waiting', failure: { code: 'desktop.store_unreachable' } })
    await vi.waitFor(() => expect(puts()).toBeGreaterThan(4))
    treatPuts()
    await emptied(program)
    expect((await said())[0]?.attachments.map(({ name }) => name)).toEqual(['one.png', 'two.png'])
    expect(store.seen.filter(({ treatment }) => treatment.do === 'pass')).toHaveLength(2)
    expect(presigns()).toBe(2)
  })

  test('an answer of the store that is lost costs one more upload, and no second message', async () => {
    const program = await start(await temporaryFolder())
    let lost = 0
    treatPuts(() => (lost++ === 0 ? { do: 'lose-answer' } : undefined))
    await send(program, 'once', [await stage(program)])
    await emptied(program)
    expect(lost).toBe(2)
    expect(await said()).toHaveLength(1)
  })

  test('a signature that is refused is made anew, once; then it is told, and can be tried again', async () => {
    const program = await start(await temporaryFolder())
    treatPuts(() => s3Refusal(403, 'SignatureDoesNotMatch'))
    const id = await send(program, 'refused', [await stage(program)])
    await becomes(program, { status: 'failed', failure: { code: 'desktop.store_refused' } })
    expect(puts()).toBe(2)
    treatPuts()
    await program.outbox.retry(id)
    await emptied(program)
    expect(await said()).toHaveLength(1)
  })

  test('what the server will not have is told; discarded, nothing of it stays', async () => {
    const folder = await temporaryFolder()
    const program = await start(folder)
    api.treat(({ target }) => (target.endsWith('/complete') ? problem(422, 'chat.not_an_image') : undefined))
    const id = await send(program, 'not an image', [await stage(program)])
    await becomes(program, { status: 'failed', failure: { code: 'chat.not_an_image' } })
    await program.outbox.discard(id)
    expect(program.outbox.list()).toEqual([])
    await vi.waitFor(async () => expect(await readdir(join(folder, 'staged'))).toEqual([]))
  })

  test('images that the server has let go of meanwhile are sent anew; not without end', async () => {
    const program = await start(await temporaryFolder())
    let refusals = 0
    const lapse = (most: number): void =>
      api.treat(({ method, target }) =>
        method === 'POST' && target.endsWith('/messages') && refusals++ < most
          ? problem(404, 'chat.attachment_not_found')
          : undefined,
      )
    lapse(1)
    await send(program, 'lapsed once', [await stage(program)])
    await emptied(program)
    expect(puts()).toBe(2)
    expect((await said())[0]?.attachments).toHaveLength(1)

    refusals = 0
    lapse(100)
    const id = await send(program, 'lapsed for good', [await stage(program)])
    await becomes(program, { status: 'failed', failure: { code: 'chat.attachment_not_found' } })
    expect(refusals).toBe(3)
    api.treat(() => undefined)
    await program.outbox.retry(id)
    await emptied(program)
    expect((await said()).map(({ body }) => body)).toEqual(['lapsed once', 'lapsed for good'])
  })

  test('a limit is waited for', async () => {
    const program = await start(await temporaryFolder())
    let refusals = 0
    api.treat(({ target }) =>
      target.endsWith('/presign') && refusals++ === 0 ? problem(429, 'chat.too_many_attachments') : undefined,
    )
    await send(program, 'one of many', [await stage(program)])
    await emptied(program)
    expect(await said()).toHaveLength(1)
  })
})

describe('giving up', () => {
  test('ends an upload at once: nothing is sent, and the next message goes out', async () => {
    const folder = await temporaryFolder()
    const program = await start(folder)
    treatPuts(() => ({ do: 'stall' }))
    const id = await send(program, 'never', [await stage(program)])
    await vi.waitFor(() => expect(puts()).toBe(1))
    await program.outbox.discard(id)
    expect(program.outbox.list()).toEqual([])
    await send(program, 'after it', [])
    await emptied(program)
    expect((await said()).map(({ body }) => body)).toEqual(['after it'])
    await vi.waitFor(async () => expect(await readdir(join(folder, 'staged'))).toEqual([]))
  })

  test('once it is sent deletes it there', async () => {
    const program = await start(await temporaryFolder())
    let release = (): void => {}
    const until = new Promise<void>((resolve) => {
      release = resolve
    })
    api.treat(({ method, target }) =>
      method === 'POST' && target.endsWith('/messages') ? { do: 'hold', until } : undefined,
    )
    const id = await send(program, 'too late', [await stage(program)])
    await vi.waitFor(() => expect(api.seen.some(({ target }) => target.endsWith('/messages'))).toBe(true))
    await program.outbox.discard(id)
    release()
    await vi.waitFor(async () => expect((await said())[0]?.deletedAt).toEqual(expect.any(String)), {
      timeout: 5_000,
    })
    expect((await said())[0]?.attachments).toEqual([])
  })
})

describe('the end of the program', () => {
  test('in the middle of uploading loses nothing: the next one sends what is missing, and the message once', async () => {
    const folder = await temporaryFolder()
    const first = await start(folder)
    let stored = 0
    treatPuts(() => (stored++ === 0 ? undefined : { do: 'stall' }))
    await send(first, 'survives', [await stage(first, 'one.png'), await stage(first, 'two.png')])
    await vi.waitFor(() => expect(puts()).toBe(2))
    await first.end()
    api.treat(() => undefined)
    treatPuts()
    store.seen.length = 0

    const second = await start(folder)
    expect([...second.outbox.imageIds()]).toHaveLength(2)
    await emptied(second)
    expect(puts()).toBe(1)
    expect(await said()).toMatchObject([
      { body: 'survives', attachments: [{ name: 'one.png' }, { name: 'two.png' }] },
    ])
  })

  test('that has taken an image with it is told, and not tried for ever', async () => {
    const program = await start(await temporaryFolder())
    const image = await stage(program)
    await program.staged.discard(image.id)
    await send(program, 'lost', [image])
    await becomes(program, { status: 'failed', failure: { code: 'desktop.image_gone' } })
  })
})
