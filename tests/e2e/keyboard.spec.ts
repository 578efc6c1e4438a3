import type { Page } from '@playwright/test'
import { expect, say, test } from './fixtures.ts'

/** Waits until the window has been drawn that many times. */
const framesPass = (page: Page, count: number): Promise<void> =>
  page.evaluate(async (frames) => {
    for (let n = 0; n < frames; n += 1) await new Promise(requestAnimationFrame)
  }, count)

test('? and F1 list every shortcut, except while one writes', async ({ workspace, open }, info) => {
  const { page, sidebar, conversation } = await open(workspace.ada)
  await sidebar.open('Grace Hopper')
  const map = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await expect(conversation.composer).toBeFocused()
  await page.keyboard.press('?')
  await expect(conversation.composer).toHaveValue('?')
  await expect(map).toHaveCount(0)
  await conversation.composer.fill('')

  await page.keyboard.press('F1')
  await expect(map.getByRole('heading', { level: 3 })).toHaveText([
    'Going around',
    'Conversations',
    'Writing',
    'Looking at an image',
    'Editing a picture',
    'Everything',
  ])
  await expect(map).toContainText('New room')
  await page.screenshot({ path: info.outputPath('keyboard-map.png') })
  // What lies behind it is out of reach.
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('dialog')).toHaveCount(1)
  await page.keyboard.press('Escape')
  await expect(map).toHaveCount(0)

  await conversation.history.focus()
  await page.keyboard.press('?')
  await expect(map).toBeVisible()
})

test('keys lead through the conversations, to the next that is unread, and begin new ones', async ({
  workspace,
  newMember,
  open,
}) => {
  const { ada, grace, room, dm, roomName } = workspace
  const { page, sidebar, conversation } = await open(ada)
  await sidebar.open(roomName)
  await expect(sidebar.row('Grace Hopper')).toHaveAccessibleName(/unread/)
  await page.keyboard.press('Alt+ArrowDown')
  await expect(conversation.header).toContainText('Grace Hopper')
  await expect(sidebar.row('Grace Hopper')).not.toHaveAccessibleName(/unread/)
  await page.keyboard.press('Alt+ArrowDown')
  await expect(conversation.header).toContainText(roomName)
  await page.keyboard.press('Alt+ArrowUp')
  await expect(conversation.header).toContainText('Grace Hopper')

  // Nothing is unread: it stays.
  await page.keyboard.press('Alt+Shift+ArrowDown')
  await expect(conversation.header).toContainText('Grace Hopper')
  await say(grace, room.id, 'unread in the room')
  await expect(sidebar.row(roomName)).toHaveAccessibleName(/1 unread message/)
  await page.keyboard.press('Alt+Shift+ArrowUp')
  await expect(conversation.header).toContainText(roomName)
  await say(grace, dm.id, 'unread in the chat')
  await expect(sidebar.row('Grace Hopper')).toHaveAccessibleName(/1 unread message/)
  await page.keyboard.press('Alt+Shift+ArrowDown')
  await expect(conversation.header).toContainText('Grace Hopper')

  await newMember('Joan Clarke')
  await page.keyboard.press('Control+n')
  await expect(page.getByRole('dialog', { name: 'New direct message' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await page.keyboard.press('Control+Shift+n')
  await expect(page.getByRole('dialog', { name: 'New room' })).toBeVisible()
})

test('Esc marks the open conversation read and goes to its end, unless it has something else to close', async ({
  workspace,
  open,
}) => {
  const { ada, grace, dm } = workspace
  for (let n = 1; n <= 60; n += 1) await say(grace, dm.id, `line ${n}.`)
  const { page, sidebar, conversation } = await open(ada)
  await sidebar.open('Grace Hopper')
  await expect(conversation.message('line 60.')).toBeInViewport()
  await conversation.history.hover()
  // While rows are measured for the first time the list holds on to its end: turn the wheel until the list stays where it is turned to.
  await expect(async () => {
    await page.mouse.wheel(0, -400)
    await framesPass(page, 20)
    await expect(conversation.message('line 50.')).not.toBeInViewport({ timeout: 100 })
  }).toPass()
  await say(grace, dm.id, 'come down')
  await expect(sidebar.row('Grace Hopper')).toHaveAccessibleName(/unread/)

  // First it closes what lies over the window.
  await page.keyboard.press('Control+k')
  await expect(page.getByLabel('Go to a room or person')).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(conversation.message('come down')).not.toBeInViewport()
  await expect(sidebar.row('Grace Hopper')).toHaveAccessibleName(/unread/)

  await page.keyboard.press('Escape')
  await expect(conversation.message('come down')).toBeInViewport()
  await expect(sidebar.row('Grace Hopper')).not.toHaveAccessibleName(/unread/)
})

test('F6 goes from the list to the messages to the composer, and round', async ({ workspace, open }) => {
  const { page, sidebar, conversation } = await open(workspace.ada)
  await sidebar.open('Grace Hopper')
  await expect(conversation.composer).toBeFocused()
  await page.keyboard.press('F6')
  await expect(sidebar.row('Grace Hopper')).toBeFocused()
  await page.keyboard.press('F6')
  await expect(conversation.history).toBeFocused()
  await page.keyboard.press('F6')
  await expect(conversation.composer).toBeFocused()
  await page.keyboard.press('Shift+F6')
  await expect(conversation.history).toBeFocused()
})
