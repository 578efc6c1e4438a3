import { expect, test } from '../../e2e/fixtures.ts'

test('who is online already is shown as such, to who starts later and to a page that was reloaded', async ({
  workspace,
  open,
}) => {
  const first = await open(workspace.ada)
  await first.sidebar.waitUntilShown()
  const { page, sidebar, conversation } = await open(workspace.grace)
  await sidebar.open('Ada Lovelace')
  await expect(conversation.header).toContainText(/online/i)

  await page.evaluate(() => {
    Reflect.set(window, 'before', true)
    location.reload()
  })
  await page.waitForFunction(() => !Reflect.has(window, 'before'))
  await sidebar.open('Ada Lovelace')
  await expect(conversation.header).toContainText(/online/i)
})
