import { chatEndpoints } from '../../api/contract/chat.ts'
import { photo, photoFile, renditionsOf } from '../support/photos.ts'
import { openGate } from '../support/tcp-gate.ts'
import { savePicture } from '../support/upload.ts'
import { expectAccessible, settle } from './accessibility-fixtures.ts'
import { expect, say, test } from './fixtures.ts'

const MARKDOWN = [
  '**bold** *slanted* `code` ~~gone~~ and https://example.org/path',
  '- first',
  '- second',
  '',
  '> quoted',
  '',
  '```',
  'const x = 1',
  '```',
].join('\n')

test('axe finds nothing before one has signed in, nor in an empty workspace', async ({
  api,
  newMember,
  open,
  openFresh,
}) => {
  const fresh = await openFresh()
  await fresh.signIn.waitUntilShown()
  await expectAccessible(fresh.page, 'sign-in')
  await fresh.page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(fresh.signIn.field('Username')).toHaveAttribute('aria-invalid', 'true')
  await expectAccessible(fresh.page, 'sign-in with faults')
  await fresh.signIn.useServer(api.url)
  await fresh.signIn.signIn({ username: 'nobody', password: 'not the password' })
  await expect(fresh.signIn.problem).toBeVisible()
  await expectAccessible(fresh.page, 'sign-in refused')
  await fresh.page.getByRole('button', { name: 'Create an account instead' }).click()
  await expectAccessible(fresh.page, 'register')

  const empty = await open(await newMember('Joan Clarke'))
  await expect(empty.page.getByText('Nothing here yet')).toBeVisible()
  await expectAccessible(empty.page, 'empty workspace')
})

test('axe finds nothing in a conversation', async ({ workspace, open }) => {
  const { ada, grace, dm, roomName } = workspace
  await savePicture(grace.client, await renditionsOf(await photo('jpeg')))
  await say(grace, dm.id, MARKDOWN)
  await say(ada, dm.id, `Look, @${grace.username}`)
  const { messages } = await ada.client.ok(chatEndpoints.listMessages, { id: dm.id })
  const messageId = messages[0]?.id ?? ''
  for (const { client } of [ada, grace])
    await client.ok(chatEndpoints.addReaction, { id: dm.id, messageId, emoji: '👍' })

  const { page, sidebar, conversation } = await open(ada)
  await sidebar.open('Grace Hopper')
  const message = conversation.message('Good morning, Grace.').first()
  await message.hover()
  await message.getByRole('button', { name: 'Reply' }).click()
  await expect(page.getByText('Answering')).toBeVisible()
  await expectAccessible(page, 'answering')
  await conversation.send('A quote above this')
  await expect(conversation.message('A quote above').getByRole('button', { name: /Answers/ })).toBeVisible()
  await expectAccessible(page, 'Markdown, reactions, a mention and a quote')

  await conversation.message('A quote above').hover()
  await expectAccessible(page, 'a message pointed at')
  await page.keyboard.press('ArrowUp')
  await expect(conversation.history.getByRole('textbox')).toBeFocused()
  await expectAccessible(page, 'changing a message')
  await page.keyboard.press('Escape')

  await message.hover()
  await message.getByRole('button', { name: 'React', exact: true }).click()
  await expect(page.getByLabel('Search emoji')).toBeFocused()
  await expect(page.getByRole('dialog', { name: 'Emoji' }).getByRole('gridcell').first()).toBeVisible()
  await expectAccessible(page, 'emoji picker')
  await page.keyboard.press('Escape')

  await sidebar.open(roomName)
  await conversation.composer.fill('@gra')
  await expect(page.getByRole('listbox', { name: 'People to mention' })).toBeVisible()
  await expectAccessible(page, 'people to mention')
  await page.keyboard.press('Escape')
  await conversation.delete('Good morning, Grace.')
  await expectAccessible(page, 'a deleted message')
})

test('axe finds nothing in any dialog or menu', async ({ workspace, open }) => {
  const { ada, grace, roomName } = workspace
  await savePicture(grace.client, await renditionsOf(await photo('jpeg')))
  const { page, sidebar, conversation, profile, editor, chooseFile } = await open(ada)
  await sidebar.open(roomName)

  async function look(name: string): Promise<void> {
    await expectAccessible(page, name)
    await page.keyboard.press('Escape')
  }

  await sidebar.openProfile()
  await profile.area.waitFor()
  await expectAccessible(page, 'profile card')
  await profile.openEditor()
  await editor.area.waitFor()
  await expectAccessible(page, 'picture editor, nothing chosen')
  await chooseFile(await photoFile('jpeg'))
  await editor.button('Choose a file…').click()
  await editor.waitUntilReady()
  await expectAccessible(page, 'picture editor')
  await editor.cancel()
  await profile.close()

  await conversation.header.getByRole('button', { name: 'Profile of Grace Hopper' }).click()
  await page.getByRole('dialog', { name: 'Profile' }).waitFor()
  await look('person card')

  await sidebar.area.getByRole('button', { name: 'New room' }).click()
  await page.getByRole('dialog', { name: 'New room' }).getByRole('option').first().waitFor()
  await look('new room')
  await sidebar.area.getByRole('button', { name: 'New direct message' }).click()
  await page.getByRole('dialog', { name: 'New direct message' }).getByRole('option').first().waitFor()
  await look('new direct message')

  await page.keyboard.press('Control+k')
  await page.getByRole('listbox', { name: 'Rooms and people' }).getByRole('option').first().waitFor()
  await expectAccessible(page, 'switcher')
  await page.getByLabel('Go to a room or person').fill('xyzzy')
  await expect(page.getByText('No room and nobody')).toBeVisible()
  await look('switcher, nothing found')

  await page.keyboard.press('Control+f')
  await page.getByLabel('Words to look for').fill('morning')
  await page.getByRole('list', { name: 'Messages found' }).getByRole('button').first().waitFor()
  await look('message search')

  await page.keyboard.press('F1')
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
  await look('keyboard map')

  const menu = conversation.header.getByRole('button', { name: 'Room menu' })
  await menu.click()
  await page.getByRole('menu').waitFor()
  await expectAccessible(page, 'room menu')
  await page.getByRole('menuitem', { name: 'Add people' }).click()
  await page.getByRole('dialog').waitFor()
  await look('add people')
  await menu.click()
  await page.getByRole('menuitem', { name: 'Leave room' }).click()
  await page.getByRole('alertdialog').waitFor()
  await look('leave room')
})

test('axe finds nothing while there is no server', async ({ api, workspace, open }) => {
  const { ada, roomName } = workspace
  const gate = await openGate(api.url)
  const { page, sidebar, conversation } = await open(ada, gate.url.replace(/\/$/, ''))
  await sidebar.open(roomName)
  await expect(conversation.message('Good morning, Ada.')).toBeVisible()
  gate.shut()
  await expect(page.getByRole('status').filter({ hasText: 'What you write is kept' })).toBeVisible()
  await conversation.send('Written without a server')
  await expect(conversation.message('Written without')).toContainText('Will be sent')
  await expectAccessible(page, 'offline, with a message that waits')
  await gate.close()
})

test('a screen reader finds its way: landmarks, headings, live regions', async ({ workspace, open }) => {
  const { page, sidebar, conversation } = await open(workspace.ada)
  await sidebar.open('Grace Hopper')
  await expect(page.getByRole('navigation')).toHaveAccessibleName('Conversations')
  await expect(page.getByRole('main')).toHaveCount(1)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Grace Hopper')
  await expect(sidebar.area.getByRole('heading', { level: 2 })).toHaveText(['Rooms', 'Direct messages'])
  await expect(conversation.history).toHaveRole('log')
  await expect(conversation.message('Good morning, Ada.')).toHaveAccessibleName(/^Grace Hopper, /)
  // What comes is read out once; what was there before, and what one says oneself, is not.
  const announced = page.getByRole('log').locator('..').locator('[aria-live=polite]')
  await expect(announced).toHaveText('')
  await say(workspace.grace, workspace.dm.id, 'Read this out')
  await expect(announced).toHaveText('Grace Hopper: Read this out')
})

test('in forced colours everything that matters keeps an edge', async ({ workspace, open }, info) => {
  const { page, sidebar, conversation } = await open(workspace.ada)
  await page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' })
  await sidebar.open('Grace Hopper')
  await settle(page)
  await page.screenshot({ path: info.outputPath('forced-colours.png') })
  // A chosen row differs from the others by more than its ground, which the system's colours take away.
  const outline = (name: string) =>
    sidebar.row(name).evaluate((row) => getComputedStyle(row).outlineStyle !== 'none')
  await page.mouse.move(600, 5)
  expect(await outline('Grace Hopper')).toBe(true)
  expect(await outline(workspace.roomName)).toBe(false)
  await conversation.composer.focus()
  await page.keyboard.press('Control+k')
  await page.getByRole('listbox').waitFor()
  await page.screenshot({ path: info.outputPath('forced-colours-dialog.png') })
  const edge = await page.getByRole('dialog').evaluate((dialog) => {
    const { borderTopStyle, outlineStyle } = getComputedStyle(dialog)
    return borderTopStyle !== 'none' || outlineStyle !== 'none'
  })
  expect(edge).toBe(true)
  await page.screenshot({ path: info.outputPath('forced-colours-dialog.png') })
})

test('with reduced motion nothing moves for longer than a moment', async ({ workspace, open }) => {
  const { page, sidebar } = await open(workspace.ada)
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await sidebar.open('Grace Hopper')
  await sidebar.openProfile()
  const longest = await page.evaluate(() =>
    Math.max(
      0,
      ...[...document.querySelectorAll('*')].flatMap((element) => {
        const { animationDuration, transitionDuration } = getComputedStyle(element)
        return [...animationDuration.split(','), ...transitionDuration.split(',')].map(Number.parseFloat)
      }),
    ),
  )
  expect(longest).toBeLessThanOrEqual(0.001)
})

test('who asks for more contrast gets it', async ({ workspace, open }) => {
  const { page, sidebar } = await open(workspace.ada)
  const faint = sidebar.row('Grace Hopper').locator('[class*=when]')
  const colours = () =>
    faint.evaluate((when) => [getComputedStyle(when).color, getComputedStyle(document.body).color])
  const [before, text] = await colours()
  expect(before).not.toBe(text)
  await page.emulateMedia({ contrast: 'more' })
  await expect.poll(async () => new Set(await colours()).size).toBe(1)
})
