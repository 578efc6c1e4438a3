import { mkdir, readFile, rmdir } from 'node:fs/promises'
import type { RequestListener, ServerResponse } from 'node:http'
import { describe, expect, test, vi } from 'vitest'
import { sessionEndpoints, type User } from '../../../api/contract/session.ts'
import { install, remembering } from './installation.ts'
import { always, json, NOWHERE, startServer, startTcpServer } from './local-server.ts'
import { sampleProblem, sampleUser } from './samples.ts'

/** An API whose answer to `GET /api/users/me` waits until the test gives it; signing in gives `user` a new token. */
async function slowApi(user: User) {
  const waiting: ServerResponse[] = []
  const login = json(200, { token: 'new-token', user })
  const listener: RequestListener = (request, response) => {
    if (request.url === '/api/auth/login') login(request, response)
    else if (request.url === '/api/auth/logout') response.writeHead(204).end()
    else waiting.push(response)
  }
  const api = await startServer(listener)
  const asked = (count = 1) => vi.waitFor(() => expect(waiting.length).toBeGreaterThanOrEqual(count))
  const answer = (status: number, body: unknown): void => {
    for (const response of waiting.splice(0))
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
  return { url: api.url, asked, answer }
}

const credentials = (server: string) => ({ server, username: 'new', password: 'correct horse' })

describe('signing out', () => {
  test('forgets at once, and within some 3 s even if the server is silent', async () => {
    const silent = await startTcpServer(() => {})
    const installation = await remembering(silent.url)
    const { session, told } = await installation.start()
    const begun = performance.now()

    const signingOut = session.signOut()

    await vi.waitFor(() => expect(told).toEqual([{ status: 'signed-out', others: [], server: silent.url }]))
    expect(session.account).toBeNull()
    expect(performance.now() - begun).toBeLessThan(1_500)
    await signingOut
    expect(performance.now() - begun).toBeLessThan(5_000)
    expect(await readFile(installation.file, 'utf8')).toContain('"user":null,"sealedToken":null')
  })

  test('happens here and at the server even where the file cannot be written', async () => {
    const ended: unknown[] = []
    const api = await startServer((request, response) => {
      if (request.url === '/api/auth/logout') ended.push(request.headers.authorization)
      response.writeHead(request.url === '/api/auth/logout' ? 204 : 503).end()
    })
    const { start, file } = await remembering(api.url)
    const { session, told, logged } = await start()
    await mkdir(`${file}.new`)
    await session.signOut()
    expect(logged).toEqual(['the session could not be written'])
    await vi.waitFor(() => expect(ended).toEqual(['Bearer old-token']))
    expect(told).toEqual([{ status: 'signed-out', others: [], server: api.url }])
  })

  test('of nobody asks nobody', async () => {
    const { session, told } = await (await install()).start()
    await session.signOut()
    expect(told).toEqual([{ status: 'signed-out', others: [], server: null }])
  })

  test('while a call is under way: the call’s 401 says nothing more', async () => {
    const api = await slowApi(sampleUser())
    const { start } = await remembering(api.url)
    const { session, told } = await start()
    const call = session.call(sessionEndpoints.listDevices, {})
    await api.asked(2)

    await session.signOut()
    api.answer(401, sampleProblem(401, 'session.unauthenticated'))

    expect((await call).ok).toBe(false)
    expect(told).toEqual([{ status: 'signed-out', others: [], server: api.url }])
  })
})

describe('late answers for an earlier session', () => {
  test('a 401 does not end the next one', async () => {
    const user = sampleUser('new')
    const api = await slowApi(user)
    const { start } = await remembering(api.url)
    const { session, told } = await start()
    const call = session.call(sessionEndpoints.listDevices, {})
    await api.asked(2)
    await session.signIn(credentials(api.url))

    api.answer(401, sampleProblem(401, 'session.unauthenticated'))
    await call
    await session.end({ server: api.url, token: 'old-token' })

    expect(session.account).toEqual({ server: api.url, token: 'new-token' })
    expect(told).toEqual([{ status: 'signed-in', others: [], server: api.url, user }])
  })

  test('who somebody was does not become who is signed in now', async () => {
    const user = sampleUser('new')
    const api = await slowApi(user)
    const installation = await remembering(api.url)
    const { session, told } = await installation.start()
    await api.asked()
    await session.signIn(credentials(api.url))
    const call = session.call(sessionEndpoints.listDevices, {})
    await api.asked(2)

    api.answer(200, { user: installation.user })
    await call

    expect(session.state).toEqual({ status: 'signed-in', others: [], server: api.url, user })
    expect(told).toHaveLength(1)
    expect(await readFile(installation.file, 'utf8')).toContain(user.id)
  })

  test('is not told to the next one', async () => {
    const api = await slowApi(sampleUser('new'))
    const { start, user } = await remembering(api.url)
    const { session } = await start()
    const call = session.call(sessionEndpoints.getUser, { id: user.id })
    await api.asked(2)
    await session.signIn(credentials(api.url))

    api.answer(200, { user })

    expect(await call).toMatchObject({ ok: false, error: { code: 'desktop.signed_out' } })
  })

  test('nor is anybody remembered who has signed out', async () => {
    const api = await slowApi(sampleUser())
    const { start, file, user } = await remembering(api.url)
    const { session, told } = await start()
    const call = session.call(sessionEndpoints.getMe, {})
    await api.asked(2)
    await session.signOut()
    api.answer(200, { user })
    await call
    await session.signOut()
    expect(await readFile(file, 'utf8')).toContain('"user":null')
    expect(told.filter(({ status }) => status === 'signed-in')).toEqual([])
  })
})

describe('a session that is doubted', () => {
  test('goes on where only a proxy has asked for a password', async () => {
    const proxy = await startServer(always(401, { 'www-authenticate': 'Basic realm="hotel"' }))
    const { session, told } = await (await remembering(proxy.url)).start()
    await session.check({ server: proxy.url, token: 'old-token' })
    expect(session.state.status).toBe('signed-in')
    expect(told).toEqual([])
  })

  test('ends where the server itself does not know it, and is not asked for once it is over', async () => {
    const api = await startServer(json(401, sampleProblem(401, 'session.unauthenticated')))
    const { session } = await (await remembering(api.url)).start()
    await session.check({ server: api.url, token: 'old-token' })
    expect(session.state).toMatchObject({ status: 'signed-out', server: api.url })
    const asked = api.requests.length
    await session.check({ server: api.url, token: 'old-token' })
    expect(api.requests).toHaveLength(asked)
  })
})

describe('changes that overtake each other', () => {
  test('are told, and left on disk, in the order in which they happened', async () => {
    const user = sampleUser('new')
    const api = await slowApi(user)
    const installation = await remembering(api.url)
    const { session, told } = await installation.start()

    for (let round = 0; round < 20; round += 1) {
      told.length = 0
      const ending = session.end(session.account ?? { server: api.url, token: null })
      const entering = session.signIn(credentials(api.url))
      await Promise.all([ending, entering])
      expect(told.at(-1)).toEqual({ status: 'signed-in', others: [], server: api.url, user })
      expect((await installation.start()).session.account).toEqual(session.account)
    }
  })

  test('never meet in the file', async () => {
    const installation = await remembering(NOWHERE)
    const { session } = await installation.start()
    await Promise.all(Array.from({ length: 20 }, () => session.signOut()))
    expect(JSON.parse(await readFile(installation.file, 'utf8'))).toEqual({
      server: NOWHERE,
      user: null,
      sealedToken: null,
      others: [],
    })
  })

  test('a write that failed does not hinder the next', async () => {
    const { start, file } = await remembering(NOWHERE)
    const { session } = await start()
    await mkdir(`${file}.new`)
    await session.signOut()
    expect(await readFile(file, 'utf8')).not.toContain('"user":null')
    await rmdir(`${file}.new`)
    await session.signOut()
    expect(await readFile(file, 'utf8')).toContain('"user":null')
  })
})
