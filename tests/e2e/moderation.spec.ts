import { sessionEndpoints } from '../../api/contract/session.ts'
import { photo, renditionsOf } from '../support/photos.ts'
import { savePicture } from '../support/upload.ts'
import { expect, test } from './fixtures.ts'
import { expectInitials, expectPicture } from './screens/avatar.ts'

test('an admin takes a picture away with a reason, which the person reads, live and at the next start', async ({
  ownApi,
  open,
}) => {
  const { api, workspace } = ownApi
  const { ada, grace } = workspace
  expect((await ada.client.ok(sessionEndpoints.getMe, {})).user.role).toBe('admin')
  const picture = await renditionsOf(await photo('jpeg'))
  await savePicture(grace.client, picture)
  const [admins, hers] = await Promise.all([open(ada, api.url), open(grace, api.url)])
  await admins.sidebar.open('Grace Hopper')
  await expectPicture(admins.conversation.header, grace.user.id)

  const remove = async (reason: string): Promise<void> => {
    await admins.conversation.header.getByRole('button', { name: 'Profile of Grace Hopper' }).click()
    await admins.page.getByRole('button', { name: 'Remove picture…' }).click()
    const dialog = admins.page.getByRole('dialog', { name: 'Remove the picture of Grace Hopper?' })
    await dialog.getByRole('button', { name: 'Remove picture' }).click()
    await expect(dialog).toContainText('Say why')
    await dialog.getByLabel('Reason').fill(reason)
    await dialog.getByRole('button', { name: 'Remove picture' }).click()
    await dialog.waitFor({ state: 'detached' })
    await admins.page.keyboard.press('Escape')
  }
  await remove('It shows somebody else')
  await expectInitials(admins.conversation.header, grace.user.id, 'GH')
  const notice = hers.page.getByRole('dialog', { name: 'Your picture was removed' })
  await expect(notice).toContainText('Ada Lovelace')
  await expect(notice).toContainText('It shows somebody else')
  await notice.getByRole('button', { name: 'Understood' }).click()
  await notice.waitFor({ state: 'detached' })

  await savePicture(grace.client, picture)
  await expectPicture(admins.conversation.header, grace.user.id)
  await hers.app.close()
  await remove('Again')
  const later = await open(grace, api.url)
  const missed = later.page.getByRole('dialog', { name: 'Your picture was removed' })
  await expect(missed).toContainText('Again')
  await expect(missed).not.toContainText('It shows somebody else')
})

test('an admin passes the role on; members have no such buttons', async ({ ownApi, open }) => {
  const { api, workspace } = ownApi
  const [admins, members] = await Promise.all([open(workspace.ada, api.url), open(workspace.grace, api.url)])
  await members.sidebar.open('Ada Lovelace')
  await members.conversation.header.getByRole('button', { name: 'Profile of Ada Lovelace' }).click()
  const card = members.page.getByRole('dialog', { name: 'Profile' })
  await expect(card.getByText('Admin')).toBeVisible()
  await expect(card.getByRole('button', { name: /admin/i })).toHaveCount(0)
  await members.page.keyboard.press('Escape')

  await admins.sidebar.open('Grace Hopper')
  await admins.conversation.header.getByRole('button', { name: 'Profile of Grace Hopper' }).click()
  await admins.page.getByRole('button', { name: 'Make admin' }).click()
  await admins.page.getByRole('alertdialog').getByRole('button', { name: 'Make admin' }).click()
  await expect(
    admins.page.getByRole('dialog', { name: 'Profile' }).getByText('Admin', { exact: true }),
  ).toBeVisible()
  await expect
    .poll(async () => (await workspace.grace.client.ok(sessionEndpoints.getMe, {})).user.role)
    .toBe('admin')
})
