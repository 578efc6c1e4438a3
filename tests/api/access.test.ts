import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { chatEndpoints } from '../../api/contract/chat.ts'
import { sessionEndpoints as contract } from '../../api/contract/session.ts'
import { limitedAddress } from '../../api/platform/client-address.ts'
import { asProblem, Client, type RawAnswer } from '../support/client.ts'
import { startTestApp, type Person, type TestApp } from '../support/test-app.ts'
import { createTestDatabase } from '../support/test-cluster.ts'

const PASSWORD = 'a password that will do'
let app: TestApp | undefined

afterEach(async () => {
  await app?.stop()
  app = undefined
})

async function start(options: Parameters<typeof startTestApp>[0]): Promise<TestApp> {
  app = await startTestApp(options)
  return app
}

/** Signs in, as if through a proxy that says where the request came from. */
const signIn = (at: TestApp, username: string, password: string, from?: string): Promise<RawAnswer> =>
  at.anonymous.raw(
    'POST',
    contract.login.path,
    JSON.stringify({ username, password }),
    from === undefined ? {} : { 'x-forwarded-for': from },
  )

const register = (at: TestApp, username: string, invite?: string) =>
  at.anonymous.call(contract.register, {
    username,
    displayName: 'Somebody',
    password: PASSWORD,
    ...(invite === undefined ? {} : { invite }),
  })

describe('limits', () => {
  test('end guessing a password, say when it goes on, and outlive a restart', async () => {
    const at = await start({ accessLimits: { signInsPerHour: 3 } })
    const { username, password } = await at.person()
    for (let tried = 0; tried < 3; tried++)
      expect((await signIn(at, username, 'wrong password')).status).toBe(401)

    await at.restart()
    const refused = await signIn(at, username.toUpperCase(), password)
    expect(asProblem(refused)).toMatchObject({ status: 429, code: 'session.too_many_attempts' })
    const seconds = Number(refused.headers.get('retry-after'))
    // Three an hour: one is free again after twenty minutes.
    expect(seconds).toBeGreaterThan(1_100)
    expect(seconds).toBeLessThanOrEqual(1_200)
  })

  test('cannot be gone round by another way to write the name', async () => {
    const at = await start({})
    expect((await register(at, 'iris')).status).toBe(201)
    // PostgreSQL makes an i of it, JavaScript an i with a dot: it was the same account, counted as another.
    expect((await signIn(at, 'İris', PASSWORD)).status).toBe(401)
    expect((await signIn(at, 'IRIS', PASSWORD)).status).toBe(200)
  })

  test('do not count those who know their password', async () => {
    const at = await start({ accessLimits: { signInsPerHour: 3 } })
    const { username, password } = await at.person()
    for (let times = 0; times < 8; times++) expect((await signIn(at, username, password)).status).toBe(200)
  })

  test('on one address leave the person free to sign in from theirs', async () => {
    const at = await start({ accessLimits: { signInsPerHour: 2 }, trustProxy: 1 })
    const { username, password } = await at.person()
    for (let tried = 0; tried < 12; tried++) await signIn(at, username, 'wrong password', '192.0.2.1')
    expect((await signIn(at, username, password, '192.0.2.1')).status).toBe(429)
    expect((await signIn(at, username, password, '198.51.100.7')).status).toBe(200)
  })

  test('count from many addresses at last', async () => {
    const at = await start({ accessLimits: { signInsPerHour: 1 }, trustProxy: 1 })
    const { username } = await at.person()
    const answers: number[] = []
    for (let n = 1; n <= 11; n++) answers.push((await signIn(at, username, 'wrong', `192.0.2.${n}`)).status)
    expect(answers).toEqual([...Array.from({ length: 10 }, () => 401), 429])
  })

  test('never close to a person the address from which they sign in', async () => {
    const at = await start({ accessLimits: { signInsPerHour: 1 }, trustProxy: 1 })
    const { username, password } = await at.person()
    expect((await signIn(at, username, password, '198.51.100.7')).status).toBe(200)
    for (let n = 1; n <= 12; n++) await signIn(at, username, 'wrong', `192.0.2.${n}`)
    expect((await signIn(at, username, password, '203.0.113.9')).status).toBe(429)
    expect((await signIn(at, username, password, '198.51.100.7')).status).toBe(200)
  })

  test('are not fooled by a header that the client makes up', async () => {
    const behind = await start({ accessLimits: { signInsPerHour: 1 }, trustProxy: 1 })
    const { username } = await behind.person()
    expect((await signIn(behind, username, 'wrong', '10.0.0.1, 192.0.2.1')).status).toBe(401)
    expect((await signIn(behind, username, 'wrong', '10.0.0.2, 192.0.2.1')).status).toBe(429)
    await behind.stop()

    const bare = await start({ accessLimits: { signInsPerHour: 1 } })
    const other = await bare.person()
    expect((await signIn(bare, other.username, 'wrong', '10.0.0.1')).status).toBe(401)
    expect((await signIn(bare, other.username, 'wrong', '10.0.0.2')).status).toBe(429)
  })

  test('let exactly as many through as they say when all come at once', async () => {
    const at = await start({ accessLimits: { signInsPerHour: 5 } })
    const { username } = await at.person()
    const answers = await Promise.all(Array.from({ length: 20 }, () => signIn(at, username, 'wrong')))
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5)
  })

  test('hold over several processes at once: no more get through than through one', async () => {
    const database = await createTestDatabase()
    const shared = { database, folder: `test-${randomUUID()}/` }
    const accessLimits = { signInsPerHour: 6, writesPerMinute: 30 }
    const processes = await Promise.all([1, 2].map(() => startTestApp({ shared, accessLimits })))
    try {
      const [first, second] = processes as [TestApp, TestApp]
      const { username, token } = await first.person('Ada')
      const guesses = await Promise.all(
        Array.from({ length: 24 }, (_, n) => signIn(n % 2 === 0 ? first : second, username, 'wrong')),
      )
      expect(guesses.filter(({ status }) => status === 401)).toHaveLength(6)

      const writes = await Promise.all(
        Array.from({ length: 80 }, (_, n) =>
          new Client((n % 2 === 0 ? first : second).url, token).call(contract.updateMe, {
            displayName: `Ada ${n}`,
          }),
        ),
      )
      const taken = writes.filter(({ status }) => status === 200).length
      // One is free again every two seconds; ten that one process has taken may be left over.
      expect(taken).toBeLessThanOrEqual(30 + 3)
      expect(taken).toBeGreaterThanOrEqual(20)
    } finally {
      await Promise.all(processes.map((process) => process.stop()))
      await database.drop()
    }
  })

  test('hold for new accounts', async () => {
    const at = await start({ accessLimits: { registrationsPerHour: 2 } })
    expect((await register(at, 'ada')).status).toBe(201)
    expect((await register(at, 'grace')).status).toBe(201)
    expect(asProblem(await register(at, 'joan'))).toMatchObject({
      status: 429,
      code: 'session.too_many_registrations',
    })
  })

  test('hold for what one person looks for, and for nobody else', async () => {
    const at = await start({ accessLimits: { searchesPerMinute: 3 } })
    const ada = await at.person('Ada')
    const grace = await at.person('Grace')
    const search = ({ client }: Person) => client.call(chatEndpoints.searchMessages, { q: 'engine' })
    for (let n = 0; n < 3; n++) expect((await search(ada)).status).toBe(200)
    const refused = await search(ada)
    expect(asProblem(refused)).toMatchObject({ status: 429, code: 'chat.too_many_searches' })
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await search(grace)).status).toBe(200)
  })

  test('hold for what one person writes, and for nobody else', async () => {
    const at = await start({ accessLimits: { writesPerMinute: 12 } })
    const ada = await at.person('Ada')
    const grace = await at.person('Grace')
    const { room } = await ada.client.ok(chatEndpoints.createRoom, {
      name: 'Lab',
      memberIds: [grace.user.id],
    })
    const answers: RawAnswer[] = []
    for (let n = 0; n < 13; n++)
      answers.push(
        await ada.client.call(chatEndpoints.sendMessage, {
          id: room.id,
          clientId: crypto.randomUUID(),
          body: `Message ${n}`,
        }),
      )
    const last = answers.at(-1)
    if (last === undefined) throw new Error('Nothing was sent.')
    expect(asProblem(last)).toMatchObject({ status: 429, code: 'request.too_many' })
    expect(Number(last.headers.get('retry-after'))).toBeLessThanOrEqual(5)
    expect((await ada.client.call(contract.getMe, {})).status).toBe(200)
    expect((await grace.client.call(contract.updateMe, { displayName: 'Grace H.' })).status).toBe(200)
  })

  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:0:1:aaaa:bbbb:cccc:dddd', '2001:db8:0:1::/64'],
    ['2001:0DB8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
  ])('count %s as %s', (ip, limited) => {
    expect(limitedAddress(ip)).toBe(limited)
  })
})

describe('registration', () => {
  test('by invite: the first account needs none, is the admin, and lets others in', async () => {
    const at = await start({ registration: 'invite' })
    const told = () => at.anonymous.ok(contract.describeServer, {})
    expect(await told()).toMatchObject({ name: 'Test workspace', registration: 'open' })
    const admin = await at.person('The admin')
    expect(admin.user.role).toBe('admin')
    expect((await told()).registration).toBe('invite')

    expect(asProblem(await register(at, 'nobody'))).toMatchObject({
      status: 403,
      code: 'session.invite_needed',
    })
    expect(asProblem(await register(at, 'nobody', 'guessed'))).toMatchObject({
      status: 403,
      code: 'session.invite_invalid',
    })

    const { code, invite } = await admin.client.ok(contract.createInvite, { maxUses: 2 })
    const stored = await at.db('invites').where({ id: invite.id }).first<Record<string, unknown>>()
    expect(JSON.stringify(stored)).not.toContain(code)
    expect((await register(at, 'ada', ` ${code} `)).status).toBe(201)
    // A name that is taken uses nothing up.
    expect(asProblem(await register(at, 'ada', code)).code).toBe('session.username_taken')
    expect((await admin.client.ok(contract.listInvites, {})).invites).toEqual([{ ...invite, uses: 1 }])
    // Two at the same moment for the one use that is left.
    const race = await Promise.all([register(at, 'grace', code), register(at, 'joan', code)])
    expect(new Set(race.map(({ status }) => status))).toEqual(new Set([201, 403]))
    expect((await admin.client.ok(contract.listInvites, {})).invites).toEqual([])
  })

  test('by invite: one that has expired or was taken back does not hold', async () => {
    const at = await start({ registration: 'invite' })
    const { client } = await at.person('The admin')
    const taken = await client.ok(contract.createInvite, {})
    await client.ok(contract.revokeInvite, { id: taken.invite.id })
    expect(asProblem(await register(at, 'ada', taken.code)).code).toBe('session.invite_invalid')
    expect((await client.fails(contract.revokeInvite, { id: taken.invite.id })).code).toBe(
      'session.invite_not_found',
    )
    const old = await client.ok(contract.createInvite, {})
    await at
      .db('invites')
      .where({ id: old.invite.id })
      .update({ expires_at: at.db.raw("now() - interval '1 s'") })
    expect(asProblem(await register(at, 'ada', old.code)).code).toBe('session.invite_invalid')
  })

  test('invites are for admins alone', async () => {
    const at = await start({})
    await at.person('The admin')
    const { client } = await at.person('A member')
    expect((await client.fails(contract.createInvite, {})).code).toBe('session.not_admin')
    expect((await client.fails(contract.listInvites, {})).code).toBe('session.not_admin')
    expect((await client.fails(contract.revokeInvite, { id: crypto.randomUUID() })).code).toBe(
      'session.not_admin',
    )
  })

  test('closed: takes the first account and no other', async () => {
    const at = await start({ registration: 'closed' })
    const race = await Promise.all([register(at, 'ada'), register(at, 'grace')])
    expect(new Set(race.map(({ status }) => status))).toEqual(new Set([201, 403]))
    expect((await at.anonymous.ok(contract.describeServer, {})).registration).toBe('closed')
    expect(asProblem(await register(at, 'joan')).code).toBe('session.registration_closed')
  })
})
