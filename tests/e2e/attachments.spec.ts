import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { chatEndpoints, type Message } from '../../api/contract/chat.ts'
import { dragFile, dropFile, pasteFile } from '../support/give-files.ts'
import { launchDesktop, type Desktop } from '../support/launch-desktop.ts'
import { realPicture } from '../support/photos/real-photos.ts'
import { openGate } from '../support/tcp-gate.ts'
import { attachImage } from '../support/upload.ts'
import { expectAccessible } from './accessibility-fixtures.ts'
import { expect, register, test, type Member } from './fixtures.ts'
import { test as savingTest } from './saving-fixtures.ts'

const folder = mkdtemp(join(tmpdir(), 'medallion-attachments-'))

/** Writes a file that can be chosen. */
async function file(name: string, bytes: Buffer): Promise<string> {
  const path = join(await folder, name)
  await writeFile(path, bytes)
  return path
}

/** An image of one colour, so that it can be told from others. */
async function plain(name: string, background: string, width = 240, height = 160): Promise<string> {
  return file(
    name,
    await sharp({ create: { width, height, channels: 3, background } })
      .png()
      .toBuffer(),
  )
}

async function messages({ client }: Member, id: string): Promise<Message[]> {
  return (await client.ok(chatEndpoints.listMessages, { id, limit: 200 })).messages
}

/** Chooses files in the dialog. */
async function choose(desktop: Desktop, ...paths: string[]): Promise<void> {
  await desktop.chooseFiles(paths)
  await desktop.attachments.attachButton.click()
}

/** Waits until what is attached is kept for the next start. */
async function kept({ page }: Desktop, text: string): Promise<void> {
  await expect
    .poll(async () => JSON.stringify(await page.evaluate(() => window.medallion.snapshot.read())))
    .toContain(text)
}

test('an image that was chosen is sent with the words beside it, and the other one sees both at once', async ({
  workspace,
  open,
}) => {
  const [ada, grace] = [await open(workspace.ada), await open(workspace.grace)]
  for (const desktop of [ada, grace]) await desktop.sidebar.open(workspace.roomName)
  await choose(ada, realPicture('coffee.webp'))
  await expect(ada.attachments.tile('coffee.webp')).toBeVisible()
  await expect(ada.conversation.composer).toBeFocused()
  await ada.conversation.send('Look at this')

  await expect(ada.attachments.tiles).toHaveCount(0)
  const row = grace.conversation.message('Look at this')
  await expect(row.getByRole('img', { name: 'coffee.webp' })).toBeVisible()
  await expect(ada.attachments.sent('coffee.webp').getByRole('img')).toBeVisible()
  const [sent] = (await messages(workspace.grace, workspace.room.id)).slice(-1)
  expect(sent).toMatchObject({
    body: 'Look at this',
    attachments: [{ name: 'coffee.webp', type: 'image/webp' }],
  })
})

test('images are dropped and pasted as well, and sent without a word; lists say so', async ({
  workspace,
  open,
}) => {
  const [ada, grace] = [await open(workspace.ada), await open(workspace.grace)]
  await ada.sidebar.open('Grace Hopper')
  const drag = await dragFile(ada.conversation.history, realPicture('rocket.jpg'))
  await expect(ada.page.getByText('Drop images here')).toBeVisible()
  await drag.drop()
  await expect(ada.page.getByText('Drop images here')).toBeHidden()
  await expect(ada.attachments.tile('rocket.jpg')).toBeVisible()
  await pasteFile(ada.page, realPicture('camera.png'), 'image/png')
  await expect(ada.attachments.tile('camera.png')).toBeVisible()
  await dropFile(ada.conversation.composer, realPicture('phone.heic'))
  // No browser shows it as it is.
  await expect(ada.attachments.tile('phone.webp')).toBeVisible({ timeout: 30_000 })
  await ada.conversation.composer.press('Enter')

  await expect(grace.sidebar.row('Ada Lovelace')).toContainText('Sent 3 images')
  await grace.sidebar.open('Ada Lovelace')
  for (const name of ['rocket.jpg', 'camera.png', 'phone.webp'])
    await expect(grace.attachments.sent(name).getByRole('img')).toBeVisible()
  await expect(ada.sidebar.row('Grace Hopper')).toContainText('You: Sent 3 images')
  const [sent] = (await messages(workspace.grace, workspace.dm.id)).slice(-1)
  expect(sent?.attachments.map(({ name, type, width, height }) => ({ name, type, width, height }))).toEqual([
    expect.objectContaining({ name: 'rocket.jpg', type: 'image/jpeg' }),
    expect.objectContaining({ name: 'camera.png', type: 'image/png' }),
    { name: 'phone.webp', type: 'image/webp', width: 384, height: 512 },
  ])
})

test('what cannot be attached is told with its reason, and the rest is attached', async ({
  workspace,
  open,
}) => {
  const ada = await open(workspace.ada)
  await ada.sidebar.open(workspace.roomName)
  // 24 MB of noise, which no PNG makes smaller.
  const noise = Buffer.from(
    Array.from({ length: 2_900 * 2_900 }, () => Math.floor(Math.random() * 0xffffff)).flatMap((pixel) => [
      pixel & 0xff,
      (pixel >> 8) & 0xff,
      pixel >> 16,
    ]),
  )
  const large = await sharp(noise, { raw: { width: 2_900, height: 2_900, channels: 3 } })
    .png({ compressionLevel: 1 })
    .toBuffer()
  await choose(ada, await file('large.png', large), realPicture('camera.png'))
  await expect(ada.attachments.tile('camera.png')).toBeVisible({ timeout: 20_000 })
  await expect(ada.attachments.notice).toContainText('large.png was not attached')
  await expect(ada.attachments.notice).toContainText('at most 20 MB can be sent')
  await ada.attachments.notice.getByRole('button', { name: 'Dismiss' }).click()

  await choose(ada, await file('words.png', Buffer.from('Hello')))
  await expect(ada.attachments.notice).toContainText('not an image of a known kind')
  await ada.attachments.notice.getByRole('button', { name: 'Dismiss' }).click()

  const many = await Promise.all(Array.from({ length: 11 }, (_, n) => plain(`${n}.png`, '#4157c9', 20, 20)))
  await choose(ada, ...many)
  await expect(ada.attachments.tiles.getByRole('listitem')).toHaveCount(10)
  await expect(ada.attachments.notice).toContainText('2 images were not attached')
})

test('tiles are taken away by keyboard, and stay in their room, also after a restart', async ({
  workspace,
  open,
}) => {
  const ada = await open(workspace.ada)
  await ada.sidebar.open(workspace.roomName)
  await choose(
    ada,
    await plain('one.png', '#c0283c'),
    await plain('two.png', '#1d9a5b'),
    await plain('three.png', '#4157c9'),
  )
  await expect(ada.attachments.tile('three.png')).toBeVisible()
  await ada.attachments.removeButton('one.png').focus()
  await ada.page.keyboard.press('Delete')
  await expect(ada.attachments.removeButton('two.png')).toBeFocused()
  await ada.page.keyboard.press('Enter')
  await expect(ada.attachments.removeButton('three.png')).toBeFocused()
  await expect(ada.attachments.tiles.getByRole('listitem')).toHaveCount(1)

  await ada.sidebar.open('Grace Hopper')
  await expect(ada.attachments.tiles).toHaveCount(0)
  await ada.sidebar.open(workspace.roomName)
  await expect(ada.attachments.tile('three.png')).toBeVisible()
  await kept(ada, 'three.png')

  const again = await ada.crash()
  // Which room was open last is kept a moment later.
  await again.sidebar.open(workspace.roomName)
  await expect(again.attachments.tile('three.png')).toBeVisible()
  await again.attachments.removeButton('three.png').press('Backspace')
  await expect(again.attachments.tiles).toHaveCount(0)
  await expect(again.conversation.composer).toBeFocused()
})

test('images that were sent without a server wait, survive the end of the program, and go out in order, once', async ({
  workspace,
  api,
}, info) => {
  const gate = await openGate(api.url)
  const session = { server: gate.url.replace(/\/$/, ''), token: workspace.ada.token }
  const ada = await launchDesktop({ userData: info.outputPath('desktop'), session })
  await ada.sidebar.open(workspace.roomName)
  await expect(ada.conversation.message('Good morning, Ada.')).toBeVisible()
  await kept(ada, 'Good morning, Ada.')
  gate.shut()
  await choose(ada, await plain('offline.png', '#c98a1b'))
  await expect(ada.attachments.tile('offline.png')).toBeVisible()
  await ada.conversation.send('with an image')
  await ada.conversation.send('and then')
  await expect(ada.conversation.message('and then')).toContainText('Will be sent when')

  const again = await ada.crash()
  await expect(
    again.conversation.message('with an image').getByRole('img', { name: 'offline.png' }),
  ).toBeVisible()
  gate.reopen()
  await expect(again.conversation.history).not.toContainText('Will be sent', { timeout: 40_000 })
  await expect.poll(async () => (await messages(workspace.grace, workspace.room.id)).length).toBe(4)
  expect((await messages(workspace.grace, workspace.room.id)).slice(2)).toMatchObject([
    { body: 'with an image', attachments: [{ name: 'offline.png' }] },
    { body: 'and then', attachments: [] },
  ])
  await expect(again.attachments.sent('offline.png').getByRole('img')).toBeVisible()
  await again.close()
  await gate.close()
})

savingTest(
  'a program that is killed while an image is on its way sends it exactly once',
  async ({ desk }) => {
    const grace = await register(desk.member.client.url, 'Grace Hopper')
    const { room } = await desk.member.client.ok(chatEndpoints.createRoom, {
      name: 'Engine room',
      memberIds: [grace.user.id],
    })
    await desk.desktop.sidebar.open('Engine room')
    await choose(desk.desktop, await plain('killed.png', '#2a6bb0'))
    await expect(desk.desktop.attachments.tile('killed.png')).toBeVisible()
    await kept(desk.desktop, 'killed.png')
    desk.treatPuts(() => ({ do: 'stall' }))
    await desk.desktop.conversation.send('kept')
    await expect(desk.desktop.conversation.message('kept')).toContainText('Sending…')
    await expect.poll(() => desk.puts()).toBe(1)

    await desk.crash(() => desk.treatPuts(() => undefined))
    await expect.poll(async () => (await messages(grace, room.id)).length, { timeout: 30_000 }).toBe(1)
    await expect(desk.desktop.attachments.sent('killed.png').getByRole('img')).toBeVisible()
    expect(await messages(grace, room.id)).toMatchObject([
      { body: 'kept', attachments: [{ name: 'killed.png' }] },
    ])
    // It was attached when the program was killed, and is no longer.
    await expect(desk.desktop.attachments.tiles).toHaveCount(0)
  },
)

savingTest('an upload can be cancelled', async ({ desk }) => {
  const grace = await register(desk.member.client.url, 'Grace Hopper')
  const { room } = await desk.member.client.ok(chatEndpoints.createRoom, {
    name: 'Engine room',
    memberIds: [grace.user.id],
  })
  await desk.desktop.sidebar.open('Engine room')
  await choose(desk.desktop, await plain('cancelled.png', '#2a6bb0'))
  await expect(desk.desktop.attachments.tile('cancelled.png')).toBeVisible()
  desk.treatPuts(() => ({ do: 'stall' }))
  await desk.desktop.conversation.composer.press('Enter')
  await expect(desk.page.getByRole('progressbar', { name: 'Sending images' })).toBeAttached()
  await desk.page.getByRole('button', { name: 'Cancel' }).click()
  await expect(desk.page.getByRole('img', { name: 'cancelled.png' })).toHaveCount(0)
  desk.treatPuts(() => undefined)
  await desk.desktop.conversation.send('something else')
  await expect
    .poll(async () => (await messages(grace, room.id)).map(({ body }) => body))
    .toEqual(['something else'])
})

/** Sends a message with images as this person, without their desktop. */
async function show(member: Member, roomId: string, paths: string[], body = ''): Promise<Message> {
  const attachments = []
  for (const path of paths)
    attachments.push(await attachImage(member.client, roomId, await readFile(path), 'image/png'))
  const { message } = await member.client.ok(chatEndpoints.sendMessage, {
    id: roomId,
    clientId: randomUUID(),
    body,
    attachmentIds: attachments.map(({ id }) => id),
  })
  return message
}

test('images are looked at by keyboard, saved, and closed where one was', async ({ workspace, open }) => {
  const { ada: owner, grace, room, roomName } = workspace
  const paths = [await plain('a.png', '#c0283c', 3_000, 1_500), await plain('b.png', '#4157c9', 40, 30)]
  await show(grace, room.id, paths, 'Two of them')
  const ada = await open(owner)
  await ada.sidebar.open(roomName)
  const first = ada.conversation.message('Two of them').getByRole('button', { name: 'photo.png' }).first()
  await first.focus()
  await ada.page.keyboard.press('Enter')
  const { viewer } = ada.attachments
  await expect(viewer).toContainText('Grace Hopper')
  await expect(viewer).toContainText('1 of 2')
  const image = ada.attachments.viewed('photo.png')
  await expect(image).toBeVisible()
  const whole = await image.boundingBox()
  expect(whole?.width).toBeGreaterThan((whole?.height ?? 0) * 1.9)
  await expectAccessible(ada.page, 'the viewer')

  await ada.page.keyboard.press('+')
  await expect.poll(async () => (await image.boundingBox())?.width).toBeGreaterThan((whole?.width ?? 0) * 1.4)
  const before = await image.boundingBox()
  await ada.page.keyboard.press('ArrowRight')
  await expect.poll(async () => (await image.boundingBox())?.x).toBeLessThan(before?.x ?? 0)
  await expect(viewer).toContainText('1 of 2')
  await ada.page.keyboard.press('0')
  await expect.poll(async () => (await image.boundingBox())?.width).toBeCloseTo(whole?.width ?? 0, 0)
  await ada.page.keyboard.press('ArrowRight')
  await expect(viewer).toContainText('2 of 2')
  await expect(image).toBeVisible()
  // A small one is not blown up.
  await expect.poll(async () => (await image.boundingBox())?.width).toBeCloseTo(40, 0)

  const target = join(await folder, 'saved.png')
  await ada.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath })
  }, target)
  await viewer.getByRole('button', { name: 'Save as…' }).click()
  await expect
    .poll(async () =>
      (await readFile(target).catch(() => Buffer.alloc(0))).equals(await readFile(paths[1] ?? '')),
    )
    .toBe(true)
  await ada.page.keyboard.press('Escape')
  await expect(viewer).toHaveCount(0)
  await expect(first).toBeFocused()
})

test('an image is magnified by wheel and double click, and dragged', async ({ workspace, open }) => {
  const { ada: owner, grace, room, roomName } = workspace
  await show(grace, room.id, [await plain('wide.png', '#1d9a5b', 2_000, 1_000)])
  const ada = await open(owner)
  await ada.sidebar.open(roomName)
  await ada.attachments.sent('photo.png').click()
  const image = ada.attachments.viewed('photo.png')
  await expect(image).toBeVisible()
  const width = async () => (await image.boundingBox())?.width ?? 0
  const whole = await width()
  await image.dblclick()
  await expect.poll(width).toBeCloseTo(whole * 2.5, 0)
  const { x = 0 } = (await image.boundingBox()) ?? {}
  const { width: windowWidth, height: windowHeight } = await ada.page.evaluate(() => ({
    width: innerWidth,
    height: innerHeight,
  }))
  await ada.page.mouse.move(windowWidth / 2, windowHeight / 2)
  await ada.page.mouse.down()
  await ada.page.mouse.move(windowWidth / 2 + 60, windowHeight / 2, { steps: 3 })
  await ada.page.mouse.up()
  await expect.poll(async () => (await image.boundingBox())?.x).toBeCloseTo(x + 60, 0)
  await image.dblclick()
  await expect.poll(width).toBeCloseTo(whole, 0)
  await ada.page.mouse.wheel(0, -400)
  await expect.poll(width).toBeGreaterThan(whole * 1.5)
})

test('a deleted message takes its images with it, also out of the viewer', async ({ workspace, open }) => {
  const { ada: owner, grace, room, roomName } = workspace
  const message = await show(grace, room.id, [await plain('gone.png', '#c0283c')], 'Soon gone')
  const ada = await open(owner)
  await ada.sidebar.open(roomName)
  await ada.attachments.sent('photo.png').click()
  await expect(ada.attachments.viewed('photo.png')).toBeVisible()
  await grace.client.ok(chatEndpoints.deleteMessage, { id: room.id, messageId: message.id })
  await expect(ada.attachments.viewer).toHaveCount(0)
  await expect(ada.attachments.sent('photo.png')).toHaveCount(0)
  await expect(ada.conversation.message('Message deleted')).toBeVisible()
})

test('a message with images is changed in its words alone', async ({ workspace, open }) => {
  const { ada: owner, room, roomName } = workspace
  await show(owner, room.id, [await plain('stays.png', '#4157c9')], 'Wrods')
  const ada = await open(owner)
  await ada.sidebar.open(roomName)
  await ada.conversation.edit('Wrods', 'Words')
  await expect(ada.conversation.message('Words').getByRole('img', { name: 'photo.png' })).toBeVisible()
  await expect
    .poll(async () => (await messages(owner, room.id)).at(-1))
    .toMatchObject({
      body: 'Words',
      attachments: [{ name: 'photo.png' }],
    })
})

/** Keeps main from loading any image of a message, until the function that is returned is called. */
async function holdImages({ app }: Desktop): Promise<() => Promise<void>> {
  await app.evaluate(() => {
    const load = globalThis.fetch
    const held = new Promise<void>((resolve) => {
      Object.assign(globalThis, { releaseImages: resolve })
    })
    globalThis.fetch = async (input, init) => {
      const address = input instanceof Request ? input.url : String(input)
      if (/\/(original|thumb\.webp)(\?|$)/.test(address)) await held
      return load(input, init)
    }
  })
  return () => app.evaluate(() => (Reflect.get(globalThis, 'releaseImages') as () => void)())
}

test('what one has sent shows as it was until it comes back', async ({ workspace, open }) => {
  const ada = await open(workspace.ada)
  await ada.sidebar.open(workspace.roomName)
  await choose(ada, await plain('shown.png', '#2a6bb0'))
  await expect(ada.attachments.tile('shown.png')).toBeVisible()
  const release = await holdImages(ada)
  await ada.conversation.composer.press('Enter')
  // Only what the server has can be opened.
  const sent = ada.attachments.sent('shown.png').getByRole('img')
  await expect(sent).toBeVisible()
  await expect(sent).toHaveAttribute('src', /^\/staged\//)
  expect(await sent.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(240)
  await release()
  await expect(sent).toHaveAttribute('src', /^\/attachments\//)
})

test('an image has its place before it is there, so that nothing moves when it comes', async ({
  workspace,
  open,
}) => {
  const { ada: owner, grace, room, roomName } = workspace
  await show(grace, room.id, [await plain('tall.png', '#c98a1b', 600, 1_200)], 'Tall')
  const ada = await open(owner)
  const release = await holdImages(ada)
  await ada.sidebar.open(roomName)
  const place = ada.attachments.sent('photo.png')
  await expect(place).toBeVisible()
  const box = await place.boundingBox()
  expect(box).toMatchObject({ width: 150, height: 300 })
  await expect(place.locator('[data-face=blurred]')).toBeVisible()
  await release()
  await expect(place.getByRole('img')).toBeVisible()
  expect(await place.boundingBox()).toEqual(box)
})

test('the page reads nothing at the addresses of images but what it was told of', async ({
  workspace,
  open,
}) => {
  const { ada: owner, room, roomName } = workspace
  await show(owner, room.id, [await plain('mine.png', '#4157c9')])
  const ada = await open(owner)
  await ada.sidebar.open(roomName)
  await expect(ada.attachments.sent('photo.png').getByRole('img')).toBeVisible()
  const fetchStatus = (path: string) => ada.page.evaluate(async (url) => (await fetch(url)).status, path)
  for (const path of [
    `/attachments/${'0'.repeat(32)}/original`,
    `/attachments/${'0'.repeat(32)}/thumb.webp`,
    `/staged/${randomUUID()}`,
    `/picked/${randomUUID()}`,
    '/staged/..%2foutbox.json',
    '/staged/../outbox.json',
    '/attachments-staged/',
  ])
    expect.soft(await fetchStatus(path), path).toBe(404)
  const refused = await ada.page.evaluate(async () => [
    await window.medallion.attachments.stage({
      name: 'x.png',
      type: 'image/png',
      width: 1,
      height: 1,
      bytes: new TextEncoder().encode('<svg onload="alert(1)"/>'),
    }),
    await window.medallion.attachments.save({ key: '../../outbox', name: 'x' }),
  ])
  expect(refused).toMatchObject([
    { ok: false, error: { code: 'desktop.not_an_image' } },
    { ok: false, error: { code: 'desktop.invalid_argument' } },
  ])
})

test('axe finds nothing on what is attached, sent and on its way', async ({ workspace, open }) => {
  const { ada: owner, grace, room, roomName } = workspace
  await show(grace, room.id, [await plain('a.png', '#c0283c'), await plain('b.png', '#4157c9')], 'Two')
  const ada = await open(owner)
  await ada.sidebar.open(roomName)
  await choose(ada, await plain('tile.png', '#1d9a5b'))
  await expect(ada.attachments.tile('tile.png')).toBeVisible()
  await expect(ada.conversation.message('Two').getByRole('img').first()).toBeVisible()
  await expectAccessible(ada.page, 'a conversation with images')
})

test('the keyboard attaches', async ({ workspace, open }) => {
  const ada = await open(workspace.ada)
  await ada.sidebar.open(workspace.roomName)
  await ada.chooseFiles([await plain('key.png', '#1d9a5b')])
  await ada.page.keyboard.press('ControlOrMeta+Shift+U')
  await expect(ada.attachments.tile('key.png')).toBeVisible()
})
