import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Client as PgClient } from 'pg'
import { chatEndpoints, type Message } from '../../api/contract/chat.ts'
import { sessionEndpoints } from '../../api/contract/session.ts'
import { startEmbeddedPostgres } from '../../api/embedded/postgres.ts'
import { migrate } from '../../api/platform/db.ts'
import { createLog } from '../../api/platform/log.ts'
import { startApi } from '../support/api-process.ts'
import { Client } from '../support/client.ts'
import { measure, type Benchmark, type Measurement } from './measure.ts'

const ROOMS = 8
/** As many as the API's pool has connections to the database; pgbench gets the same number. */
const CONNECTIONS = 20
const SECONDS = 4
const ROUNDS = 4

/** One API process takes messages from many connections in several rooms, beside a database that is only told to insert them. */
export const benchmark: Benchmark = {
  title:
    `Messages: POST from ${CONNECTIONS} connections in ${ROOMS} rooms, one API process over the embedded database; ` +
    'yardstick: pgbench doing the same inserts on it',
  async run() {
    const dataDir = await mkdtemp(join(tmpdir(), 'medallion-bench-'))
    const database = await startEmbeddedPostgres({ dataDir, log: () => {} })
    const api = await startApi(dataDir, {
      DATABASE_URL: database.url,
      AWS_BUCKET_NAME: '',
      S3_ENDPOINT: '',
      LOG_LEVEL: 'info',
    })
    try {
      const writer = await openRooms(api.url)
      const yardstick = await createYardstick(database.url)
      const script = join(dataDir, 'messages.sql')
      await writeFile(script, toPgbenchScript())
      return await compete(writer, () => runPgbench(yardstick, script))
    } finally {
      await api.stop()
      await database.stop()
      await rm(dataDir, { recursive: true, force: true })
    }
  },
}

/** Somebody with rooms to write in, over connections that stay open. */
interface Writer {
  url: string
  token: string
  roomIds: string[]
  agent: Agent
}

async function openRooms(url: string): Promise<Writer> {
  const account = { username: 'ada', displayName: 'Ada', password: 'correct horse battery' }
  const { token } = await new Client(url, null).ok(sessionEndpoints.register, account)
  const client = new Client(url, token)
  const roomIds: string[] = []
  for (let n = 0; n < ROOMS; n += 1)
    roomIds.push((await client.ok(chatEndpoints.createRoom, { name: `Room ${n}`, memberIds: [] })).room.id)
  return { url, token, roomIds, agent: new Agent({ keepAlive: true, maxSockets: CONNECTIONS }) }
}

/** In turns, so that whatever else the machine does falls on both alike; the first round only warms them up. */
async function compete(writer: Writer, inserts: () => Promise<number | null>): Promise<Measurement[]> {
  const accepted: number[] = []
  const inserted: number[] = []
  for (let round = -1; round < ROUNDS; round += 1) {
    const took = await sendFor(writer, SECONDS)
    const bare = await inserts()
    if (round < 0) continue
    accepted.push(took)
    if (bare !== null) inserted.push(bare)
  }
  const one = await measure(200, (n) => send(writer, n))
  writer.agent.destroy()
  return [
    { what: 'accepted by the API', unit: 'messages/s', samples: accepted },
    ...(inserted.length === 0
      ? []
      : [{ what: 'inserted by pgbench', unit: 'messages/s', samples: inserted, yardstick: true as const }]),
    { what: 'one message alone: sent → accepted', samples: one },
  ]
}

/** Keeps every connection busy and tells how many messages a second were accepted. */
async function sendFor(writer: Writer, seconds: number): Promise<number> {
  const began = performance.now()
  const end = began + seconds * 1_000
  let accepted = 0
  const keepSending = async (first: number): Promise<void> => {
    for (let n = first; performance.now() < end; n += 1) {
      await send(writer, n)
      accepted += 1
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, (_, n) => keepSending(n)))
  return accepted / ((performance.now() - began) / 1_000)
}

/** Not by fetch, which costs the sender several times as much. */
function send({ url, token, roomIds, agent }: Writer, n: number): Promise<void> {
  const body = JSON.stringify({ clientId: randomUUID(), body: BODY })
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/api/rooms/${roomIds[n % ROOMS]}/messages`, {
      agent,
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'content-length': body.length,
      },
    })
    sent.on('error', reject)
    sent.on('response', (answer) => {
      answer.resume()
      answer.on('end', () => {
        if (answer.statusCode === 201) resolve()
        else reject(new Error(`A message was answered with ${answer.statusCode}.`))
      })
    })
    sent.end(body)
  })
}

const BODY = 'Shall we meet at ten, or is that too early for you?'

/** A database beside the API's, with rooms and somebody in it: no feed takes the events out of this one. */
async function createYardstick(databaseUrl: string): Promise<string> {
  const url = new URL(databaseUrl)
  url.pathname = '/yardstick'
  await query(databaseUrl, 'create database yardstick')
  await migrate(url.href, createLog('warn'))
  await query(
    url.href,
    `insert into users (id, username, display_name, password_hash) values ('${SENDER}', 'ada', 'Ada', '');
     insert into rooms (id, kind, name) select (${roomId('n')})::uuid, 'group', 'Room' from generate_series(1, ${ROOMS}) n`,
  )
  return url.href
}

async function query(databaseUrl: string, sql: string): Promise<void> {
  const client = new PgClient({ connectionString: databaseUrl })
  await client.connect()
  await client.query(sql)
  await client.end()
}

const SENDER = randomUUID()
const roomId = (n: string): string => `'00000000-0000-4000-8000-00000000000' || ${n}`

/** What a message comes to in the database at the very least: the room is held, the message and its event written. */
function toPgbenchScript(): string {
  const message: Message = {
    id: randomUUID(),
    roomId: randomUUID(),
    seq: 1,
    senderId: SENDER,
    clientId: randomUUID(),
    body: BODY,
    createdAt: new Date().toISOString(),
    editedAt: null,
    deletedAt: null,
    replyTo: null,
    reactions: [],
    attachments: [],
  }
  const event = { type: 'message:created', data: { message } }
  // What comes right behind a colon pgbench takes for a variable of its own, in quotes as well.
  const json = JSON.stringify(event, null, ' ').replace(/:(?=\w)/g, '\\u003a')
  const room = `(${roomId(':room')})::uuid`
  return `
    \\set room random(1, ${ROOMS})
    begin;
    update rooms set last_seq = last_seq + 1 where id = ${room} returning last_seq \\gset
    insert into messages (id, room_id, seq, sender_id, client_id, body)
      values (gen_random_uuid(), ${room}, :last_seq, '${SENDER}', gen_random_uuid(), '${BODY}');
    insert into event_outbox (topic, event) values ('room:' || ${roomId(':room')}, '${json}');
    commit;
  `.replace(/^ {4}/gm, '')
}

let missing = false

/** Messages a second, or null where there is no pgbench. */
async function runPgbench(databaseUrl: string, script: string): Promise<number | null> {
  if (missing) return null
  try {
    const options = ['-n', '-M', 'prepared', '-c', String(CONNECTIONS), '-T', String(SECONDS), '-f', script]
    const { stdout } = await promisify(execFile)('pgbench', [...options, databaseUrl])
    return Number(/tps = ([\d.]+)/.exec(stdout)?.[1])
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    missing = true
    process.stdout.write('There is no pgbench on the PATH, so there is nothing to compare with.\n')
    return null
  }
}
