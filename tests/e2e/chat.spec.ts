import { chatEndpoints } from '../../api/contract/chat.ts'
import { expect, say, test } from './fixtures.ts'

test('a message is there at once for the sender and, without doing anything, for the other', async ({
  workspace,
  open,
}) => {
  const [ada, grace] = await Promise.all([open(workspace.ada), open(workspace.grace)])
  await ada.sidebar.open('Grace Hopper')
  await grace.sidebar.open('Ada Lovelace')
  await ada.conversation.send('The engine is running.')
  await expect(ada.conversation.message('The engine is running.')).toBeVisible()
  await expect(grace.conversation.message('The engine is running.')).toBeVisible()
  await expect(ada.conversation.composer).toHaveValue('')
})

test('shift and enter break the line, enter sends', async ({ workspace, open }) => {
  const ada = await open(workspace.ada)
  await ada.sidebar.open('Grace Hopper')
  await ada.conversation.composer.click()
  await ada.page.keyboard.type('first line')
  await ada.page.keyboard.press('Shift+Enter')
  await ada.page.keyboard.type('second line')
  await ada.page.keyboard.press('Enter')
  await expect(ada.conversation.message('second line')).toContainText('first line')
  // It shows before the server has it.
  await expect
    .poll(async () => {
      const { messages } = await workspace.grace.client.ok(chatEndpoints.listMessages, {
        id: workspace.dm.id,
      })
      return messages.at(-1)?.body
    })
    .toBe('first line\nsecond line')
})

test('one edits and deletes one’s own messages, and the other sees it', async ({ workspace, open }) => {
  const [ada, grace] = await Promise.all([open(workspace.ada), open(workspace.grace)])
  await ada.sidebar.open('Grace Hopper')
  await grace.sidebar.open('Ada Lovelace')
  await ada.conversation.send('Bernouli')
  await expect(grace.conversation.message('Bernouli')).toBeVisible()

  await ada.conversation.edit('Bernouli', 'Bernoulli')
  await expect(grace.conversation.message('Bernoulli')).toContainText('edited')

  await ada.conversation.delete('Bernoulli')
  await expect(grace.conversation.message('Message deleted')).toBeVisible()
  await expect(grace.conversation.message('Bernoulli')).toHaveCount(0)
  // What can be done with a message is made once somebody points at it.
  for (const text of ['Good morning, Grace.', 'Good morning, Ada.'])
    await grace.conversation.message(text).hover()
  await expect(
    grace.conversation.message('Good morning, Ada.').getByRole('button', { name: 'Delete' }),
  ).toBeVisible()
  await expect(
    grace.conversation.message('Good morning, Grace.').getByRole('button', { name: 'Delete' }),
  ).toHaveCount(0)
})

test('unread messages are counted until they are looked at', async ({ workspace, open }) => {
  const grace = await open(workspace.grace)
  await grace.sidebar.open(workspace.roomName)
  await say(workspace.ada, workspace.dm.id, 'one')
  await say(workspace.ada, workspace.dm.id, 'two')
  const row = grace.sidebar.row('Ada Lovelace')
  // Good morning, and these two.
  await expect(row).toHaveAccessibleName(/3 unread messages/)
  await row.click()
  await expect(grace.conversation.message('two')).toBeVisible()
  await expect
    .poll(async () => {
      const { room } = await workspace.grace.client.ok(chatEndpoints.getRoom, { id: workspace.dm.id })
      return room.unreadCount
    })
    .toBe(0)
  await expect(row).not.toHaveAccessibleName(/unread/)
})

test('who is typing is shown to the others, and who is there', async ({ workspace, open }) => {
  const ada = await open(workspace.ada)
  await ada.sidebar.open('Grace Hopper')
  await expect(ada.conversation.header).toContainText(/offline/i)
  const grace = await open(workspace.grace)
  await grace.sidebar.open('Ada Lovelace')
  await expect(ada.conversation.header).toContainText(/online/i)
  await grace.conversation.composer.click()
  await grace.page.keyboard.type('Well')
  await expect(ada.conversation.typingLine).toContainText('Grace')
})

test('history is paged upwards without jumping', async ({ workspace, open }) => {
  for (let n = 1; n <= 130; n += 1) await say(workspace.ada, workspace.room.id, `note number ${n}.`)
  const grace = await open(workspace.grace)
  await grace.sidebar.open(workspace.roomName)
  await expect(grace.conversation.message('note number 130.')).toBeVisible()
  await grace.conversation.history.hover()
  await expect(async () => {
    await grace.page.mouse.wheel(0, -1500)
    await expect(grace.conversation.message('note number 1.')).toBeVisible({ timeout: 300 })
  }).toPass({ timeout: 30_000 })
})

test('a room is created with people found by name, and a direct chat opened', async ({
  workspace,
  newMember,
  open,
}) => {
  const joan = await newMember('Joan Clarke')
  const ada = await open(workspace.ada)
  await ada.sidebar.waitUntilShown()
  await ada.sidebar.createRoom('Hut eight', [joan.username])
  await expect(ada.conversation.header).toContainText('Hut eight')
  await ada.conversation.send('Welcome, Joan.')

  const other = await open(joan)
  await other.sidebar.open('Hut eight')
  await expect(other.conversation.message('Welcome, Joan.')).toBeVisible()

  await ada.sidebar.openDirectChat(joan.username)
  await expect(ada.conversation.header).toContainText('Joan Clarke')
})

test('a message that the server refuses stays, with the reason, and goes with Retry', async ({
  workspace,
  open,
}) => {
  const ada = await open(workspace.ada)
  await ada.sidebar.open(workspace.roomName)
  await ada.conversation.send('before')
  await ada.app.evaluate(({ net }) => {
    const { fetch } = net
    let refused = false
    net.fetch = async (url, init) => {
      if (refused || init?.method !== 'POST' || !JSON.stringify(init.body).includes('Is anybody'))
        return fetch(url, init)
      refused = true
      // A body that the API refuses in earnest.
      return fetch(url, { ...init, body: '{"clientId":1}' })
    }
  })
  await ada.conversation.send('Is anybody there?')
  const message = ada.conversation.message('Is anybody there?')
  await expect(message).toContainText('Not sent.')
  await message.getByRole('button', { name: 'Retry' }).click()
  await expect(message).not.toContainText('Not sent.')
  await expect
    .poll(async () => {
      const { messages } = await workspace.grace.client.ok(chatEndpoints.listMessages, {
        id: workspace.room.id,
      })
      return messages.map(({ body }) => body).slice(-2)
    })
    .toEqual(['before', 'Is anybody there?'])
})

test('after the API was away, what was missed is there', async ({ ownApi, open }) => {
  const { api, workspace } = ownApi
  const grace = await open(workspace.grace, api.url)
  await grace.sidebar.open('Ada Lovelace')
  await expect(grace.conversation.message('Good morning, Grace.')).toBeVisible()
  const port = new URL(api.url).port
  await api.kill()
  await ownApi.startAgain(port)
  await say(workspace.ada, workspace.dm.id, 'Said while you were away.')
  await expect(grace.conversation.message('Said while you were away.')).toBeVisible({ timeout: 30_000 })
})
