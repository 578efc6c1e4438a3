import type { ElectronApplication, Page } from '@playwright/test'
import { chatEndpoints, type Room } from '../../api/contract/chat.ts'
import { desktopHost } from '../electron-standin/host.ts'
import { StandInSystem } from '../support/standin.ts'
import { openGate } from '../support/tcp-gate.ts'
import { expect, say, test, type Member } from './fixtures.ts'
import { Settings } from './screens/settings.ts'

// What a system shows can only be seen where the stand-in records it.
test.skip(desktopHost().name !== 'standin', 'Only the stand-in tells what the system shows.')

/** How much the program's icon says is unread. */
const badge = (app: ElectronApplication): Promise<number> => app.evaluate(({ app }) => app.getBadgeCount())

/** Waits until everything is known that was there before: one unread message in each of the two rooms. */
const settled = (app: ElectronApplication): Promise<void> => expect.poll(() => badge(app)).toBe(2)

/** Somebody looks at another program. */
async function lookAway(page: Page): Promise<void> {
  await page.evaluate(() => {
    document.hasFocus = () => false
    window.dispatchEvent(new Event('blur'))
  })
}

test('a message notifies with who wrote it, and pressing opens its room', async ({ workspace, open }) => {
  const { ada, grace, dm, room, roomName } = workspace
  const { app, page, sidebar, conversation } = await open(ada)
  const system = new StandInSystem(app)
  await settled(app)
  await sidebar.open(roomName)
  await expect(conversation.composer).toBeVisible()
  expect(await system.notifications(), 'of what was there before').toEqual([])

  await say(grace, dm.id, 'Are you there?')
  await expect
    .poll(() => system.notifications())
    .toEqual([{ title: 'Grace Hopper', body: 'Are you there?', hasIcon: true, hasReply: true }])

  await say(grace, room.id, 'In the open room')
  await expect(conversation.message('In the open room')).toBeVisible()
  expect(await system.notifications(), 'of the room that is open').toHaveLength(1)

  await system.press('Grace Hopper')
  await expect(conversation.header).toContainText('Grace Hopper')
  await expect(conversation.message('Are you there?')).toBeVisible()
  await expect.poll(() => system.notifications(), 'once it is read').toEqual([])

  await lookAway(page)
  await say(grace, dm.id, 'And now?')
  await expect.poll(() => system.notifications()).toMatchObject([{ title: 'Grace Hopper', body: 'And now?' }])
})

test('several of one room are one, and gone once they are read elsewhere', async ({ workspace, open }) => {
  const { ada, grace, dm, room, roomName } = workspace
  const { app } = await open(ada)
  const system = new StandInSystem(app)
  await settled(app)
  for (const text of ['One', 'Two', 'Three']) await say(grace, room.id, text)
  await say(grace, dm.id, 'Apart')
  await expect
    .poll(() => system.notifications())
    .toMatchObject([
      { title: `3 new messages in ${roomName}`, body: 'Grace Hopper: Three' },
      { title: 'Grace Hopper', body: 'Apart' },
    ])

  await ada.client.ok(chatEndpoints.markRead, { id: room.id, seq: 5 })
  await expect.poll(() => system.notifications()).toMatchObject([{ title: 'Grace Hopper' }])
  await say(grace, room.id, 'Four')
  await expect
    .poll(() => system.notifications())
    .toMatchObject([{ title: 'Grace Hopper' }, { title: `Grace Hopper in ${roomName}`, body: 'Four' }])
})

test('pressing leads to the first message that was told, however many have come since', async ({
  workspace,
  open,
}) => {
  const { ada, grace, dm } = workspace
  const { app, conversation } = await open(ada)
  const system = new StandInSystem(app)
  await settled(app)
  await say(grace, dm.id, 'The question.')
  for (let n = 1; n <= 90; n += 1) await say(grace, dm.id, `and ${n}.`)
  const title = '91 new messages from Grace Hopper'
  await expect.poll(() => system.notifications()).toMatchObject([{ title, body: 'and 90.' }])

  await system.press(title)
  await expect(conversation.message('The question.')).toBeInViewport()
  await expect(conversation.message('and 1.').first()).toBeInViewport()
  await expect(conversation.message('and 90.')).not.toBeInViewport()
})

test('an answer in the notification is sent', async ({ workspace, open }) => {
  const { ada, grace, dm } = workspace
  const { app, sidebar, conversation } = await open(ada)
  const system = new StandInSystem(app)
  await settled(app)
  await say(grace, dm.id, 'Lunch?')
  await expect.poll(() => system.notifications()).toHaveLength(1)
  await system.reply('Grace Hopper', 'At noon.')
  await expect
    .poll(async () => {
      const { messages } = await grace.client.ok(chatEndpoints.listMessages, { id: dm.id })
      return messages.at(-1)
    })
    .toMatchObject({ body: 'At noon.', senderId: ada.user.id })
  // Whoever answers has read.
  await expect(sidebar.row('Grace Hopper')).not.toHaveAccessibleName(/unread/)
  await expect.poll(() => system.notifications()).toEqual([])
  await sidebar.open('Grace Hopper')
  await expect(conversation.message('At noon.')).toBeVisible()
})

test('neither a muted room nor do-not-disturb nor the choice of nothing notifies; content can be left out', async ({
  workspace,
  open,
}) => {
  const { ada, grace, dm, room, roomName } = workspace
  const { app, page, sidebar } = await open(ada)
  const system = new StandInSystem(app)
  await settled(app)
  const settings = new Settings(page)
  // What is read by nobody is counted, but for what is muted.
  await sidebar.open(roomName)
  await expect.poll(() => badge(app)).toBe(1)
  await page.getByRole('button', { name: 'Room menu' }).click()
  await page.getByRole('menuitem', { name: 'Mute' }).click()
  await expect(sidebar.row(roomName)).toHaveAccessibleName(/muted/)
  await lookAway(page)
  await say(grace, room.id, 'Muted')
  await say(grace, dm.id, 'One')
  await expect.poll(() => system.notifications()).toMatchObject([{ title: 'Grace Hopper', body: 'One' }])
  await expect.poll(() => badge(app)).toBe(2)

  await settings.open('Notifications')
  await settings.toggle('Show what was written').click()
  await say(grace, dm.id, 'A secret')
  await expect
    .poll(() => system.notifications())
    .toMatchObject([{ title: '2 new messages from Grace Hopper', body: '' }])

  await settings.pick('Notify me about', 'Direct and mentions')
  await page.keyboard.press('Escape')
  const other = await newRoomOf(grace, ada.user.id)
  await say(grace, other.id, 'To everybody')
  await say(grace, other.id, `To you, @${ada.username.toUpperCase()}!`)
  await expect
    .poll(() => system.notifications())
    .toMatchObject([{ title: '2 new messages from Grace Hopper' }, { title: 'Grace Hopper in Another room' }])

  await system.chooseInTray('rest-1-hour')
  await say(grace, dm.id, 'Not now')
  await expect.poll(() => badge(app)).toBe(6)
  expect(await system.notifications(), 'while not to be disturbed').toHaveLength(2)
  await system.chooseInTray('disturb-again')
  await say(grace, dm.id, 'Now')
  await expect
    .poll(() => system.notifications())
    .toMatchObject([{ title: 'Grace Hopper in Another room' }, { title: '3 new messages from Grace Hopper' }])
})

test('what came during an absence is told once, all of it', async ({ api, workspace, open }) => {
  const { ada, grace, dm, room } = workspace
  const gate = await openGate(api.url)
  const { app, page, sidebar } = await open(ada, gate.url.replace(/\/$/, ''))
  const system = new StandInSystem(app)
  await settled(app)
  await expect(sidebar.ownPicture).toContainText('Online')
  gate.shut()
  await expect(sidebar.ownPicture).not.toContainText('Online')
  for (const text of ['One', 'Two']) await say(grace, room.id, text)
  await say(grace, dm.id, 'Three')
  gate.reopen()
  await page.evaluate(() => window.medallion.socket.wake())
  await expect
    .poll(() => system.notifications())
    .toMatchObject([{ title: '3 new messages', body: 'In 2 conversations while you were away.' }])
  await say(grace, room.id, 'Four')
  await expect.poll(() => system.notifications()).toHaveLength(2)
  await gate.close()
})

test('who signs out leaves no notification and no count behind', async ({ workspace, open }) => {
  const { ada, dm, grace } = workspace
  const { app, page, sidebar } = await open(ada)
  const system = new StandInSystem(app)
  await settled(app)
  await say(grace, dm.id, 'For Ada')
  await expect.poll(() => system.notifications()).toHaveLength(1)
  await expect.poll(async () => (await system.tray())?.toolTip).toBe('Medallion: 3 unread messages')
  await sidebar.openProfile()
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click()
  await expect.poll(() => system.notifications()).toEqual([])
  await expect.poll(async () => (await system.tray())?.toolTip).toBe('Medallion')
})

async function newRoomOf(owner: Member, memberId: string): Promise<Room> {
  const { room } = await owner.client.ok(chatEndpoints.createRoom, {
    name: 'Another room',
    memberIds: [memberId],
  })
  return room
}
