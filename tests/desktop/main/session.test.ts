import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { sessionEndpoints } from '../../../api/contract/session.ts'
import { Client } from '../../support/client.ts'
import { startTestApp, type TestApp } from '../../support/test-app.ts'
import { install, remembering } from './installation.ts'
import { json, NOWHERE, startServer } from './local-server.ts'
import { createVault, sampleProblem } from './samples.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

describe('at the real API', () => {
  test('registers, is remembered, signs out', async () => {
    const installation = await install()
    const { session, told } = await installation.start()
    expect(session.state).toEqual({ status: 'signed-out', others: [], server: null })
    expect(session.account).toBeNull()

    const username = `ada-${Date.now()}`
    const answer = await session.register({
      server: `${app.url}/`,
      username,
      displayName: 'Ada',
      password: 'correct horse battery',
    })

    expect(answer).toMatchObject({ ok: true, value: { username, displayName: 'Ada' } })
    const signedIn = {
      status: 'signed-in',
      others: [],
      server: app.url,
      user: answer.ok ? answer.value : null,
    }
    expect(session.state).toEqual(signedIn)
    expect(told).toEqual([signedIn])

    const again = await installation.start()
    expect(again.session.state).toEqual(signedIn)
    expect(again.session.account).toEqual(session.account)
    await vi.waitFor(() => expect(again.told).toEqual([signedIn]))

    const token = session.account?.token ?? ''
    expect(await readFile(installation.file, 'utf8')).not.toContain(token)
    await again.session.signOut()
    expect(again.told.at(-1)).toEqual({ status: 'signed-out', others: [], server: app.url })
    expect((await installation.start()).session.state).toEqual({
      status: 'signed-out',
      others: [],
      server: app.url,
    })
    const { code } = await new Client(app.url, token).fails(sessionEndpoints.getMe, {})
    expect(code).toBe('session.unauthenticated')
  })

  test('signs in under the name of this device', async () => {
    const ada = await app.person()
    const { session, told } = await (await install()).start()
    const answer = await session.signIn({ server: app.url, username: ada.username, password: ada.password })
    expect(answer).toEqual({ ok: true, value: ada.user })
    expect(told).toHaveLength(1)
    const devices = await session.call(sessionEndpoints.listDevices, {})
    const mine = devices.ok ? devices.value.sessions.find(({ current }) => current) : undefined
    expect(mine?.deviceName).toMatch(/\(.+\)$/)
  })

  test('a wrong password changes nothing', async () => {
    const ada = await app.person()
    const { session, told } = await (await install()).start()
    const answer = await session.signIn({ server: app.url, username: ada.username, password: 'wrong' })
    expect(answer).toMatchObject({ ok: false, error: { code: 'session.bad_credentials' } })
    expect(session.state).toEqual({ status: 'signed-out', others: [], server: null })
    expect(told).toEqual([])
  })

  test('a wrong password leaves whoever is signed in signed in', async () => {
    const ada = await app.person()
    const { session } = await (await install()).start({ server: app.url, token: ada.token })
    const answer = await session.signIn({ server: app.url, username: ada.username, password: 'wrong' })
    expect(answer).toMatchObject({ ok: false, error: { code: 'session.bad_credentials' } })
    expect(session.account).toEqual({ server: app.url, token: ada.token })
  })

  test('a given session is taken up, and remembered', async () => {
    const ada = await app.person()
    const installation = await remembering(app.url)
    const { session } = await installation.start({ server: app.url, token: ada.token })
    expect(session.state).toEqual({ status: 'signed-in', others: [], server: app.url, user: ada.user })
    const again = await installation.start()
    expect(again.session.state).toEqual(session.state)
    // The server has confirmed it, too.
    await vi.waitFor(() => expect(again.told).toEqual([session.state]))
    await again.session.signOut()
  })

  test('a given session that does not hold is none', async () => {
    const { session } = await (await install()).start({ server: app.url, token: 'x'.repeat(43) })
    expect(session.state).toEqual({ status: 'signed-out', others: [], server: app.url })
    expect(session.account).toBeNull()
  })

  test('ended elsewhere, it ends here with the next call, as revoked', async () => {
    const ada = await app.person()
    const installation = await install()
    const { session, told } = await installation.start({ server: app.url, token: ada.token })
    await ada.client.ok(sessionEndpoints.logout, {})

    const answer = await session.call(sessionEndpoints.getMe, {})

    expect(answer).toMatchObject({ ok: false, error: { code: 'session.unauthenticated' } })
    expect(told).toEqual([{ status: 'signed-out', others: [], server: app.url, reason: 'revoked' }])
    expect(session.account).toBeNull()
    expect(await readFile(installation.file, 'utf8')).toContain('"sealedToken":null')
  })

  test('ended while the program was closed, it ends at the start', async () => {
    const ada = await app.person()
    const { start } = await remembering(app.url, ada.token, ada.user)
    await ada.client.ok(sessionEndpoints.logout, {})
    const { session, told } = await start()
    await vi.waitFor(() =>
      expect(told).toEqual([{ status: 'signed-out', others: [], server: app.url, reason: 'revoked' }]),
    )
    await session.signOut()
  })

  test('a new name since last time is learnt at the start', async () => {
    const ada = await app.person('Ada')
    const { start } = await remembering(app.url, ada.token, ada.user)
    await ada.client.ok(sessionEndpoints.updateMe, { displayName: 'Ada Lovelace' })
    const { session, told } = await start()
    expect(session.state).toMatchObject({ user: { displayName: 'Ada' } })
    await vi.waitFor(() => expect(told).toHaveLength(1))
    expect(session.state).toMatchObject({ user: { displayName: 'Ada Lovelace' } })
    await session.signOut()
  })
})

test('what is no address is refused without asking anybody', async () => {
  const { session } = await (await install()).start()
  expect(await session.signIn({ server: 'ftp://example.org', username: 'ada', password: 'x' })).toMatchObject(
    {
      ok: false,
      error: { code: 'desktop.invalid_server' },
    },
  )
})

test('signed out, nothing is called', async () => {
  const { session } = await (await install()).start()
  expect(await session.call(sessionEndpoints.getMe, {})).toMatchObject({
    ok: false,
    error: { code: 'desktop.signed_out' },
  })
})

test('offline at the start, somebody stays signed in', async () => {
  const { start, user, token } = await remembering(NOWHERE)
  const { session, told } = await start()
  expect(await session.call(sessionEndpoints.getMe, {})).toMatchObject({
    ok: false,
    error: { code: 'desktop.server_unreachable' },
  })
  expect(session.state).toEqual({ status: 'signed-in', others: [], server: NOWHERE, user })
  expect(session.account).toEqual({ server: NOWHERE, token })
  expect(told).toEqual([])
})

test.each([
  ['another problem', json(503, sampleProblem(503, 'server.database_unavailable'))],
  ['401 from something that is not Medallion', json(401, { error: 'proxy' })],
])('%s does not end a session', async (_, listener) => {
  const api = await startServer(listener)
  const { start } = await remembering(api.url)
  const { session, told } = await start()
  expect((await session.call(sessionEndpoints.getMe, {})).ok).toBe(false)
  expect(session.state).toMatchObject({ status: 'signed-in' })
  expect(told).toEqual([])
})

test('without a keyring, somebody is signed in until the program closes', async () => {
  const ada = await app.person()
  const installation = await install({ vault: createVault({ available: false }) })
  const { session } = await installation.start()
  await session.signIn({ server: app.url, username: ada.username, password: ada.password })
  expect(session.state).toMatchObject({ status: 'signed-in' })
  expect((await installation.start()).session.state).toEqual({
    status: 'signed-out',
    others: [],
    server: app.url,
  })
})
