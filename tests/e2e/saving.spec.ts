import { avatarEndpoints } from '../../api/contract/avatar.ts'
import { chatEndpoints } from '../../api/contract/chat.ts'
import type { ChangeProgress } from '../../desktop/bridge.ts'
import { differentPictures, type Renditions } from '../support/photos.ts'
import { s3Refusal } from '../support/store-proxy.ts'
import { savePicture } from '../support/upload.ts'
import { expect, test, type Desk } from './saving-fixtures.ts'

let first: Renditions
let second: Renditions

test.beforeAll(async () => {
  const [one, two] = await differentPictures(2)
  if (one === undefined || two === undefined) throw new Error('There are two pictures.')
  first = one
  second = two
})

/** How far the one change is; null when there is none. */
async function progress(desk: Desk): Promise<ChangeProgress | null> {
  const [change] = await desk.changes()
  return change?.progress ?? null
}

/** What the person reads of it on their card, and while it waits also beside the list of conversations. */
async function expectTold(desk: Desk, words: RegExp): Promise<void> {
  const { sidebar, profile } = desk.desktop
  await expect(sidebar.change).toContainText(words)
  await sidebar.openProfile()
  await expect(profile.change).toContainText(words)
}

async function expectSet(desk: Desk, picture: Renditions): Promise<void> {
  await expect.poll(() => desk.changes()).toEqual([])
  expect((await desk.picture())?.equals(picture.full)).toBe(true)
}

test('progress is that of the bytes, up to all of them', async ({ desk }) => {
  desk.treatPuts(() => ({ do: 'slow', bytesPerSecond: 20_000 }))
  await desk.save(first)
  await expectSet(desk, first)
  const fractions = (await desk.told()).flatMap(([change]) =>
    change?.progress.status === 'sending' ? [change.progress.fraction] : [],
  )
  expect(fractions.at(-1)).toBe(1)
  expect(new Set(fractions).size).toBeGreaterThan(3)
  expect(fractions).toEqual(fractions.toSorted((one, other) => one - other))
  expect(await desk.settled()).toMatchObject([{ user: { avatarVersion: 1, avatarUrl: /^\/avatars\// } }])
})

test('what is given up while it is sent is not set', async ({ desk }) => {
  desk.treatPuts(() => ({ do: 'stall' }))
  await desk.save(first)
  await expect.poll(() => desk.puts()).toBe(2)
  const [change] = await desk.changes()
  await desk.page.evaluate((changeId) => window.medallion.avatar.cancel({ changeId }), change?.id ?? '')
  expect(await desk.changes()).toEqual([])
  expect(await desk.settled()).toEqual([])
  expect((await desk.user()).avatarVersion).toBe(0)
})

test('a cut costs one file, and goes on by itself', async ({ desk }) => {
  let cuts = 1
  desk.treatPuts((target) =>
    target.includes('256.webp') && cuts-- > 0 ? { do: 'cut', afterBytes: 4_096 } : undefined,
  )
  await desk.save(first)
  await expectSet(desk, first)
  expect(desk.puts()).toBe(3)
})

test('an expired signature is replaced without a word', async ({ desk }) => {
  let refusals = 2
  desk.treatPuts(() => (refusals-- > 0 ? s3Refusal(403, 'AccessDenied', 'Request has expired') : undefined))
  await desk.save(first)
  await expectSet(desk, first)
  const statuses = (await desk.told()).flat().map((change) => change.progress.status)
  expect(new Set(statuses)).toEqual(new Set(['sending']))
})

test('offline it is kept, and set at once when the network is back', async ({ desk }) => {
  await desk.setOnline(false)
  desk.server.shut()
  await desk.save(first)
  await expect
    .poll(() => progress(desk))
    .toMatchObject({ status: 'waiting', failure: { code: 'desktop.offline' } })
  await expectTold(desk, /^Will be set when you are back online\./)
  await desk.setOnline(true)
  desk.server.reopen()
  await expectSet(desk, first)
  await expect(desk.desktop.profile.change).toHaveCount(0)
  await expect(desk.desktop.sidebar.change).toHaveCount(0)
})

test('the network goes while files are sent: it is kept, can be given up, and else is set by itself', async ({
  desk,
}) => {
  const { sidebar } = desk.desktop
  let pullTheCable = (): void => {}
  const cable = new Promise((_, reject) => {
    pullTheCable = () => reject(new Error('The cable was pulled.'))
  })
  cable.catch(() => {})
  desk.treatPuts(() => ({ do: 'hold', until: cable }))
  await desk.save(first)
  await expect.poll(() => desk.puts()).toBe(2)
  await expect(sidebar.change).toContainText('Saving the picture…')
  await desk.setOnline(false)
  desk.server.shut()
  pullTheCable()
  await expectTold(desk, /^Will be set when you are back online\./)
  await desk.desktop.profile.change.getByRole('button', { name: 'Cancel' }).click()
  await expect(sidebar.change).toHaveCount(0)
  expect(await desk.changes()).toEqual([])

  await desk.save(second)
  await expect(sidebar.change).toContainText('Will be set when you are back online.')
  desk.treatPuts(() => undefined)
  await desk.setOnline(true)
  desk.server.reopen()
  await expectSet(desk, second)
  await expect(sidebar.change).toHaveCount(0)
  expect((await desk.user()).avatarVersion).toBe(1)
})

test('the system says that there is no network before a request hears of it', async ({ desk }) => {
  const { sidebar } = desk.desktop
  desk.treatPuts(() => ({ do: 'stall' }))
  await desk.save(first)
  await expect(sidebar.change).toContainText('Saving the picture…')
  const say = (isOnline: boolean): Promise<void> =>
    desk.page.evaluate((value) => {
      Object.defineProperty(navigator, 'onLine', { value, configurable: true })
      window.dispatchEvent(new Event(value ? 'online' : 'offline'))
    }, isOnline)
  await say(false)
  await expect(sidebar.change).toContainText('Will be set when you are back online.')
  await say(true)
  await expect(sidebar.change).toContainText('Saving the picture…')
})

test('a room’s picture tells below the room’s name how it fares', async ({ desk }) => {
  const { sidebar, conversation } = desk.desktop
  const { client } = desk.member
  const { room } = await client.ok(chatEndpoints.createRoom, { name: 'Engine room', memberIds: [] })
  const target = { kind: 'room', roomId: room.id } as const
  await sidebar.open('Engine room')
  const face = conversation.header.locator(`[data-room-id="${room.id}"]`)
  const line = conversation.pictureChange
  const press = (name: string): Promise<void> => line.getByRole('button', { name }).click()
  const version = async (): Promise<number> =>
    (await client.ok(chatEndpoints.getRoom, { id: room.id })).room.avatarVersion

  // On its way.
  desk.treatPuts(() => ({ do: 'stall' }))
  await desk.save(first, target)
  await expect(line).toHaveText(/^Saving the picture… \d+ %Cancel$/)
  await expect(face.locator('img')).toBeVisible()
  await press('Cancel')
  await expect(line).toHaveCount(0)
  await expect(face.locator('[data-face="glyph"]')).toBeVisible()

  // Waiting.
  await desk.setOnline(false)
  desk.server.shut()
  desk.treatPuts(() => undefined)
  await desk.save(first, target)
  await expect(line).toContainText('Will be set when you are back online.')
  await expect(face.locator('img')).toBeVisible()
  await desk.setOnline(true)
  desk.server.reopen()
  await expect(line).toHaveCount(0)
  await expect.poll(version).toBe(1)

  // Refused.
  desk.treatPuts(() => s3Refusal(403, 'InvalidAccessKeyId'))
  await desk.save(second, target)
  await expect(line).toContainText('refused the upload (403 InvalidAccessKeyId)')
  await press('Dismiss')
  await expect(line).toHaveCount(0)
  expect(await version()).toBe(1)
  await desk.save(second, target)
  await expect(line).toContainText('refused')
  desk.treatPuts(() => undefined)
  await press('Try again')
  await expect(line).toHaveCount(0)
  await expect.poll(version).toBe(2)
  expect(await desk.settled()).toMatchObject([{ room: { avatarVersion: 1 } }, { room: { avatarVersion: 2 } }])
})

for (const [when, hold] of [
  ['before it could be announced', (desk: Desk) => desk.server.shut()],
  ['while its files are sent', (desk: Desk) => desk.treatPuts(() => ({ do: 'stall' }))],
] as const)
  test(`a power cut ${when}: it is set at the next start`, async ({ desk }) => {
    hold(desk)
    await desk.save(first)
    if (when === 'while its files are sent') await expect.poll(() => desk.puts()).toBe(2)
    await desk.crash(() => {
      desk.server.reopen()
      desk.treatPuts(() => undefined)
    })
    await expectSet(desk, first)
    expect((await desk.user()).avatarVersion).toBe(1)
  })

test('offline over a restart: what is kept can be seen, and is set when the network is back', async ({
  desk,
}) => {
  desk.server.shut()
  await desk.save(first)
  await desk.crash()
  const [change] = await desk.changes()
  const seen = await desk.page.evaluate(async (url) => {
    const image = new Image()
    image.src = url
    await image.decode()
    return image.naturalWidth
  }, change?.picture?.fullUrl ?? '')
  expect(seen).toBe(256)
  desk.server.reopen()
  await expectSet(desk, first)
})

test('of two saves in a row, the first one slow, the second is the one that stays', async ({ desk }) => {
  let slow = 2
  desk.treatPuts(() => (slow-- > 0 ? { do: 'slow', bytesPerSecond: 4_000 } : undefined))
  await desk.save(first)
  await expect.poll(() => desk.puts()).toBe(2)
  await desk.save(second)
  expect(await desk.changes()).toHaveLength(1)
  await expectSet(desk, second)
  expect(await desk.settled()).toHaveLength(1)
})

test('a new picture is painted from the cache, without asking anybody', async ({ desk }) => {
  await desk.save(first)
  await expectSet(desk, first)
  desk.server.shut()
  const [settled] = await desk.settled()
  const url = settled !== undefined && 'user' in settled ? settled.user.avatarUrl : null
  const bytes = await desk.page.evaluate(
    async (address) => [...new Uint8Array(await (await fetch(address)).arrayBuffer())],
    url ?? '',
  )
  expect(Buffer.from(bytes).equals(first.full)).toBe(true)
})

test.describe('each error is told apart:', () => {
  test('the server is away', async ({ desk }) => {
    desk.server.shut()
    await desk.save(first)
    await expect
      .poll(() => progress(desk))
      .toMatchObject({ status: 'waiting', failure: { code: 'desktop.server_unreachable' } })
    await expectTold(desk, /^The server cannot be reached\. Trying again at \d/)
  })

  test('the store is away', async ({ desk }) => {
    desk.treatPuts(() => ({ do: 'cut' }))
    await desk.save(first)
    await expect
      .poll(() => progress(desk))
      .toMatchObject({ status: 'waiting', failure: { code: 'desktop.store_unreachable' } })
    await expectTold(desk, /^The picture storage cannot be reached\. Trying again at \d/)
  })

  test('the store is in trouble', async ({ desk }) => {
    desk.treatPuts(() => s3Refusal(503, 'SlowDown'))
    await desk.save(first)
    await expect
      .poll(() => progress(desk))
      .toMatchObject({
        status: 'waiting',
        failure: { code: 'desktop.store_unreachable', detail: 'The store answers 503 SlowDown.' },
      })
  })

  test('the clocks differ, and by how much', async ({ desk }) => {
    desk.store.clockAhead = 720
    desk.treatPuts(() => s3Refusal(403, 'AccessDenied', 'Request has expired'))
    await desk.save(first)
    await expect
      .poll(() => progress(desk))
      .toMatchObject({ status: 'failed', failure: { code: 'desktop.clock_skewed' } })
    const told = await progress(desk)
    const skew = told?.status === 'failed' ? (told.failure.skew ?? 0) : 0
    expect(Math.abs(skew - 720)).toBeLessThanOrEqual(5)
    await expectTold(desk, /clock is 12 minutes ahead of the server’s/)
  })

  test('the store refuses, and why; Retry saves', async ({ desk }) => {
    desk.treatPuts(() => s3Refusal(403, 'InvalidAccessKeyId'))
    await desk.save(first)
    await expect
      .poll(() => progress(desk))
      .toEqual({
        status: 'failed',
        failure: { code: 'desktop.store_refused', detail: '403 InvalidAccessKeyId' },
      })
    await expectTold(desk, /^The picture storage refused the upload \(403 InvalidAccessKeyId\)/)
    const notice = desk.page.getByText('Your picture was not saved')
    await expect(notice).toBeVisible()
    // Out of the way of the editor's buttons; the card goes on telling.
    await desk.desktop.profile.openEditor()
    await expect(notice).toHaveCount(0)
    await desk.desktop.editor.cancel()
    desk.treatPuts(() => undefined)
    await desk.desktop.profile.change.getByRole('button', { name: 'Try again' }).click()
    await expectSet(desk, first)
  })

  test('the server refuses, and why', async ({ desk }) => {
    await desk.save({ full: Buffer.from('A letter.'), thumb: first.thumb })
    await expect
      .poll(() => progress(desk))
      .toMatchObject({ status: 'failed', failure: { code: 'avatar.not_an_avatar' } })
    await expectTold(desk, /^The server could not use this picture/)
  })

  test('the 61st change within an hour, and when the next one is possible', async ({ desk }) => {
    for (let change = 0; change < 60; change += 1)
      await savePicture(desk.member.client, change % 2 === 0 ? first : second)
    await desk.save(first)
    await expect
      .poll(() => progress(desk))
      .toMatchObject({ status: 'failed', failure: { code: 'avatar.too_many_changes' } })
    const told = await progress(desk)
    const retryAfter = told?.status === 'failed' ? told.failure.retryAfter : undefined
    expect(retryAfter).toBeGreaterThan(3_000)
    expect(retryAfter).toBeLessThanOrEqual(3_600)
    await expectTold(desk, /too often within an hour\. You can set the next one at \d/)
    // To have no picture is always possible.
    await desk.page.evaluate(() => window.medallion.avatar.remove({ target: { kind: 'me' } }))
    await expect.poll(() => desk.changes()).toEqual([])
    expect((await desk.user()).avatarUrl).toBeNull()
  })
})

test('a former picture is taken again without an upload', async ({ desk }) => {
  await savePicture(desk.member.client, first)
  await savePicture(desk.member.client, second)
  const { pictures } = await desk.member.client.ok(avatarEndpoints.listRecentAvatars, {})
  const before = desk.puts()
  await desk.page.evaluate(
    (recentId) => window.medallion.avatar.takeRecent({ recentId }),
    pictures[0]?.id ?? '',
  )
  await expectSet(desk, first)
  expect(desk.puts()).toBe(before)
})
