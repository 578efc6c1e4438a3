import type { Locator, Page } from '@playwright/test'
import { chatEndpoints } from '../../api/contract/chat.ts'
import { differentPictures, photo, renditionsOf } from '../support/photos.ts'
import { s3Refusal, type Treatment } from '../support/store-proxy.ts'
import { savePicture } from '../support/upload.ts'
import type { Desktop } from '../support/launch-desktop.ts'
import { expect, register, say, test, type Member } from './fixtures.ts'
import { test as testAtDesk, type Desk } from './saving-fixtures.ts'
import { expectInitials, expectPicture } from './screens/avatar.ts'

/** Looks at every frame from now on, and remembers what stood for somebody in a part of the page: picture, initials, or nothing. */
async function watchFrames(
  { page }: Desktop,
  userId: string,
  within = 'nav',
): Promise<() => Promise<string[]>> {
  await page.evaluate(lookAtFrames, `${within} [data-user-id="${userId}"]`)
  return () => framesSeen(page)
}

const framesSeen = (page: Page): Promise<string[]> =>
  page.evaluate(() => [...(Reflect.get(window, 'facesSeen') as Set<string>)])

/** Runs in the page. */
function lookAtFrames(selector: string): void {
  const seen = new Set<string>()
  const look = (): void => {
    for (const person of document.querySelectorAll(selector)) {
      const face = person.querySelector<HTMLElement>('[data-face]')
      const shown = face instanceof HTMLImageElement && !face.complete ? 'unfinished' : face?.dataset['face']
      seen.add(shown ?? 'nothing')
    }
    requestAnimationFrame(look)
  }
  look()
  Reflect.set(window, 'facesSeen', seen)
}

test('a picture gives way to the next without a flash, and is there at once on the second look', async ({
  workspace,
  open,
}) => {
  const { ada } = workspace
  const [first, second] = await Promise.all([
    renditionsOf(await photo('webp')),
    renditionsOf(await photo('webp'), { hue: 120 }),
  ])
  await savePicture(ada.client, first)
  const grace = await open(workspace.grace)
  const row = grace.sidebar.row('Ada Lovelace')
  await expectPicture(row, ada.user.id)
  const before = await row.locator('img').getAttribute('src')
  const facesSeen = await watchFrames(grace, ada.user.id)
  await savePicture(ada.client, second)
  await expect(row.locator('img')).not.toHaveAttribute('src', before ?? '')
  await grace.sidebar.open('Ada Lovelace')
  await grace.sidebar.open(workspace.roomName)
  await expectPicture(grace.conversation.history, ada.user.id)
  expect(await facesSeen()).toEqual(['picture'])
})

test('one’s own picture is there at a start without network, from the disk', async ({ ownApi, open }) => {
  const { api, workspace } = ownApi
  const { ada } = workspace
  await savePicture(ada.client, await renditionsOf(await photo('webp')))
  const desktop = await open(ada, api.url)
  await expectPicture(desktop.sidebar.ownPicture, ada.user.id)
  await api.stop()
  const again = await desktop.restart()
  await expectPicture(again.sidebar.ownPicture, ada.user.id)
})

test('scrolling through a long conversation never shows anything but the picture', async ({
  workspace,
  open,
}) => {
  const { ada, room, roomName } = workspace
  await savePicture(ada.client, await renditionsOf(await photo('webp')))
  // Of both in turn, so that each message has its picture beside it.
  for (let n = 0; n < 40; n += 1) await say(n % 2 === 0 ? ada : workspace.grace, room.id, `Message ${n}`)
  const grace = await open(workspace.grace)
  await grace.sidebar.open(roomName)
  await expectPicture(grace.conversation.history, ada.user.id)
  const facesSeen = await watchFrames(grace, ada.user.id, '[role="log"]')
  await grace.conversation.history.hover()
  const last = grace.conversation.message('Message 39')
  for (let step = 0; step < 12; step += 1) await grace.page.mouse.wheel(0, -400)
  await expect(last).not.toBeInViewport()
  for (let step = 0; step < 12; step += 1) await grace.page.mouse.wheel(0, 400)
  await expect(last).toBeInViewport()
  expect(await facesSeen()).toEqual(['picture'])
})

for (const network of ['with', 'without'])
  test(`a page that starts anew ${network} the server shows no initials before the picture`, async ({
    ownApi,
    open,
  }) => {
    const { api, workspace } = ownApi
    const { ada } = workspace
    await savePicture(ada.client, await renditionsOf(await photo('webp')))
    const { page, sidebar } = await open(ada, api.url)
    await expectPicture(sidebar.ownPicture, ada.user.id)
    if (network === 'without') await api.stop()
    await page.addInitScript(lookAtFrames, `nav [data-user-id="${ada.user.id}"]`)
    await page.reload()
    await expectPicture(sidebar.ownPicture, ada.user.id)
    const seen = await framesSeen(page)
    expect(seen).toContain('picture')
    expect(seen.filter((face) => face !== 'blurred' && face !== 'picture')).toEqual([])
  })

/** Treats what the desktop reads from the store; what the API reads of uploads passes. */
function treatReads(desk: Desk, choose: () => Treatment | undefined): void {
  desk.store.treat(({ method, target }) =>
    method === 'GET' && !target.includes('/pending/') ? choose() : undefined,
  )
}

/** Somebody else in the same workspace, with a picture. */
async function grace(desk: Desk): Promise<Member> {
  const member = await register(desk.member.client.url, 'Grace Hopper')
  await savePicture(member.client, await renditionsOf(await photo('webp')))
  return member
}

/** Lets somebody appear in the list of chats. */
async function openChat(desk: Desk, { user }: Member): Promise<Locator> {
  await desk.member.client.ok(chatEndpoints.openDm, { userId: user.id })
  return desk.desktop.sidebar.row('Grace Hopper')
}

/** A promise, and the way to settle it. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open: () => open() }
}

const sourceIn = (row: Locator): Promise<string | null> => row.locator('img').getAttribute('src')

testAtDesk.describe('a picture that is yet to come', () => {
  testAtDesk('is stood for by its colours, and nothing else is seen before it', async ({ desk }) => {
    const other = await grace(desk)
    const { opened, open } = gate()
    treatReads(desk, () => ({ do: 'hold', until: opened }))
    const facesSeen = await watchFrames(desk.desktop, other.user.id)
    const row = await openChat(desk, other)
    const blurred = row.locator('canvas[data-face="blurred"]')
    await expect(blurred).toBeVisible()
    // Painted in earnest: the landscape is bluer above than below.
    const [above, below] = await blurred.evaluate((canvas) => {
      if (!(canvas instanceof HTMLCanvasElement)) return [0, 0]
      const { width, height } = canvas
      const pen = canvas.getContext('2d')
      const blueness = (y: number): number => {
        const [red = 0, , blue = 0] = pen?.getImageData(width / 2, y, 1, 1).data ?? []
        return blue - red
      }
      return [blueness(1), blueness(Math.floor(height * 0.6))]
    })
    expect(above).toBeGreaterThan(below ?? 0)
    open()
    await expectPicture(row, other.user.id)
    expect(await facesSeen()).toEqual(['blurred', 'picture'])
  })

  testAtDesk('is waited for where the store is away, and comes by itself', async ({ desk }) => {
    const other = await grace(desk)
    treatReads(desk, () => ({ do: 'cut' }))
    const facesSeen = await watchFrames(desk.desktop, other.user.id)
    const row = await openChat(desk, other)
    const reads = (): number => desk.store.seen.filter(({ treatment }) => treatment.do === 'cut').length
    await expect.poll(reads).toBeGreaterThan(3)
    await expect(row.locator('[data-face="blurred"]')).toBeVisible()
    treatReads(desk, () => undefined)
    await expectPicture(row, other.user.id)
    expect(await facesSeen()).toEqual(['blurred', 'picture'])
  })

  testAtDesk('leaves the one before in its place until it is there', async ({ desk }) => {
    const [next] = await differentPictures(1)
    if (next === undefined) throw new Error('There is a picture.')
    const other = await grace(desk)
    const row = await openChat(desk, other)
    await expectPicture(row, other.user.id)
    const before = await sourceIn(row)
    const facesSeen = await watchFrames(desk.desktop, other.user.id)
    const { opened, open } = gate()
    treatReads(desk, () => ({ do: 'hold', until: opened }))
    const earlier = desk.store.seen.length
    await savePicture(other.client, next)
    await expect
      .poll(() => desk.store.seen.slice(earlier).some(({ treatment }) => treatment.do === 'hold'))
      .toBe(true)
    expect(await sourceIn(row)).toBe(before)
    open()
    await expect.poll(() => sourceIn(row)).not.toBe(before)
    expect(await facesSeen()).toEqual(['picture'])
  })

  testAtDesk('and is broken gives way to initials, and is tried again', async ({ desk }) => {
    const other = await grace(desk)
    treatReads(desk, () => s3Refusal(404, 'NoSuchKey'))
    const row = await openChat(desk, other)
    await expectInitials(row, other.user.id, 'GH')
    treatReads(desk, () => undefined)
    await expectPicture(row, other.user.id)
  })
})

for (const [density, list, card] of [
  [1, '64.webp', '256.webp'],
  [2, '256.webp', '256.webp'],
] as const)
  test(`on a screen of density ${density} each place has the rendition that is sharp there`, async ({
    workspace,
    open,
  }) => {
    const { ada } = workspace
    await savePicture(ada.client, await renditionsOf(await photo('webp')))
    const { page, sidebar, profile } = await open(ada)
    await expectPicture(sidebar.ownPicture, ada.user.id)
    // The window goes to another screen.
    const session = await page.context().newCDPSession(page)
    await session.send('Emulation.setDeviceMetricsOverride', {
      width: 1100,
      height: 720,
      deviceScaleFactor: density,
      mobile: false,
    })
    const shown = (surface: Locator): Locator =>
      surface.locator(`[data-user-id="${ada.user.id}"] img`).first()
    await expect(shown(sidebar.ownPicture)).toHaveAttribute('src', new RegExp(`/${list}$`))
    await sidebar.openProfile()
    await expect(shown(profile.area)).toHaveAttribute('src', new RegExp(`/${card}$`))
    for (const surface of [sidebar.ownPicture, profile.area]) {
      const [has, needs] = await shown(surface).evaluate((image) =>
        image instanceof HTMLImageElement
          ? [image.naturalWidth, image.width * window.devicePixelRatio]
          : [0, 1],
      )
      expect(has).toBeGreaterThanOrEqual(needs ?? Infinity)
    }
  })
