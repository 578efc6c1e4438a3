import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client as PgClient } from 'pg'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { chatEndpoints, type Message } from '../../api/contract/chat.ts'
import { sessionEndpoints } from '../../api/contract/session.ts'
import { startEmbeddedServices, type EmbeddedStorage } from '../../api/embedded/embedded-services.ts'
import { startApi, type ApiProcess } from '../support/api-process.ts'
import { openBucket } from '../support/bucket.ts'
import { Client } from '../support/client.ts'
import { Listener } from '../support/listener.ts'
import { differentPictures, type Renditions } from '../support/photos.ts'
import { ReferenceClient } from '../support/reference-client.ts'
import { digest, fetchPicture, savePicture } from '../support/upload.ts'

/** Whatever the surroundings configure, these use the embedded services. */
const EMBEDDED = { DATABASE_URL: '', AWS_BUCKET_NAME: '', S3_ENDPOINT: '' }

let dataDir: string
let running: ApiProcess[]

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'medallion-restart-'))
  running = []
})
afterEach(async () => {
  for (const api of running) await api.stop()
  await rm(dataDir, { recursive: true, force: true })
})

async function start(env: Record<string, string> = {}): Promise<ApiProcess> {
  const api = await startApi(dataDir, { ...EMBEDDED, ...env })
  running.push(api)
  return api
}

/** Starts an API that is expected to end by itself, and tells everything it said. */
async function failToStart(env: Record<string, string>): Promise<string> {
  return start(env).then(
    () => Promise.reject(new Error('It started.')),
    (error: Error) => error.message,
  )
}

/** The process id of the database server in `dataDir`; null when none runs. */
async function databaseProcess(): Promise<number | null> {
  const home = await readFile(join(dataDir, 'postgres-location'), 'utf8').catch(() => dataDir)
  const file = await readFile(join(home.trim(), 'postgres/data/postmaster.pid'), 'utf8').catch(() => null)
  return file === null ? null : Number(file.split('\n')[0])
}

/** Somebody who writes and changes their picture without pause, and remembers what was acknowledged. */
class Busy {
  readonly client: Client
  readonly attempts = new Map<string, string>()
  readonly acknowledged: Message[] = []
  readonly pictures = new Set<string>()
  picture = { version: 0, digest: '' }

  constructor(client: Client) {
    this.client = client
  }

  /** Writes until the API is gone. */
  async write(roomId: string): Promise<void> {
    for (let n = 1; ; n += 1) {
      const clientId = randomUUID()
      const body = `Message ${n}`
      this.attempts.set(clientId, body)
      const sent = await this.client
        .ok(chatEndpoints.sendMessage, { id: roomId, clientId, body })
        .catch(() => null)
      if (sent === null) return
      this.acknowledged.push(sent.message)
    }
  }

  /** Changes the picture until the API is gone. */
  async change(choice: Renditions[]): Promise<void> {
    for (let n = 0; ; n += 1) {
      const renditions = choice[n % choice.length]
      if (renditions === undefined) throw new Error('There is no picture to choose.')
      this.pictures.add(digest(renditions.full))
      const user = await savePicture(this.client, renditions).catch(() => null)
      if (user === null) return
      this.picture = { version: user.avatarVersion, digest: digest(renditions.full) }
    }
  }
}

async function registerThree(url: string): Promise<Busy[]> {
  return Promise.all(
    ['ada', 'grace', 'edsger'].map(async (username) => {
      const { token } = await new Client(url, null).ok(sessionEndpoints.register, {
        username,
        displayName: username,
        password: 'correct horse battery',
      })
      return new Busy(new Client(url, token))
    }),
  )
}

async function allMessages(client: Client, id: string): Promise<Message[]> {
  const all: Message[] = []
  for (;;) {
    const after = all.at(-1)?.seq ?? 0
    const page = await client.ok(chatEndpoints.listMessages, { id, after, limit: 200 })
    all.push(...page.messages)
    if (!page.hasMore) return all
  }
}

/** Puts what waits for its time into the past, as if the API had been away for an hour. */
async function passTime(): Promise<{ storage: EmbeddedStorage; queued: number }> {
  const services = await startEmbeddedServices({
    dataDir,
    log: () => {},
    needs: { database: true, objectStore: true },
  })
  try {
    const { databaseUrl, storage } = services
    if (databaseUrl === undefined || storage === undefined) throw new Error('Both services were asked for.')
    const database = new PgClient({ connectionString: databaseUrl })
    await database.connect()
    await database.query(`update avatar_uploads set expires_at = now() - interval '1 hour'`)
    const { rowCount } = await database.query(`update object_deletions set due_at = now()`)
    await database.end()
    return { storage, queued: rowCount ?? 0 }
  } finally {
    await services.stop()
  }
}

test('killed in the midst of everything, it has all that it acknowledged when it is started again', async () => {
  const pictures = await differentPictures(4)
  const first = await start()
  const people = await registerThree(first.url)
  const [ada] = people
  if (ada === undefined) throw new Error('Nobody has joined.')
  const ids = await Promise.all(
    people.map(async ({ client }) => (await client.ok(sessionEndpoints.getMe, {})).user.id),
  )
  const { room } = await ada.client.ok(chatEndpoints.createRoom, { name: 'Busy', memberIds: ids.slice(1) })

  const listening = people.map(({ client }, n) => {
    return new ReferenceClient([first.url], { token: client.token ?? '', user: { id: ids[n] ?? '' } })
  })
  for (const each of listening) each.start()
  await vi.waitFor(
    () => expect(listening.map(({ rooms }) => rooms.has(room.id))).toEqual([true, true, true]),
    { timeout: 10_000 },
  )

  const work = Promise.all(people.flatMap((person) => [person.write(room.id), person.change(pictures)]))
  await vi.waitFor(
    () => {
      for (const { acknowledged, picture } of people) {
        expect(acknowledged.length).toBeGreaterThan(10)
        expect(picture.version).toBeGreaterThan(1)
      }
    },
    { timeout: 20_000, interval: 1 },
  )
  await first.kill()
  await work
  const { storage, queued } = await passTime()
  expect(queued).toBeGreaterThan(0)

  const { url } = await start()
  const again = (person: Busy): Client => new Client(url, person.client.token)
  for (const each of listening) each.addresses = [url]

  // Every acknowledged message is there, once, and the count has no gap.
  const history = await allMessages(again(ada), room.id)
  expect(history.map(({ seq }) => seq)).toEqual(history.map((_, n) => n + 1))
  for (const { acknowledged } of people)
    for (const message of acknowledged)
      expect(history.filter(({ clientId }) => clientId === message.clientId)).toEqual([message])

  // Sending again what was not acknowledged makes it whole, whether it had arrived or not.
  for (const person of people)
    for (const [clientId, body] of person.attempts)
      await again(person).ok(chatEndpoints.sendMessage, { id: room.id, clientId, body })
  const whole = await allMessages(again(ada), room.id)
  expect(whole).toHaveLength(people.reduce((sum, { attempts }) => sum + attempts.size, 0))
  expect(new Set(whole.map(({ clientId }) => clientId)).size).toBe(whole.length)

  // Every picture is the acknowledged one, or one that came after it, and can be read.
  const users = await Promise.all(
    people.map(async (person) => {
      const { user } = await again(person).ok(sessionEndpoints.getMe, {})
      const answer = await fetchPicture(again(person), user.avatarUrl)
      expect(answer.status).toBe(200)
      const served = digest(Buffer.from(await answer.arrayBuffer()))
      expect(user.avatarVersion).toBeGreaterThanOrEqual(person.picture.version)
      if (user.avatarVersion === person.picture.version) expect(served).toBe(person.picture.digest)
      expect([...person.pictures]).toContain(served)
      return user
    }),
  )

  // Whoever was listening has come back by cursor and has it all: each message once, in order, and everyone's picture.
  for (const each of listening) {
    const versions = (): number[] => users.map(({ id }) => each.people.get(id)?.avatarVersion ?? 0)
    await vi.waitFor(() => {
      expect([...(each.rooms.get(room.id)?.messages.values() ?? [])]).toEqual(whole)
      expect(versions()).toEqual(users.map(({ avatarVersion }) => avatarVersion))
    }, 15_000)
    expect(each.tally).toMatchObject({ resyncs: 1, doubled: 0, reordered: 0 })
    expect(each.tally.replays).toBeGreaterThan(0)
    await each.stop()
  }
  process.stdout.write(
    `Killed under load with its database: ${whole.length} messages sent, 0 lost, 0 doubled, 0 reordered\n`,
  )

  // What was to be deleted is deleted, and what was half done is swept: only these pictures are left.
  const bucket = openBucket(storage)
  const left = users
    .flatMap(({ avatarUrl, avatarThumbUrl }) => [avatarUrl ?? '', avatarThumbUrl ?? ''])
    .map((address) => address.replace('/api/', ''))
    .toSorted()
  await vi.waitFor(async () => expect(await bucket.keys('')).toEqual(left), {
    timeout: 10_000,
    interval: 100,
  })
  bucket.close()
}, 120_000)

test('SIGTERM: sockets close with 1001, a request under way is answered, and nothing is left running', async () => {
  const api = await start()
  const [ada] = await registerThree(api.url)
  if (ada === undefined) throw new Error('Nobody has joined.')
  const socket = await Listener.connect(api.url, ada.client.token ?? '')
  const database = await databaseProcess()
  expect(database).not.toBeNull()

  // The request has begun: its body is still coming.
  const body = JSON.stringify({ name: 'Under way', memberIds: [] })
  const outgoing = request(`${api.url}/api/rooms`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${ada.client.token}`,
      'content-type': 'application/json',
      'content-length': body.length,
      expect: '100-continue',
    },
  })
  outgoing.flushHeaders()
  // The server has read the headers when it asks for the body.
  await once(outgoing, 'continue')
  outgoing.write(body.slice(0, 10))

  const exited = once(api.process, 'exit')
  api.process.kill('SIGTERM')
  expect(await socket.waitForClose()).toMatchObject({ code: 1001 })
  await expect(fetch(`${api.url}/healthz`)).rejects.toThrow()

  outgoing.end(body.slice(10))
  const [response] = await once(outgoing, 'response')
  expect(response.statusCode).toBe(201)
  response.resume()
  const answered = performance.now()
  expect(await exited).toEqual([0, null])
  // It waits for requests, not for connections that are merely kept open.
  expect(performance.now() - answered).toBeLessThan(3_500)
  // It has removed its pid file; the process itself is gone as soon as the system has cleared it away.
  expect(await databaseProcess()).toBeNull()
  await vi.waitFor(() => expect(() => process.kill(database ?? 0, 0)).toThrow('ESRCH'), 5_000)
})

test('SIGTERM while it is still starting leaves nothing running either', async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', 'api/main.ts'], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { ...process.env, ...EMBEDDED, PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const exited = once(child, 'exit')
  // Its first line: it begins to create the database.
  await once(child.stdout, 'data')
  child.stdout.resume()
  child.kill('SIGTERM')
  expect(await exited).toEqual([0, null])
  expect(await databaseProcess()).toBeNull()
})

test('a port that is taken is one clear error', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const said = await failToStart({ PORT: String(port) })
  other.close()
  expect(said).toContain('ended with 1 before it listened')
  const fatal = said.split('\n').filter((line) => line.includes('"level":60'))
  expect(fatal).toHaveLength(1)
  expect(fatal[0]).toContain(`port ${port} of 127.0.0.1 cannot be used`)
  expect(await databaseProcess()).toBeNull()
})

test('a database that cannot be reached ends it with an error', async () => {
  const said = await failToStart({ DATABASE_URL: 'postgres://nobody:nothing@127.0.0.1:1/none' })
  expect(said).toContain('ended with 1 before it listened')
  expect(said).toContain('Medallion could not start')
})

test('settings that cannot be used are all named at once', async () => {
  const said = await failToStart({
    PORT: 'eighty',
    LOG_LEVEL: 'loud',
    DATABASE_URL: 'mysql://somewhere/else',
    AVATAR_PUBLIC_URL: 'ftp://pictures',
    S3_ENDPOINT: 'http://127.0.0.1:9000',
    AWS_ACCESS_KEY_ID: 'somebody',
  })
  expect(said).toContain('ended with 1 before it listened')
  for (const name of [
    'PORT',
    'LOG_LEVEL',
    'DATABASE_URL',
    'AVATAR_PUBLIC_URL',
    'AWS_BUCKET_NAME',
    'AWS_SECRET_ACCESS_KEY',
  ])
    expect(said).toMatch(new RegExp(`^ {2}${name} `, 'm'))
})
