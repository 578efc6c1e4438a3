import { expect, say, test } from './fixtures.ts'

test('Ctrl+K goes to a room or person by a few letters, also to one without a chat so far', async ({
  workspace,
  newMember,
  open,
}) => {
  const joan = await newMember('Joan Clarke')
  const ada = await open(workspace.ada)
  await ada.sidebar.waitUntilShown()
  const { page, conversation } = ada
  const field = page.getByLabel('Go to a room or person')
  const places = page.getByRole('listbox', { name: 'Rooms and people' }).getByRole('option')

  await page.keyboard.press('Control+k')
  await expect(field).toBeFocused()
  // The latest first.
  await expect(places).toHaveText([new RegExp(workspace.roomName), /Grace Hopper/])
  await field.fill('gho')
  await expect(places.first()).toContainText('Grace Hopper')
  await page.keyboard.press('Enter')
  await expect(conversation.header).toContainText('Grace Hopper')

  await page.keyboard.press('Control+k')
  await field.fill(joan.username)
  await expect(places.first()).toContainText('Joan Clarke')
  await page.keyboard.press('Enter')
  await expect(conversation.header).toContainText('Joan Clarke')

  await page.keyboard.press('Control+k')
  await field.fill('xyzzy')
  await expect(page.getByText('No room and nobody has this name.')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(field).toHaveCount(0)
})

test('messages are found by their words, narrowed, and opened in their context, however long ago', async ({
  workspace,
  open,
}) => {
  const { ada, grace, room, dm } = workspace
  await say(grace, room.id, 'The needle is here.')
  for (let n = 1; n <= 220; n += 1) await say(ada, room.id, `hay ${n}.`)
  await say(ada, dm.id, 'Another needle, in another stack.')
  const { page, conversation, sidebar } = await open(ada)
  await sidebar.open(workspace.roomName)
  await expect(conversation.message('hay 220.')).toBeVisible()

  await page.keyboard.press('Control+f')
  const found = page.getByRole('list', { name: 'Messages found' }).getByRole('listitem')
  await page.getByLabel('Words to look for').fill('needl')
  await expect(found).toHaveText([/Another needle/, /The needle is here/])
  await expect(found.locator('mark')).toHaveText(['needl', 'needl'])
  await page.getByLabel('From').selectOption({ label: 'Grace Hopper' })
  await expect(found).toHaveText([/The needle is here/])
  await page.keyboard.press('ArrowDown')
  await found.getByRole('button').click()

  await expect(conversation.message('The needle is here.')).toBeInViewport()
  await expect(conversation.message('hay 1.').first()).toBeInViewport()
  await expect(conversation.message('hay 220.')).toHaveCount(0)
  // What is said now is not put behind the past; the way back is one press.
  await say(grace, room.id, 'said just now')
  await expect(conversation.message('said just now')).toHaveCount(0)
  await page.getByRole('button', { name: /latest message|new message/ }).click()
  await expect(conversation.message('said just now')).toBeInViewport()
  await expect(conversation.message('hay 220.')).toBeVisible()

  await page.keyboard.press('Control+f')
  await page.getByLabel('Words to look for').fill('no such thing')
  await expect(page.getByText('No message has all of these words.')).toBeVisible()
})
