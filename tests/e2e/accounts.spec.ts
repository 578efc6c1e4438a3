import { expect, test } from './fixtures.ts'

test('several accounts stay signed in here; each has its own conversations, drafts and ending', async ({
  workspace,
  open,
}) => {
  const { ada, grace, roomName } = workspace
  const desktop = await open(ada)
  const { page, sidebar, conversation, signIn } = desktop
  const accounts = page.getByRole('button', { name: 'Accounts' })
  await sidebar.open('Grace Hopper')
  await conversation.composer.fill('Half of what Ada says')
  // And at once somebody else: what was written in the last second stays, too.
  await sidebar.openProfile()
  await accounts.click()
  await page.getByRole('menuitem', { name: 'Add an account…' }).click()
  await signIn.waitUntilShown()
  await expect(page.getByRole('button', { name: /^Ada Lovelace ·/ })).toBeVisible()
  await signIn.signIn(grace)
  await sidebar.open('Ada Lovelace')
  await expect(conversation.composer).toHaveValue('')

  await sidebar.openProfile()
  await accounts.click()
  await page.getByRole('menuitem', { name: /^Ada Lovelace ·/ }).click()
  await expect(sidebar.row('Grace Hopper')).toBeVisible()
  await sidebar.open('Grace Hopper')
  await expect(conversation.composer).toHaveValue('Half of what Ada says')

  const again = await desktop.restart()
  await expect(again.sidebar.row(roomName)).toBeVisible()
  await again.sidebar.openProfile()
  await again.page.getByRole('button', { name: 'Sign out' }).click()
  await again.page.getByRole('button', { name: /^Grace Hopper ·/ }).click()
  await expect(again.sidebar.row('Ada Lovelace')).toBeVisible()
})
