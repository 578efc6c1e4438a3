import type { Locator } from '@playwright/test'
import sharp from 'sharp'
import { avatarEndpoints } from '../../api/contract/avatar.ts'
import { sessionEndpoints, type User } from '../../api/contract/session.ts'
import type { Desktop } from '../support/launch-desktop.ts'
import { photo, photoFile, renditionsOf, uprightLandscape } from '../support/photos.ts'
import { expect, secondDevice, test, type Member, type Workspace } from './fixtures.ts'
import { expectInitials, expectPicture, pictureAddress } from './screens/avatar.ts'

/** Every surface on which somebody else shows: their row in the list, the chat's header, their messages. */
async function expectElsewhere(
  desktop: Desktop,
  { roomName, ada }: Workspace,
  check: (surface: Locator) => Promise<void>,
): Promise<void> {
  await check(desktop.sidebar.row('Ada Lovelace'))
  await desktop.sidebar.open('Ada Lovelace')
  await check(desktop.conversation.header)
  await check(desktop.conversation.history)
  await desktop.sidebar.open(roomName)
  await check(
    desktop.conversation.history.getByRole('article').filter({ hasText: ada.user.displayName }).first(),
  )
}

/** Every surface on which one shows to oneself, with the card open. */
async function expectOwn(desktop: Desktop, check: (surface: Locator) => Promise<void>): Promise<void> {
  await check(desktop.sidebar.ownPicture)
  await check(desktop.profile.area)
  await check(desktop.conversation.history)
}

async function savePicture(desktop: Desktop, file: string): Promise<void> {
  await desktop.chooseFile(file)
  await desktop.sidebar.openProfile()
  await desktop.profile.changePicture()
  await desktop.editor.waitUntilReady()
  await desktop.editor.save()
}

test.describe('the walkthrough', () => {
  test('a picture is chosen, zoomed, saved, seen at once by everyone, and taken away again', async ({
    api,
    workspace,
    open,
  }) => {
    const adaId = workspace.ada.user.id
    const shown = (surface: Locator): Promise<void> => expectPicture(surface, adaId)
    const initials = (surface: Locator): Promise<void> => expectInitials(surface, adaId, 'AL')
    const elsewhere = await secondDevice(api, workspace.ada)
    const ada = await open(workspace.ada)
    const grace = await open(workspace.grace)
    const laptop = await open(elsewhere)
    for (const desktop of [ada, laptop]) await desktop.sidebar.open('Grace Hopper')
    await grace.sidebar.open('Ada Lovelace')

    await test.step('the card opens from one’s own picture', async () => {
      await ada.sidebar.openProfile()
      await ada.profile.area.waitFor()
      await expectOwn(ada, initials)
    })

    await test.step('an image is chosen, zoomed and saved', async () => {
      await ada.chooseFile(await photoFile('jpeg'))
      await ada.profile.changePicture()
      await ada.editor.waitUntilReady()
      await ada.editor.zoomIn(2)
      await ada.editor.save()
    })

    await test.step('it changes at once for oneself', () => expectOwn(ada, shown))

    await test.step('the other sees it on every surface, without refreshing', () =>
      expectElsewhere(grace, workspace, shown))

    await test.step('so does one’s own second device', async () => {
      await shown(laptop.sidebar.ownPicture)
      await shown(laptop.conversation.history)
      await laptop.sidebar.openProfile()
      await shown(laptop.profile.area)
    })

    const { user } = await workspace.grace.client.ok(sessionEndpoints.getUser, { id: adaId })
    await test.step('the picture is there for whoever asks the API', async () => {
      const answer = await workspace.grace.client.raw('GET', user.avatarUrl ?? '')
      expect(answer.status).toBe(302)
    })

    await test.step('the bin in the editor: initials everywhere, and the objects are gone', async () => {
      const file = await fetch(
        (await workspace.grace.client.raw('GET', user.avatarUrl ?? '')).headers.get('location') ?? '',
      )
      expect(file.status).toBe(200)
      await ada.chooseFile(await photoFile('jpeg'))
      await ada.profile.changePicture()
      await ada.editor.waitUntilReady()
      await ada.editor.removePicture()
      await expectOwn(ada, initials)
      await grace.sidebar.open('Ada Lovelace')
      await expectElsewhere(grace, workspace, initials)
      await initials(laptop.sidebar.ownPicture)
      await expect
        .poll(async () => {
          const location = (await workspace.grace.client.raw('GET', user.avatarUrl ?? '')).headers.get(
            'location',
          )
          return (await fetch(location ?? '')).status
        })
        .toBe(404)
    })
  })
})

for (const kind of ['jpeg', 'png', 'webp'] as const)
  test(`a ${kind} becomes two upright WebP renditions without metadata`, async ({ api, workspace, open }) => {
    const ada = await open(workspace.ada)
    await savePicture(ada, await photoFile(kind))
    await expect.poll(async () => (await me(workspace.ada)).avatarVersion).toBe(1)
    const { avatarUrl, avatarThumbUrl } = await me(workspace.ada)
    const original = await renditionsOf(kind === 'png' ? await photo('png') : await uprightLandscape())
    for (const [url, side, expected] of [
      [avatarUrl, 256, original.full],
      [avatarThumbUrl, 64, original.thumb],
    ] as const) {
      const picture = await download(api.url, workspace.grace.token, url ?? '')
      const { format, width, height, exif, icc, xmp } = await sharp(picture).metadata()
      expect({ format, width, height, exif, icc, xmp }).toEqual({ format: 'webp', width: side, height: side })
      // Two encoders differ by some 5 in the grain; lying on its side the picture would be some 40 apart.
      expect(await meanDifference(picture, expected)).toBeLessThan(10)
    }
  })

test('a new picture replaces the old one everywhere; an older event never does', async ({
  workspace,
  open,
}) => {
  const adaId = workspace.ada.user.id
  const [ada, grace] = await Promise.all([open(workspace.ada), open(workspace.grace)])
  await grace.sidebar.open('Ada Lovelace')
  await savePicture(ada, await photoFile('jpeg'))
  await expectPicture(grace.conversation.header, adaId)
  const first = await pictureAddress(grace.conversation.header, adaId)
  await ada.profile.changePicture()
  await ada.chooseFile(await photoFile('webp'))
  await ada.editor.waitUntilReady()
  await ada.editor.zoomIn(2)
  await ada.editor.save()
  await expect.poll(() => pictureAddress(grace.conversation.header, adaId)).not.toBe(first)
  await expectPicture(grace.conversation.header, adaId)
})

test('nothing changes with Cancel and Escape', async ({ workspace, open }) => {
  const ada = await open(workspace.ada)
  await ada.chooseFile(await photoFile('png'))
  await ada.sidebar.openProfile()
  await ada.profile.changePicture()
  await ada.editor.waitUntilReady()
  await ada.editor.cancel()
  await expectInitials(ada.sidebar.ownPicture, workspace.ada.user.id, 'AL')
  await ada.profile.changePicture()
  await ada.editor.waitUntilReady()
  await ada.page.keyboard.press('Escape')
  await ada.editor.area.waitFor({ state: 'detached' })
  expect((await me(workspace.ada)).avatarVersion).toBe(0)
})

test('a file that is no image is a sentence in the editor', async ({ workspace, open }) => {
  const ada = await open(workspace.ada)
  await ada.chooseFile(await photoFile('broken'))
  await ada.sidebar.openProfile()
  await ada.profile.changePicture()
  await expect(ada.page.getByRole('alert').first()).toContainText(/image|picture/i)
  await expectInitials(ada.sidebar.ownPicture, workspace.ada.user.id, 'AL')
})

test('where the server is away the picture waits, says so, and is set by itself once it is back', async ({
  ownApi,
  open,
}) => {
  const { api, workspace } = ownApi
  const adaId = workspace.ada.user.id
  const ada = await open(workspace.ada, api.url)
  await ada.chooseFile(await photoFile('jpeg'))
  await ada.sidebar.openProfile()
  await ada.profile.changePicture()
  await ada.editor.waitUntilReady()
  const port = new URL(api.url).port
  await api.stop()
  await ada.editor.save()
  await expect(ada.profile.change).toContainText(/cannot be reached.*Trying again at/)
  await expectPicture(ada.sidebar.ownPicture, adaId)
  await ownApi.startAgain(port)
  await ada.profile.change.getByRole('button', { name: 'Try now' }).click()
  await expect.poll(async () => (await me(workspace.ada)).avatarVersion).toBe(1)
  await expect(ada.profile.change).toHaveCount(0)
  await expectPicture(ada.sidebar.ownPicture, adaId)
})

test('a picture removed on another device goes from this one', async ({ api, workspace, open }) => {
  const ada = await open(workspace.ada)
  await savePicture(ada, await photoFile('jpeg'))
  await expectPicture(ada.sidebar.ownPicture, workspace.ada.user.id)
  await expect.poll(async () => (await me(workspace.ada)).avatarVersion).toBe(1)
  const phone = await secondDevice(api, workspace.ada)
  await phone.client.ok(avatarEndpoints.removeAvatar, {})
  await expectInitials(ada.sidebar.ownPicture, workspace.ada.user.id, 'AL')
})

async function me(member: Member): Promise<User> {
  return (await member.client.ok(sessionEndpoints.getMe, {})).user
}

/** Reads a picture as any program outside would: with the token to the API, without it to where the API sends on. */
async function download(server: string, token: string, url: string): Promise<Buffer> {
  const answer = await fetch(new URL(url, server), { headers: { authorization: `Bearer ${token}` } })
  expect(answer.headers.get('content-type')).toBe('image/webp')
  return Buffer.from(await answer.arrayBuffer())
}

/** How far two pictures of one size are apart: the mean over all channels of all pixels, of 255. */
async function meanDifference(one: Buffer, other: Buffer): Promise<number> {
  const [a, b] = await Promise.all(
    [one, other].map((picture) => sharp(picture).removeAlpha().raw().toBuffer()),
  )
  if (a === undefined || b === undefined || a.length !== b.length)
    throw new Error('The pictures differ in size.')
  return a.reduce((sum, value, index) => sum + Math.abs(value - (b[index] ?? 0)), 0) / a.length
}
