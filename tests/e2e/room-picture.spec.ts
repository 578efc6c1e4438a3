import { chatEndpoints } from '../../api/contract/chat.ts'
import { photoFile } from '../support/photos.ts'
import { dropFile } from '../support/give-files.ts'
import { expect, test } from './fixtures.ts'

test('a room’s picture is set in its header, seen at once by its members, and taken away again', async ({
  workspace,
  open,
}) => {
  const { room, roomName } = workspace
  const [ada, grace] = await Promise.all([open(workspace.ada), open(workspace.grace)])
  for (const desktop of [ada, grace]) await desktop.sidebar.open(roomName)
  const face = `[data-room-id="${room.id}"]`
  await expect(grace.sidebar.row(roomName).locator(`${face} [data-face="glyph"]`)).toBeVisible()

  await ada.chooseFile(await photoFile('jpeg'))
  await ada.conversation.header.getByRole('button', { name: `Picture of ${roomName}` }).click()
  await ada.page.getByRole('button', { name: 'Choose a file…' }).click()
  await ada.editor.waitUntilReady()
  await ada.editor.save()
  for (const desktop of [ada, grace])
    for (const surface of [desktop.sidebar.row(roomName), desktop.conversation.header])
      await expect(surface.locator(`${face} img`)).toBeVisible()
  const asGraceSees = () => workspace.grace.client.ok(chatEndpoints.getRoom, { id: room.id })
  await expect.poll(async () => (await asGraceSees()).room.avatarVersion).toBe(1)

  await ada.conversation.header.getByRole('button', { name: `Picture of ${roomName}` }).click()
  await ada.editor.removePicture()
  for (const desktop of [ada, grace])
    await expect(desktop.conversation.header.locator(`${face} [data-face="glyph"]`)).toBeVisible()
})

test('an image is dropped onto a room’s picture, and cut in the shape that rooms have', async ({
  workspace,
  open,
}) => {
  const { room, roomName } = workspace
  const ada = await open(workspace.ada)
  await ada.sidebar.open(roomName)
  const picture = ada.conversation.header.getByRole('button', { name: `Picture of ${roomName}` })
  await dropFile(picture, await photoFile('jpeg'))
  await ada.editor.waitUntilReady()
  // Near the corner of the square lies what a circle would have veiled.
  const [corner, outside] = await ada.editor.stage.evaluate((canvas) => {
    if (!(canvas instanceof HTMLCanvasElement)) return [0, 0]
    const pen = canvas.getContext('2d')
    const side = canvas.height - 40 * window.devicePixelRatio
    const brightness = (fromMiddle: number): number => {
      const [x, y] = [canvas.width / 2 - fromMiddle * side, canvas.height / 2 - fromMiddle * side]
      const [red = 0, green = 0, blue = 0] = pen?.getImageData(x, y, 1, 1).data ?? []
      return red + green + blue
    }
    return [brightness(0.39), brightness(0.48)]
  })
  expect(corner).toBeGreaterThan(1.5 * (outside ?? Infinity))
  await ada.editor.save()
  await expect
    .poll(
      async () => (await workspace.ada.client.ok(chatEndpoints.getRoom, { id: room.id })).room.avatarVersion,
    )
    .toBe(1)
})
