import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startApi } from '../support/api-process.ts'
import { expect, test } from './fixtures.ts'

const newPerson = (displayName: string) => ({
  username: `n-${randomUUID().slice(0, 8)}`,
  displayName,
  password: 'long enough to pass',
})

test('an admin makes an invite, and somebody makes an account with its code', async ({ openFresh }) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'medallion-invites-'))
  const api = await startApi(dataDir, { REGISTRATION: 'invite' })
  try {
    const admin = await openFresh()
    await admin.signIn.waitUntilShown()
    await admin.signIn.useServer(api.url)
    await admin.signIn.register(newPerson('The admin'))
    await admin.sidebar.waitUntilShown()
    await admin.sidebar.openProfile()
    await admin.page.getByRole('button', { name: 'Invite people' }).click()
    await admin.page.getByRole('button', { name: 'New invite code' }).click()
    const code = await admin.page.getByLabel('Invite code').inputValue()
    await admin.page.getByRole('button', { name: 'Copy' }).click()
    await expect(admin.page.getByText('Copied.')).toBeVisible()

    const newcomer = await openFresh()
    await newcomer.signIn.waitUntilShown()
    await newcomer.signIn.useServer(api.url)
    await newcomer.signIn.register(newPerson('A newcomer'))
    const field = newcomer.page.getByLabel('Invite code')
    await expect(field).toHaveAccessibleDescription(/needs an invite/)
    await field.fill(code)
    await newcomer.page.getByRole('button', { name: 'Create account' }).click()
    await newcomer.sidebar.waitUntilShown()
  } finally {
    await api.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
})
