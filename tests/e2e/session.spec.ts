import { randomUUID } from 'node:crypto'
import { sessionEndpoints } from '../../api/contract/session.ts'
import { expect, test } from './fixtures.ts'

test('somebody registers, signs out, and signs in again; the server is remembered', async ({
  api,
  openFresh,
}) => {
  const desktop = await openFresh()
  const person = {
    username: `joan-${randomUUID().slice(0, 8)}`,
    displayName: 'Joan Clarke',
    password: 'hut eight, bletchley',
  }
  await desktop.signIn.waitUntilShown()
  await desktop.signIn.useServer(api.url)
  await desktop.signIn.register(person)
  await desktop.sidebar.waitUntilShown()
  await expect(desktop.sidebar.area).toContainText('Joan Clarke')

  await desktop.sidebar.openProfile()
  await expect(desktop.profile.area).toContainText(person.username)
  await desktop.profile.signOut()

  await desktop.signIn.waitUntilShown()
  await expect(desktop.page.getByText(new URL(api.url).host)).toBeVisible()
  await desktop.signIn.signIn(person)
  await desktop.sidebar.waitUntilShown()
})

test('what is wrong is said where it is wrong', async ({ api, openFresh, newMember }) => {
  const member = await newMember('Ada Lovelace')
  const desktop = await openFresh()
  await desktop.signIn.waitUntilShown()
  await desktop.signIn.useServer(api.url)
  await desktop.signIn.signIn({ username: member.username, password: 'not the password' })
  await expect(desktop.signIn.problem).toContainText(/username or password|username or the password/i)

  await desktop.signIn.register({
    username: member.username.toUpperCase(),
    displayName: 'Another',
    password: 'long enough to pass',
  })
  await expect(desktop.signIn.field('Username')).toHaveAccessibleDescription(/taken/i)
})

test('a server that is not there is a sentence, not a spinner', async ({ openFresh }) => {
  const desktop = await openFresh()
  await desktop.signIn.waitUntilShown()
  await desktop.signIn.useServer('http://127.0.0.1:9')
  await desktop.signIn.signIn({ username: 'anybody', password: 'whatever it may be' })
  await expect(desktop.signIn.problem).toContainText(/reach/i)
})

test('a device that is revoked elsewhere is signed out at once', async ({ workspace, open }) => {
  const desktop = await open(workspace.ada)
  await desktop.sidebar.waitUntilShown()
  const { sessions } = await workspace.ada.client.ok(sessionEndpoints.listDevices, {})
  const [device] = sessions
  await workspace.ada.client.ok(sessionEndpoints.revokeDevice, { id: device?.id ?? '' })
  await desktop.signIn.waitUntilShown()
  await expect(desktop.page.getByText(/session|signed out/i).first()).toBeVisible()
})

test('the session outlives a restart of the desktop', async ({ api, workspace, openFresh }) => {
  const desktop = await openFresh()
  await desktop.signIn.waitUntilShown()
  await desktop.signIn.useServer(api.url)
  await desktop.signIn.signIn(workspace.ada)
  await desktop.sidebar.waitUntilShown()
  const again = await desktop.restart()
  await again.sidebar.waitUntilShown()
})
