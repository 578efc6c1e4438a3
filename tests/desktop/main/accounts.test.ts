import { expect, test } from 'vitest'
import { install } from './installation.ts'
import { startServer } from './local-server.ts'
import { sampleUser } from './samples.ts'

/** A server at which anybody can sign in, with a token made of their name. */
async function startHost() {
  const users = new Map(['ada', 'grace'].map((username) => [username, sampleUser(username)]))
  const asked: string[] = []
  const { url } = await startServer((request, response) => {
    const token = request.headers.authorization?.replace('Bearer ', '') ?? ''
    asked.push(`${request.method} ${request.url} ${token}`)
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const { username = token.split(' ')[2] ?? '' } = JSON.parse(body || '{}') as { username?: string }
      const user = users.get(username)
      response.writeHead(request.url === '/api/auth/logout' ? 204 : 200, {
        'content-type': 'application/json',
      })
      response.end(
        request.url === '/api/auth/logout'
          ? undefined
          : JSON.stringify({ token: `token of ${username}`, user }),
      )
    })
  })
  const idOf = (username: string): string => users.get(username)?.id ?? ''
  return { url, asked, idOf }
}

const names = (state: { others: Array<{ username: string }> }) => state.others.map(({ username }) => username)

test('several accounts stay signed in, one at work, over restarts', async () => {
  const host = await startHost()
  const installation = await install()
  const { session } = await installation.start()
  const ended: string[] = []
  session.on('ended', (key) => ended.push(key))
  const signIn = (username: string) =>
    session.signIn({ server: host.url, username, password: 'secret words' })

  await signIn('ada')
  await session.setAside()
  expect(session.state).toMatchObject({ status: 'signed-out', server: host.url })
  expect(names(session.state)).toEqual(['ada'])
  await signIn('grace')
  expect(session.state).toMatchObject({ status: 'signed-in', user: { username: 'grace' } })
  expect(names(session.state)).toEqual(['ada'])

  expect(await session.switchTo(host.url, host.idOf('ada'))).toMatchObject({ ok: true })
  expect(session.state).toMatchObject({ status: 'signed-in', user: { username: 'ada' } })
  expect(session.account?.token).toBe('token of ada')
  expect(names(session.state)).toEqual(['grace'])
  expect(ended).toEqual([])

  await session.settled()
  const again = await installation.start()
  expect(again.session.state).toMatchObject({ status: 'signed-in', user: { username: 'ada' } })
  expect(names(again.session.state)).toEqual(['grace'])
})

test('who signs out ends their own session alone; nobody follows unasked', async () => {
  const host = await startHost()
  const { session } = await (await install()).start()
  const ended: string[] = []
  session.on('ended', (key) => ended.push(key))
  await session.signIn({ server: host.url, username: 'ada', password: 'secret words' })
  await session.setAside()
  await session.signIn({ server: host.url, username: 'grace', password: 'secret words' })
  await session.signOut()
  expect(session.state.status).toBe('signed-out')
  expect(names(session.state)).toEqual(['ada'])
  expect(ended).toHaveLength(1)
  expect(host.asked.filter((line) => line.includes('logout'))).toEqual([
    'POST /api/auth/logout token of grace',
  ])
})

test('who signs in again is there once', async () => {
  const host = await startHost()
  const { session } = await (await install()).start()
  for (let n = 0; n < 2; n += 1) {
    await session.signIn({ server: host.url, username: 'ada', password: 'secret words' })
    await session.setAside()
  }
  expect(names(session.state)).toEqual(['ada'])
})

test('who is not signed in any more is no way on', async () => {
  const { session } = await (await install()).start()
  expect(await session.switchTo('http://127.0.0.1:2', sampleUser().id)).toMatchObject({
    ok: false,
    error: { code: 'desktop.signed_out' },
  })
})
