import { chatEndpoints } from '../../api/contract/chat.ts'
import { expect, say, test, type Member } from './fixtures.ts'

const react = async ({ client }: Member, roomId: string, body: string, emoji: string) => {
  const { messages } = await client.ok(chatEndpoints.listMessages, { id: roomId })
  const messageId = messages.find((message) => message.body === body)?.id ?? ''
  await client.ok(chatEndpoints.addReaction, { id: roomId, messageId, emoji })
}

test('Markdown is drawn, and what would be dangerous is words', async ({ workspace, open }) => {
  const ada = await open(workspace.ada)
  await ada.sidebar.open('Grace Hopper')
  const lines = [
    '**bold** *slanted* `code` ~~gone~~ and https://example.org/path',
    '- first',
    '- second',
    '',
    '> quoted',
    '',
    '```',
    'const x = "<b>"',
    '```',
    '',
    '# 1 problem <img src=x onerror=alert(1)> <script>alert(2)</script> [x](javascript:alert(3)) ![a](https://example.org/a.png)',
  ]
  await say(workspace.grace, workspace.dm.id, lines.join('\n'))
  const message = ada.conversation.message('slanted')
  await expect(message.locator('strong')).toHaveText('bold')
  await expect(message.locator('em')).toHaveText('slanted')
  await expect(message.locator('del')).toHaveText('gone')
  await expect(message.locator('p code')).toHaveText('code')
  await expect(message.getByRole('listitem')).toHaveText(['first', 'second'])
  await expect(message.locator('blockquote')).toHaveText('quoted')
  await expect(message.locator('pre')).toContainText('const x = "<b>"')
  await expect(message.getByRole('link', { name: 'https://example.org/path' })).toHaveAttribute(
    'href',
    'https://example.org/path',
  )
  await expect(message).toContainText('# 1 problem <img src=x onerror=alert(1)> <script>alert(2)</script>')
  await expect(message.locator('img[src*="example"], img[onerror], script, h1')).toHaveCount(0)
  await expect(message.locator('a[href^="javascript"]')).toHaveCount(0)
})

test('a message made to be more than a window can draw is its words, and the room stays usable', async ({
  workspace,
  open,
}) => {
  const ada = await open(workspace.ada)
  await ada.sidebar.open('Grace Hopper')
  await expect(ada.conversation.message('Good morning, Ada.')).toBeVisible()
  for (const [n, bomb] of ['>'.repeat(7_900), '- '.repeat(1_000), '*'.repeat(7_900)].entries()) {
    await say(workspace.grace, workspace.dm.id, `${bomb} end ${n}.`)
    const message = ada.conversation.message(`end ${n}.`)
    await expect(message).toBeVisible()
    expect((await message.innerText()).includes(`${bomb} end ${n}.`)).toBe(true)
  }
  await ada.conversation.send('Still here.')

  const again = await ada.restart()
  await again.sidebar.open('Grace Hopper')
  await expect(again.conversation.message('Still here.')).toBeVisible()
  await again.conversation.send('And again.')
  await expect(again.conversation.message('And again.')).toBeVisible()
})

test('a link opens in the browser; one that does not lead where it says asks first', async ({
  workspace,
  open,
}) => {
  const ada = await open(workspace.ada)
  await ada.sidebar.open('Grace Hopper')
  await ada.app.evaluate(({ shell }) => {
    const opened: string[] = []
    Object.assign(globalThis, { opened })
    shell.openExternal = async (url) => void opened.push(url)
  })
  const opened = () => ada.app.evaluate(() => Reflect.get(globalThis, 'opened') as string[])
  await say(
    workspace.grace,
    workspace.dm.id,
    'see https://example.org/a and [bank.example](https://evil.example/x)',
  )
  const message = ada.conversation.message('see https')
  await message.getByRole('link', { name: 'https://example.org/a' }).click()
  await expect.poll(opened).toEqual(['https://example.org/a'])
  await message.getByRole('link', { name: 'bank.example' }).click()
  const question = ada.page.getByRole('alertdialog')
  await expect(question).toContainText('https://evil.example/x')
  await question.getByRole('button', { name: 'Cancel' }).click()
  expect(await opened()).toHaveLength(1)
  await message.getByRole('link', { name: 'bank.example' }).click()
  await question.getByRole('button', { name: 'Open link' }).click()
  await expect.poll(opened).toHaveLength(2)
})

test('a link that is deceptive asks whichever way it is opened, and says where to', async ({
  workspace,
  open,
}) => {
  const ada = await open(workspace.ada)
  await ada.sidebar.open('Grace Hopper')
  await ada.app.evaluate(({ shell }) => {
    const opened: string[] = []
    Object.assign(globalThis, { opened })
    shell.openExternal = async (url) => void opened.push(url)
  })
  const opened = () => ada.app.evaluate(() => Reflect.get(globalThis, 'opened') as string[])
  await say(
    workspace.grace,
    workspace.dm.id,
    'see https://example.org/a and [log in at **`bank.example`**](https://bаnk.example/x)',
  )
  const message = ada.conversation.message('see https')
  const link = message.getByRole('link', { name: 'log in' })
  const question = ada.page.getByRole('alertdialog')
  const ways = [
    () => link.click({ button: 'middle' }),
    () => link.click({ modifiers: ['ControlOrMeta'] }),
    () => link.press('Enter'),
  ]
  for (const way of ways) {
    await way()
    await expect(question).toContainText('xn--bnk-6cd.example')
    await question.getByRole('button', { name: 'Cancel' }).click()
    await expect(question).toBeHidden()
  }
  await message.getByRole('link', { name: 'https://example.org/a' }).click({ button: 'middle' })
  await expect.poll(opened).toEqual(['https://example.org/a'])
})

test('a reply shows what it answers, and leads there', async ({ workspace, open }) => {
  const [ada, grace] = await Promise.all([open(workspace.ada), open(workspace.grace)])
  for (const desktop of [ada, grace]) await desktop.sidebar.open(workspace.roomName)
  const question = grace.conversation.message('Good morning, Grace.')
  await question.hover()
  await question.getByRole('button', { name: 'Reply' }).click()
  await expect(grace.conversation.composer).toBeFocused()
  await expect(grace.page.getByText('Answering Ada Lovelace')).toBeVisible()
  await grace.page.keyboard.press('Escape')
  await expect(grace.page.getByText('Answering Ada Lovelace')).toHaveCount(0)
  await question.hover()
  await question.getByRole('button', { name: 'Reply' }).click()
  await grace.conversation.send('It is, indeed.')

  const reply = ada.conversation.message('It is, indeed.')
  const quote = reply.getByRole('button', { name: /Answers.*Good morning, Grace/ })
  await expect(quote).toBeVisible()
  for (let n = 1; n <= 80; n += 1) await say(workspace.grace, workspace.room.id, `filler ${n}.`)
  await ada.conversation.message('filler 80.').hover()
  await say(workspace.grace, workspace.room.id, 'the end')
  await expect(ada.conversation.message('the end')).toBeVisible()
  await expect(ada.conversation.message('Good morning, Grace.')).not.toBeInViewport()
  await ada.page.keyboard.press('Control+f')
  await ada.page.getByLabel('Words to look for').fill('indeed')
  await ada.page.getByRole('list', { name: 'Messages found' }).getByRole('button').click()
  await expect(reply).toBeInViewport()
  await quote.click()
  await expect(ada.conversation.message('Good morning, Grace.').first()).toBeInViewport()
})

test('reactions are counted, joined, taken back, and chosen among all emoji', async ({ workspace, open }) => {
  const ada = await open(workspace.ada)
  await ada.sidebar.open('Grace Hopper')
  const message = ada.conversation.message('Good morning, Ada.')
  await react(workspace.grace, workspace.dm.id, 'Good morning, Ada.', '👍')
  const thumb = message.getByRole('button', { name: /^👍/ })
  await expect(thumb).toHaveText(/1/)
  await expect(thumb).toHaveAttribute('aria-pressed', 'false')
  await thumb.click()
  await expect(thumb).toHaveText(/2/)
  await expect(thumb).toHaveAccessibleName(/Grace Hopper, Ada Lovelace/)
  await thumb.click()
  await expect(thumb).toHaveText(/1/)

  await message.hover()
  await message.getByRole('button', { name: 'React', exact: true }).click()
  const search = ada.page.getByLabel('Search emoji')
  await expect(search).toBeFocused()
  await search.fill('unicorn')
  await expect(ada.page.getByRole('dialog').locator('[data-active]')).toHaveAccessibleName('unicorn')
  await ada.page.keyboard.press('Enter')
  await expect(message.getByRole('button', { name: /^🦄/ })).toHaveAttribute('aria-pressed', 'true')
  await expect
    .poll(async () => {
      const { messages } = await workspace.grace.client.ok(chatEndpoints.listMessages, {
        id: workspace.dm.id,
      })
      return messages.at(-1)?.reactions.map(({ emoji, userIds }) => [emoji, userIds.length])
    })
    .toEqual([
      ['👍', 1],
      ['🦄', 1],
    ])
})

test('people are offered behind an @, and mentions stand out', async ({ workspace, open }) => {
  const ada = await open(workspace.ada)
  await ada.sidebar.open(workspace.roomName)
  await ada.conversation.composer.click()
  await ada.page.keyboard.type('Hello @gra')
  const offer = ada.page.getByRole('listbox', { name: 'People to mention' })
  await expect(offer.getByRole('option')).toHaveText([/Grace Hopper/])
  await ada.page.keyboard.press('Enter')
  await expect(ada.conversation.composer).toHaveValue(`Hello @${workspace.grace.username} `)
  await expect(offer).toHaveCount(0)
  await ada.page.keyboard.type('and nobody@example.org')
  await ada.page.keyboard.press('Enter')
  const message = ada.conversation.message('Hello')
  await expect(message.getByRole('button', { name: 'Profile of Grace Hopper' })).toHaveText('@Grace Hopper')
  const grace = await open(workspace.grace)
  await grace.sidebar.open(workspace.roomName)
  await expect(grace.conversation.message('Hello').locator('[data-self]')).toHaveText('@Grace Hopper')
})

test('an emoji is put where the caret stands', async ({ workspace, open }) => {
  const ada = await open(workspace.ada)
  await ada.sidebar.open('Grace Hopper')
  await ada.conversation.composer.fill('before after')
  for (let n = 0; n < 5; n += 1) await ada.page.keyboard.press('ArrowLeft')
  await ada.page.getByRole('button', { name: 'Insert emoji' }).click()
  await ada.page.getByLabel('Search emoji').fill('tada')
  await expect(ada.page.getByRole('dialog').locator('[data-active]')).toHaveAccessibleName('party popper')
  await ada.page.keyboard.press('Enter')
  await expect(ada.conversation.composer).toHaveValue('before 🎉after')
  await expect(ada.conversation.composer).toBeFocused()
  await ada.page.keyboard.type('!')
  await expect(ada.conversation.composer).toHaveValue('before 🎉!after')
})
