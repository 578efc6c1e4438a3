import { chatEndpoints } from '../../api/contract/chat.ts'
import { photoFile } from '../support/photos.ts'
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
