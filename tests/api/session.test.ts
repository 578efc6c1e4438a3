import { createHash, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { InputOf } from '../../api/contract/endpoint.ts'
import { sessionEndpoints as contract, type Device, type User } from '../../api/contract/session.ts'
import { asProblem, Client } from '../support/client.ts'
import { openRoom } from '../support/chat.ts'
import { Listener } from '../support/listener.ts'
import { startTestApp, type Person, type TestApp } from '../support/test-app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

const newName = (): string => `n-${randomUUID().slice(0, 12)}`

const register = (fields: Partial<InputOf<typeof contract.register>> = {}) =>
  app.anonymous.ok(contract.register, {
    username: newName(),
    displayName: 'Somebody',
    password: 'a password that will do',
    ...fields,
  })

const refused = (fields: object) =>
  app.anonymous.fails(contract.register, {
    username: newName(),
    displayName: 'Somebody',
    password: 'a password that will do',
    ...fields,
  })

/** Signs in once more, on another device. */
async function signIn({ username, password }: Person, deviceName?: string) {
  const device = deviceName === undefined ? {} : { deviceName }
  const { token } = await app.anonymous.ok(contract.login, { username, password, ...device })
  return { token, client: new Client(app.url, token) }
}

const devicesOf = async (client: Client): Promise<Device[]> =>
  (await client.ok(contract.listDevices, {})).sessions

describe('registering', () => {
  test('answers the person, without a picture, and a token that is theirs', async () => {
    const username = newName()
    const { token, user } = await register({ username, displayName: '  Ada Lovelace ' })

    expect(user).toEqual({
      id: expect.any(String),
      username,
      displayName: 'Ada Lovelace',
      avatarUrl: null,
      avatarThumbUrl: null,
      avatarVersion: 0,
      avatarThumbhash: null,
      role: expect.stringMatching(/^(admin|member)$/),
    })
    expect((await new Client(app.url, token).ok(contract.getMe, {})).user).toEqual(user)
  })

  test.each(['abc', 'a'.repeat(32), 'A.b_c-9', '---', '123'])('takes the username %j', async (username) => {
    expect((await register({ username })).user.username).toBe(username)
  })

  test.each([
    '',
    'ab',
    'a'.repeat(33),
    'two words',
    'ümlaut',
    'a/b',
    'a@b',
    ' abc',
    'abc\n',
    'ab\u0000',
    'ａｂｃ',
  ])('refuses the username %j', async (username) => {
    expect(await refused({ username })).toMatchObject({
      status: 400,
      code: 'request.invalid',
      errors: [{ path: 'username', message: expect.stringContaining('must be 3 to 32') }],
    })
  })

  test('knows a username in either case', async () => {
    const username = newName()
    await register({ username })
    for (const taken of [username, username.toUpperCase()])
      expect(await refused({ username: taken })).toMatchObject({
        status: 409,
        code: 'session.username_taken',
      })
  })

  test('gives a name to one of many who want it at once', async () => {
    const username = newName()
    const names = [username, username.toUpperCase(), `N${username.slice(1)}`, username, username, username]

    const answers = await Promise.all(
      names.map((name) =>
        app.anonymous.call(contract.register, { username: name, displayName: 'X', password: '0123456789' }),
      ),
    )

    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      201, 409, 409, 409, 409, 409,
    ])
    const { rows } = await app.db.raw('select count(*)::int as n from users where lower(username) = ?', [
      username,
    ])
    expect(rows).toEqual([{ n: 1 }])
  })

  test.each([
    ['the shortest', '0123456789'],
    ['the longest', 'x'.repeat(128)],
    ['one of spaces', ' '.repeat(10)],
    ['one with control characters', `\u0000\n\t${'y'.repeat(10)}`],
    ['one beyond ASCII', '🔑 пароль 密码 şifre'],
  ])('takes %s password, and it opens the account', async (_, password) => {
    const username = newName()
    const { user } = await register({ username, password })
    expect((await app.anonymous.ok(contract.login, { username, password })).user).toEqual(user)
  })

  test('tells a password from one that has NUL or a space behind it', async () => {
    const username = newName()
    await register({ username, password: '0123456789' })
    for (const password of ['0123456789\u0000', '0123456789 ', '\u00000123456789'])
      expect((await app.anonymous.fails(contract.login, { username, password })).code).toBe(
        'session.bad_credentials',
      )
  })

  test.each(['', '012345678', 'x'.repeat(129), 1234567890, null])(
    'refuses the password %j',
    async (password) => {
      expect(await refused({ password })).toMatchObject({ status: 400, errors: [{ path: 'password' }] })
    },
  )

  test.each(['', '   ', 'x'.repeat(65), 'two\nlines', 'a\u0000b', '\ud83d'])(
    'refuses the display name %j',
    async (displayName) => {
      expect(await refused({ displayName })).toMatchObject({ status: 400, errors: [{ path: 'displayName' }] })
    },
  )

  test('tells everyone connected of the newcomer', async () => {
    const ada = await app.person('Ada')
    const listener = await Listener.connect(app.url, ada.token)
    const { user } = await register()
    const { data } = await listener.next('user:updated', (event) => event.data.user.id === user.id)
    expect(data.user).toEqual(user)
    await listener.close()
  })

  test('leaves neither the password nor the token in the database', async () => {
    const password = `unheard-of ${randomUUID()}`
    const { token, user } = await register({ password })

    const [session] = await app.db('sessions').where({ user_id: user.id })
    expect(session.token_hash).toEqual(createHash('sha256').update(token).digest())
    const [account] = await app.db('users').where({ id: user.id })
    expect(account.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    for (const table of ['users', 'sessions', 'events', 'event_outbox']) {
      const { rows } = await app.db.raw('select coalesce(string_agg(t::text, ?), ?) as content from ?? t', [
        '\n',
        '',
        table,
      ])
      expect(rows[0].content).not.toContain(password)
      expect(rows[0].content).not.toContain(token)
    }
  })
})

describe('signing in', () => {
  test('knows the name in either case, and gives each device a token of its own', async () => {
    const ada = await app.person()
    const login = (username: string) => app.anonymous.ok(contract.login, { username, password: ada.password })
    const [one, other] = [await login(ada.username), await login(ada.username.toUpperCase())]

    expect(one.user).toEqual(ada.user)
    expect(other.user).toEqual(ada.user)
    expect(new Set([one.token, other.token, ada.token]).size).toBe(3)
  })

  test('says the same to an unknown name as to a wrong password', async () => {
    const ada = await app.person()
    const attempts = [
      { username: ada.username, password: 'not her password' },
      { username: ada.username, password: '' },
      { username: ada.username, password: 'x'.repeat(1024) },
      { username: newName(), password: ada.password },
      { username: '', password: ada.password },
      { username: 'no such name can exist', password: ada.password },
    ]
    const answers = await Promise.all(attempts.map((attempt) => app.anonymous.fails(contract.login, attempt)))

    expect(answers[0]).toMatchObject({ status: 401, code: 'session.bad_credentials' })
    const same = { ...answers[0], requestId: expect.any(String) }
    for (const answer of answers) expect(answer).toEqual(same)
  })
})

describe('signing out', () => {
  test('ends this device and no other', async () => {
    const ada = await app.person()
    const laptop = await signIn(ada)

    await laptop.client.ok(contract.logout, {})

    expect(await laptop.client.fails(contract.getMe, {})).toMatchObject({
      status: 401,
      code: 'session.unauthenticated',
    })
    expect((await laptop.client.fails(contract.logout, {})).status).toBe(401)
    expect((await ada.client.ok(contract.getMe, {})).user).toEqual(ada.user)
  })

  test('closes the sockets of this device', async () => {
    const ada = await app.person()
    const listener = await Listener.connect(app.url, ada.token)
    await ada.client.ok(contract.logout, {})
    expect((await listener.waitForClose()).code).toBe(4001)
    await expect(Listener.connect(app.url, ada.token)).rejects.toThrow('401')
  })
})

describe('devices', () => {
  test('lists one’s own, and which one asks', async () => {
    const ada = await app.person()
    const grace = await app.person()
    const laptop = await signIn(ada, '  Ada’s laptop ')

    const devices = await devicesOf(laptop.client)

    expect(devices.map(({ deviceName, current }) => ({ deviceName, current }))).toEqual([
      { deviceName: null, current: false },
      { deviceName: 'Ada’s laptop', current: true },
    ])
    const atFirst = await devicesOf(ada.client)
    expect(atFirst.map(({ current }) => current)).toEqual([true, false])
    expect(await devicesOf(grace.client)).toHaveLength(1)
  })

  test('notes when a device was last seen', async () => {
    const ada = await app.person()
    const longAgo = new Date(Date.now() - 3_600_000)
    await app.db('sessions').where({ user_id: ada.user.id }).update({ last_seen_at: longAgo })
    await ada.client.ok(contract.getMe, {})
    await expect
      .poll(async () => Date.parse((await devicesOf(ada.client))[0]?.lastSeenAt ?? ''))
      .toBeGreaterThan(Date.now() - 60_000)
  })

  test.each([
    ['as it is listed', (id: string) => id],
    ['in capitals', (id: string) => id.toUpperCase()],
  ])('revoked by its id %s, closes its sockets at once and its token is dead', async (_, written) => {
    const ada = await app.person()
    const phone = await signIn(ada, 'phone')
    const sockets = await Promise.all([1, 2].map(() => Listener.connect(app.url, phone.token)))
    const own = await Listener.connect(app.url, ada.token)
    const device = (await devicesOf(ada.client)).find(({ deviceName }) => deviceName === 'phone')

    await ada.client.ok(contract.revokeDevice, { id: written(device?.id ?? '') })

    expect((await phone.client.fails(contract.getMe, {})).code).toBe('session.unauthenticated')
    for (const socket of sockets)
      expect(await socket.waitForClose()).toEqual({ code: 4001, reason: 'This session has ended.' })
    await own.settled()
    expect(own.closed).toBeNull()
    expect(await devicesOf(ada.client)).toHaveLength(1)
    await own.close()
  })

  test('of somebody else cannot be told from one that is not there', async () => {
    const ada = await app.person()
    const grace = await app.person()
    const [theirs] = await devicesOf(grace.client)

    for (const id of [theirs?.id ?? '', randomUUID()])
      expect(await ada.client.fails(contract.revokeDevice, { id })).toMatchObject({
        status: 404,
        code: 'session.not_found',
      })
    expect((await grace.client.ok(contract.getMe, {})).user).toEqual(grace.user)
  })

  test('revoked twice at once, is revoked once', async () => {
    const ada = await app.person()
    await signIn(ada, 'phone')
    const id = (await devicesOf(ada.client)).find(({ current }) => !current)?.id ?? ''
    const answers = await Promise.all([1, 2, 3].map(() => ada.client.call(contract.revokeDevice, { id })))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 404, 404])
  })
})

describe('the display name', () => {
  test('changes on everyone’s sockets, strangers’ as well', async () => {
    const ada = await app.person('Ada')
    const grace = await app.person('Grace')
    await openRoom(ada, grace)
    const stranger = await app.person('A stranger')
    const listeners = await Promise.all(
      [ada.token, ada.token, grace.token, stranger.token].map((token) => Listener.connect(app.url, token)),
    )

    const { user } = await ada.client.ok(contract.updateMe, { displayName: ' Countess of Lovelace ' })

    expect(user).toEqual({ ...ada.user, displayName: 'Countess of Lovelace' })
    for (const listener of listeners) {
      const { data } = await listener.next('user:updated', (event) => event.data.user.id === ada.user.id)
      expect(data.user).toEqual(user)
    }
    expect((await grace.client.ok(contract.getUser, { id: ada.user.id })).user).toEqual(user)
    await Promise.all(listeners.map((listener) => listener.close()))
  })

  test('changed often at once, ends for listeners as it ends in the database', async () => {
    const ada = await app.person('Ada')
    const listener = await Listener.connect(app.url, ada.token)
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => ada.client.ok(contract.updateMe, { displayName: `Ada ${n}` })),
    )
    await app.everythingTold(listener)
    const told = listener.all('user:updated').filter(({ data }) => data.user.id === ada.user.id)
    expect(told).toHaveLength(20)
    expect(told.at(-1)?.data.user).toEqual((await ada.client.ok(contract.getMe, {})).user)
    await listener.close()
  })
})

describe('people', () => {
  const NAMES: Array<[username: string, displayName: string]> = [
    ['anna', 'Anna Ångström'],
    ['Bert', '100% sure'],
    ['c_under', 'Cecilia'],
    ['d-hyphen', 'back\\slash'],
    ['Eve', 'Élodie'],
    ['f.stop', 'per_son'],
    ['gus', "O'Brien; drop table users"],
  ]
  let people: TestApp
  let seeker: Client
  const usernames = (users: User[]): string[] => users.map(({ username }) => username)
  const search = async (query: string) => usernames((await seeker.ok(contract.listUsers, { query })).users)

  beforeAll(async () => {
    people = await startTestApp()
    const tokens = await Promise.all(
      NAMES.map(async ([username, displayName]) => {
        const answer = await people.anonymous.ok(contract.register, {
          username,
          displayName,
          password: '0123456789',
        })
        return answer.token
      }),
    )
    seeker = new Client(people.url, tokens[0] ?? null)
  })
  afterAll(() => people.stop())

  test('are listed in the order of their names, whatever the case', async () => {
    const { users, nextCursor } = await seeker.ok(contract.listUsers, {})
    expect(usernames(users)).toEqual(NAMES.map(([username]) => username))
    expect(nextCursor).toBeNull()
  })

  test.each([
    ['a part of the username', 'under', ['c_under']],
    ['a part of the display name', 'ström', ['anna']],
    ['either case', 'BERT', ['Bert']],
    ['either case beyond ASCII', 'éLODIE', ['Eve']],
    ['either case in the middle of a word', 'ÅNGSTRÖM', ['anna']],
    ['a search with spaces around it', '  cecilia ', ['c_under']],
    ['% itself', '%', ['Bert']],
    ['_ itself', '_', ['c_under', 'f.stop']],
    ['\\ itself', '\\', ['d-hyphen']],
    ['a quote', "'", ['gus']],
    ['nobody', 'nobody is called this', []],
    ['nobody by a pattern', 'a%a', []],
    ['everyone by spaces', '  ', NAMES.map(([username]) => username)],
  ])('are found by %s', async (_, query, expected) => {
    expect(await search(query)).toEqual(expected)
  })

  test.each([1, 2, 3, 6, 7, 8])('are paged through completely, %i at a time', async (limit) => {
    const seen: string[] = []
    const sizes: number[] = []
    let after: string | undefined
    do {
      const page = await seeker.ok(contract.listUsers, { limit, ...(after === undefined ? {} : { after }) })
      seen.push(...usernames(page.users))
      sizes.push(page.users.length)
      after = page.nextCursor ?? undefined
    } while (after !== undefined)

    expect(seen).toEqual(NAMES.map(([username]) => username))
    expect(sizes).toHaveLength(Math.ceil(NAMES.length / limit))
  })

  test('are paged through within a search', async () => {
    const first = await seeker.ok(contract.listUsers, { query: 'n', limit: 2 })
    const rest = await seeker.ok(contract.listUsers, { query: 'n', limit: 2, after: first.nextCursor ?? '' })
    expect(usernames(first.users)).toEqual(['anna', 'c_under'])
    expect(usernames(rest.users)).toEqual(['d-hyphen', 'f.stop'])
    expect(rest.nextCursor).toBe('f.stop')
  })

  test.each([
    'limit=0',
    'limit=101',
    'limit=-1',
    'limit=1.5',
    'limit=ten',
    'limit=',
    'limit=1&limit=2',
    `query=${'x'.repeat(65)}`,
    'query=a&query=b',
    'query=%00',
    'after=%00',
  ])('are not listed for %s', async (query) => {
    const answer = await seeker.raw('GET', `/api/users?${query}`)
    expect(asProblem(answer)).toMatchObject({ status: 400, code: 'request.invalid' })
  })

  test('who are not there are 404', async () => {
    expect(await seeker.fails(contract.getUser, { id: randomUUID() })).toMatchObject({
      status: 404,
      code: 'session.user_not_found',
    })
  })
})
