import type { Page } from '@playwright/test'
import { chatEndpoints, type Message } from '../../api/contract/chat.ts'
import { sessionEndpoints } from '../../api/contract/session.ts'
import { launchDesktop, type Desktop } from '../support/launch-desktop.ts'
import { openGate, type TcpGate } from '../support/tcp-gate.ts'
import { expect, say, test as base, type Member, type Workspace } from './fixtures.ts'

/** Ada at her desktop, with the way to the server in the test's hands. */
interface Station {
  workspace: Workspace
  gate: TcpGate
  desktop: Desktop
}

const test = base.extend<{ station: Station; userData: string }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright asks for a destructured first parameter
  userData: async ({}, use, info) => {
    await use(info.outputPath('desktop'))
  },

  station: async ({ workspace, api, userData }, use) => {
    const gate = await openGate(api.url)
    const server = gate.url.replace(/\/$/, '')
    const desktop = await launchDesktop({ userData, session: { server, token: workspace.ada.token } })
    await use({ workspace, gate, desktop })
    await desktop.close()
    await gate.close()
  },
})

const offlineLine = (page: Page) => page.getByRole('status').filter({ hasText: 'What you write is kept' })

/** What a room's messages say, as the server has them. */
async function said({ client }: Member, id: string): Promise<Message[]> {
  return (await client.ok(chatEndpoints.listMessages, { id, limit: 200 })).messages
}

/** Opens the room, and waits until everything is whole here and kept on disk. */
async function settleIn({ desktop, workspace }: Station): Promise<void> {
  await desktop.sidebar.open(workspace.roomName)
  await expect(desktop.conversation.message('Good morning, Ada.')).toBeVisible()
  await kept(desktop, 'Good morning, Ada.')
}

/** Waits until what is on the screen is kept for the next start. */
async function kept({ page }: Desktop, text: string): Promise<void> {
  await expect
    .poll(async () => JSON.stringify(await page.evaluate(() => window.medallion.snapshot.read())))
    .toContain(text)
}

test('without a server the program opens at once with what was known: rooms, messages, what was being written', async ({
  station,
}) => {
  const { desktop, gate, workspace } = station
  await settleIn(station)
  await desktop.conversation.composer.fill('Half a thought')
  await kept(desktop, 'Half a thought')

  const again = await desktop.restart(() => gate.shut())
  await expect(again.sidebar.row('Grace Hopper')).toBeVisible()
  await expect(again.sidebar.row(workspace.roomName)).toHaveAttribute('aria-current', /true|page/)
  await expect(again.conversation.message('Good morning, Ada.')).toBeVisible()
  await expect(again.conversation.composer).toHaveValue('Half a thought')
  // Rooms that were never opened, too.
  await again.sidebar.open('Grace Hopper')
  await expect(again.conversation.message('Good morning, Grace.')).toBeVisible()
  await expect(again.page.getByRole('progressbar')).toHaveCount(0)
  await expect(offlineLine(again.page)).toBeVisible()
})

test('what was written in the second before the program ends is there at the next start', async ({
  station,
}) => {
  await settleIn(station)
  const { desktop } = station
  await desktop.conversation.composer.fill('Written in the last second')
  const again = await desktop.restart()
  await expect(again.conversation.composer).toHaveValue('Written in the last second')
})

test('what was missed comes by replay, and nothing is fetched for it', async ({ station }) => {
  const { desktop, gate, workspace } = station
  const { ada, grace, room, dm } = workspace
  for (const body of ['to be changed', 'to be deleted']) await say(grace, room.id, body)
  await settleIn(station)
  await expect(desktop.conversation.message('to be deleted')).toBeVisible()
  // The list of rooms, the people and the histories are whole: from now on each request counts.
  await kept(desktop, 'Good morning, Grace.')
  await desktop.app.evaluate(({ net }) => {
    const { fetch } = net
    const asked: string[] = []
    Object.assign(globalThis, { asked })
    net.fetch = (url, init) => {
      asked.push(`${init?.method ?? 'GET'} ${new URL(typeof url === 'string' ? url : url.url).pathname}`)
      return fetch(url, init)
    }
  })
  gate.shut()
  await expect(desktop.sidebar.ownPicture).toContainText('Offline')

  const messages = await said(grace, room.id)
  const idOf = (body: string) => messages.find((message) => message.body === body)?.id ?? ''
  await grace.client.ok(chatEndpoints.editMessage, {
    id: room.id,
    messageId: idOf('to be changed'),
    body: 'changed while you were away',
  })
  await grace.client.ok(chatEndpoints.deleteMessage, { id: room.id, messageId: idOf('to be deleted') })
  await say(grace, room.id, 'said while you were away')
  await say(grace, dm.id, 'and here')
  await grace.client.ok(sessionEndpoints.updateMe, { displayName: 'Admiral Hopper' })
  const { room: other } = await grace.client.ok(chatEndpoints.createRoom, {
    name: 'Made while away',
    memberIds: [ada.user.id],
  })
  gate.reopen()

  await expect(desktop.conversation.message('said while you were away')).toBeVisible()
  await expect(desktop.conversation.message('changed while you were away')).toBeVisible()
  await expect(desktop.conversation.message('Message deleted')).toBeVisible()
  await expect(desktop.sidebar.row('Admiral Hopper')).toHaveAccessibleName(/2 unread messages/)
  await expect(desktop.sidebar.row('Made while away')).toBeVisible()
  const asked = await desktop.app.evaluate(() => Reflect.get(globalThis, 'asked') as string[])
  // What is looked at is marked read; a room that is new here is made ready to be opened.
  const expected = [`PUT /api/rooms/${room.id}/read`, `GET /api/rooms/${other.id}/messages`]
  expect(asked.filter((request) => !expected.includes(request))).toEqual([])
})

test('messages written without a server wait, survive the end of the program, and go out in order, once', async ({
  station,
}) => {
  const { desktop, gate, workspace } = station
  const { grace, room } = workspace
  await settleIn(station)
  gate.shut()
  const bodies = Array.from({ length: 20 }, (_, n) => `written offline, number ${n + 1}`)
  for (const body of bodies) await desktop.conversation.send(body)
  // What main has taken over says so; only what the page is about to hand over could go with it.
  await expect(desktop.conversation.message('written offline, number 20')).toContainText('Will be sent when')

  // Killed with all of them waiting, and once more in the middle of sending.
  const second = await desktop.crash()
  await expect(second.conversation.message('written offline, number 20')).toBeVisible()
  const third = await second.crash(() => gate.delay(200))
  gate.reopen()
  await expect.poll(async () => (await said(grace, room.id)).length, { timeout: 60_000 }).toBeGreaterThan(4)
  const fourth = await third.crash(() => gate.delay(0))

  await expect
    .poll(async () => (await said(grace, room.id)).at(-1)?.body, { timeout: 60_000 })
    .toBe('written offline, number 20')
  const sent = (await said(grace, room.id)).map(({ body }) => body).slice(2)
  expect(sent).toEqual(bodies)
  await expect(fourth.conversation.history).not.toContainText('Will be sent when')
  expect((await fourth.conversation.texts()).slice(-3)).toEqual(bodies.slice(-3))
  process.stdout.write(
    `outbox: ${bodies.length} messages written offline, program killed 3 times: ` +
      `lost ${bodies.filter((body) => !sent.includes(body)).length}, doubled ${sent.length - new Set(sent).size}, reordered 0\n`,
  )
})

test('changes made without a server show at once and are made later: edits, deletions, of waiting messages too', async ({
  station,
}) => {
  const { desktop, gate, workspace } = station
  const { ada, grace, room } = workspace
  for (const body of ['mine to change', 'mine to delete']) await say(ada, room.id, body)
  await settleIn(station)
  await expect(desktop.conversation.message('mine to delete')).toBeVisible()
  gate.shut()
  await expect(desktop.sidebar.ownPicture).toContainText('Offline')

  const { conversation } = desktop
  await conversation.edit('mine to change', 'mine, changed')
  await expect(conversation.message('mine, changed')).toContainText('Will be changed when')
  await conversation.delete('mine to delete')
  await expect(conversation.message('mine to delete')).toHaveCount(0)
  await conversation.send('waiting with a misteak')
  await expect(conversation.message('waiting with a misteak')).toContainText('Will be sent when')
  await conversation.edit('waiting with a misteak', 'waiting without a mistake')
  await conversation.send('never to be sent')
  await conversation.message('never to be sent').getByRole('button', { name: 'Discard' }).click()
  await expect(conversation.message('never to be sent')).toHaveCount(0)

  gate.reopen()
  await expect(conversation.history).not.toContainText('Will be', { timeout: 40_000 })
  const bodies = (await said(grace, room.id)).map(({ body }) => body)
  expect(bodies.slice(2)).toEqual(['mine, changed', '', 'waiting without a mistake'])
  await expect(conversation.message('mine, changed')).toContainText('edited')
  await expect(conversation.message('waiting without a mistake')).toHaveCount(1)
})

test('what was read without a server is read for everyone later', async ({ station }) => {
  const { desktop, gate, workspace } = station
  const { ada, grace, dm } = workspace
  await settleIn(station)
  await say(grace, dm.id, 'read me')
  await expect(desktop.sidebar.row('Grace Hopper')).toHaveAccessibleName(/unread/)
  await kept(desktop, 'read me')
  gate.shut()
  await desktop.sidebar.open('Grace Hopper')
  await expect(desktop.sidebar.row('Grace Hopper')).not.toHaveAccessibleName(/unread/)

  const again = await desktop.crash(() => gate.reopen())
  await again.sidebar.waitUntilShown()
  const unread = async () => (await ada.client.ok(chatEndpoints.getRoom, { id: dm.id })).room.unreadCount
  await expect.poll(unread).toBe(0)
})

test('a message that the server refuses says why; the next ones go out', async ({ station }) => {
  const { desktop, gate, workspace } = station
  const { ada, room } = workspace
  await settleIn(station)
  gate.shut()
  await desktop.conversation.send('into a room that I have left')
  await ada.client.ok(chatEndpoints.leaveRoom, { id: room.id })
  await desktop.sidebar.open('Grace Hopper')
  await desktop.conversation.send('to somebody who is there')
  gate.reopen()
  await expect
    .poll(async () => (await said(workspace.grace, workspace.dm.id)).at(-1)?.body, { timeout: 40_000 })
    .toBe('to somebody who is there')
})

test('after sleep, and after a change of the network, the connection is made anew at once', async ({
  station,
}) => {
  const { desktop, gate, workspace } = station
  await settleIn(station)

  // Open, and dead: as links are after sleep. What it carried before is gone with it.
  gate.stall()
  await desktop.app.evaluate(({ powerMonitor }) => void powerMonitor.emit('suspend'))
  gate.shut()
  await say(workspace.grace, workspace.room.id, 'said while it slept')
  gate.reopen()
  await desktop.app.evaluate(({ powerMonitor }) => void powerMonitor.emit('resume'))
  await expect(desktop.conversation.message('said while it slept')).toBeVisible({ timeout: 3_000 })

  // Here nothing tells that the link is dead; only the ping does.
  gate.stall()
  await say(workspace.grace, workspace.room.id, 'said into a dead line')
  await desktop.page.evaluate(() => window.dispatchEvent(new Event('online')))
  await expect(desktop.sidebar.ownPicture).toContainText(/Offline|Connecting/, { timeout: 8_000 })
  gate.reopen()
  await expect(desktop.conversation.message('said into a dead line')).toBeVisible({ timeout: 20_000 })
})

test('one line says that there is no connection, and only where that lasts', async ({ station }) => {
  const { desktop, gate } = station
  await settleIn(station)
  const line = offlineLine(desktop.page)
  await desktop.page.evaluate(() => {
    new MutationObserver(() => {
      if (document.body.textContent.includes('What you write is kept')) Reflect.set(window, 'lineSeen', true)
    }).observe(document.body, { childList: true, subtree: true })
  })
  gate.shut()
  await expect(desktop.sidebar.ownPicture).toContainText('Offline')
  gate.reopen()
  await expect(desktop.sidebar.ownPicture).toContainText('Online')
  expect(await desktop.page.evaluate(() => Reflect.has(window, 'lineSeen'))).toBe(false)

  gate.shut()
  await expect(line).toBeVisible()
  gate.reopen()
  await line.getByRole('button', { name: 'Try now' }).click()
  await expect(line).toHaveCount(0)
})

test('who signs out before everything is sent is asked; the next account neither sees nor sends it', async ({
  station,
}) => {
  const { desktop, gate, workspace } = station
  const { ada, grace, room } = workspace
  await settleIn(station)
  gate.shut()
  await desktop.conversation.send('for later')
  await expect(desktop.conversation.message('for later')).toContainText('Will be sent when')
  await desktop.sidebar.openProfile()
  await desktop.page.getByRole('button', { name: 'Sign out' }).click()
  const question = desktop.page.getByRole('alertdialog')
  await expect(question).toContainText('One message or change has not been sent')
  await question.getByRole('button', { name: 'Sign out' }).click()

  gate.reopen()
  await desktop.signIn.signIn(grace)
  await desktop.sidebar.open(workspace.roomName)
  await expect(desktop.conversation.message('Good morning, Ada.')).toBeVisible()
  await expect(desktop.conversation.message('for later')).toHaveCount(0)
  expect((await said(grace, room.id)).map(({ body }) => body)).not.toContain('for later')

  await desktop.sidebar.openProfile()
  await desktop.page.getByRole('button', { name: 'Sign out' }).click()
  await desktop.signIn.signIn(ada)
  await expect.poll(async () => (await said(grace, room.id)).at(-1)?.body).toBe('for later')
})
