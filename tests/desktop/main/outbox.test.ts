import { randomUUID } from 'node:crypto'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { chatEndpoints, type Message, type Room } from '../../../api/contract/chat.ts'
import type { OutboxAction, OutboxEntry } from '../../../desktop/bridge.ts'
import { StagedImages } from '../../../desktop/main/attachments/staged-images.ts'
import { Outbox } from '../../../desktop/main/outbox.ts'
import { Session } from '../../../desktop/main/session.ts'
import { openRoom, say } from '../../support/chat.ts'
import { openStoreProxy, type StoreProxy } from '../../support/store-proxy.ts'
import { startTestApp, type Person, type TestApp } from '../../support/test-app.ts'
import { createVault, NETWORK, sampleProblem, temporaryFolder } from './samples.ts'

let app: TestApp
let api: StoreProxy
let ada: Person
let grace: Person
let room: Room

beforeAll(async () => {
  app = await startTestApp()
  api = await openStoreProxy(app.url)
})
afterAll(async () => {
  await api.close()
  await app.stop()
})
beforeEach(async () => {
  api.treat(() => undefined)
  api.seen.length = 0
  ada = await app.person('Ada')
  grace = await app.person('Grace')
  room = await openRoom(ada, grace)
})

/** A program of Ada's with its outbox; of programs over the same folder only one is to work at a time. */
async function start(folder: string, { token } = ada) {
  const session = new Session({
    file: join(folder, `session-${randomUUID()}.json`),
    vault: createVault(),
    network: NETWORK,
    log: () => {},
  })
  await session.open({ server: api.url, token })
  const logged: string[] = []
  const outbox = new Outbox({
    file: join(folder, 'outbox.json'),
    session,
    staged: new StagedImages(join(folder, 'staged')),
    originals: { put: async () => {} },
    isOnline: () => true,
    log: (line) => logged.push(line),
  })
  const lists: OutboxEntry[][] = []
  const settled: Message[] = []
  outbox.on('change', (list) => lists.push(list))
  outbox.on('settled', (message) => settled.push(message))
  await outbox.open()
  onTestFinished(async () => {
    await session.signOut()
    await outbox.settled()
  })
  return { outbox, session, lists, settled, logged }
}

type Program = Awaited<ReturnType<typeof start>>

const send = (body: string, roomId = room.id): OutboxAction & { kind: 'send' } => ({
  kind: 'send',
  roomId,
  clientId: randomUUID(),
  body,
  replyTo: null,
  images: [],
})

/** Puts messages into the outbox, one after the other. */
async function sendAll({ outbox }: Program, ...bodies: string[]): Promise<string[]> {
  const ids = []
  for (const body of bodies) {
    const action = send(body)
    await outbox.add(action.clientId, action)
    ids.push(action.clientId)
  }
  return ids
}

const said = async (): Promise<string[]> =>
  (await grace.client.ok(chatEndpoints.listMessages, { id: room.id })).messages.map(({ body }) => body)

/** Waits until nothing waits any more. */
const emptied = ({ outbox }: Program): Promise<void> =>
  vi.waitFor(() => expect(outbox.list()).toEqual([]), { timeout: 15_000, interval: 10 })

const away = (): void => api.treat(() => ({ do: 'cut' }))
const back = (): void => api.treat(() => undefined)

/** Waits until the first entry has been tried in vain. */
const waiting = ({ outbox }: Program): Promise<void> =>
  vi.waitFor(() => expect(outbox.list()[0]?.progress.status).toBe('waiting'), {
    timeout: 5_000,
    interval: 10,
  })

describe('with a server', () => {
  test('messages go out in their order, and each is told before it is gone from the list', async () => {
    const program = await start(await temporaryFolder())
    const seen: boolean[] = []
    program.outbox.on('settled', (message) =>
      seen.push(program.outbox.list().some(({ id }) => id === message.clientId)),
    )
    await sendAll(program, 'one', 'two', 'three')
    await emptied(program)
    expect(await said()).toEqual(['one', 'two', 'three'])
    expect(program.settled.map(({ body }) => body)).toEqual(['one', 'two', 'three'])
    expect(seen).toEqual([true, true, true])
  })

  test('an action that is added twice is done once', async () => {
    const program = await start(await temporaryFolder())
    const action = send('once')
    await Promise.all([
      program.outbox.add(action.clientId, action),
      program.outbox.add(action.clientId, action),
    ])
    await emptied(program)
    expect(await said()).toEqual(['once'])
  })

  test('what it refuses stays with the reason, and the next ones go out; retried or given up it is settled', async () => {
    const program = await start(await temporaryFolder())
    const nowhere = send('to nobody', randomUUID())
    await program.outbox.add(nowhere.clientId, nowhere)
    await sendAll(program, 'to somebody')
    await vi.waitFor(() => expect(program.outbox.list()).toHaveLength(1))
    expect(program.outbox.list()[0]).toMatchObject({
      id: nowhere.clientId,
      progress: { status: 'failed', failure: { code: 'chat.room_not_found' } },
    })
    expect(await said()).toEqual(['to somebody'])
    await program.outbox.retry(nowhere.clientId)
    await vi.waitFor(() => expect(program.outbox.list()[0]?.progress.status).toBe('failed'))
    await program.outbox.discard(nowhere.clientId)
    expect(program.outbox.list()).toEqual([])
  })

  test('what is gone already needs no change and no deletion', async () => {
    const program = await start(await temporaryFolder())
    const message = await say(ada, room.id, 'short-lived')
    await ada.client.ok(chatEndpoints.deleteMessage, { id: room.id, messageId: message.id })
    await program.outbox.add(randomUUID(), {
      kind: 'edit',
      roomId: room.id,
      messageId: message.id,
      body: 'x',
    })
    await program.outbox.add(randomUUID(), { kind: 'delete', roomId: room.id, messageId: message.id })
    await emptied(program)
    expect(program.lists.flat().every(({ progress }) => progress.status !== 'failed')).toBe(true)
  })

  test('what it stumbles over each time holds up the others only for a while', async () => {
    const program = await start(await temporaryFolder())
    vi.spyOn(Math, 'random').mockReturnValue(0)
    onTestFinished(() => void vi.restoreAllMocks())
    const other = await openRoom(ada)
    const body = JSON.stringify(sampleProblem(500, 'server.internal'))
    api.treat(({ target }) =>
      target.includes(other.id)
        ? { do: 'answer', status: 500, headers: { 'content-type': 'application/problem+json' }, body }
        : undefined,
    )
    const poison = send('poison', other.id)
    await program.outbox.add(poison.clientId, poison)
    await sendAll(program, 'antidote')
    await vi.waitFor(async () => expect(await said()).toEqual(['antidote']), { timeout: 10_000 })
    expect(program.outbox.list()).toMatchObject([
      { progress: { status: 'failed', failure: { code: 'server.internal' } } },
    ])
  })
})

describe('without a server', () => {
  test('everything waits, says so, and goes out by itself in its order', async () => {
    const program = await start(await temporaryFolder())
    away()
    await sendAll(program, 'one', 'two', 'three')
    await waiting(program)
    expect(program.outbox.list().map(({ progress }) => progress.status)).toEqual([
      'waiting',
      'waiting',
      'waiting',
    ])
    expect(program.outbox.list()[0]?.progress).toMatchObject({
      failure: { code: 'desktop.server_unreachable' },
    })
    back()
    await emptied(program)
    expect(await said()).toEqual(['one', 'two', 'three'])
  })

  test('an answer that is lost makes no second message', async () => {
    const program = await start(await temporaryFolder())
    let lost = 0
    api.treat(({ method }) => (method === 'POST' && lost++ < 3 ? { do: 'lose-answer' } : undefined))
    await sendAll(program, 'one', 'two')
    await emptied(program)
    expect(lost).toBeGreaterThan(3)
    expect(await said()).toEqual(['one', 'two'])
  })

  test('a message that waits can be changed, and given up', async () => {
    const program = await start(await temporaryFolder())
    away()
    const [first = '', second = ''] = await sendAll(program, 'frist', 'never')
    await waiting(program)
    expect(await program.outbox.rewrite(first, 'first')).toBe(true)
    await program.outbox.discard(second)
    expect(program.outbox.list().map(({ action }) => 'body' in action && action.body)).toEqual(['first'])
    back()
    await emptied(program)
    expect(await said()).toEqual(['first'])
    expect(await program.outbox.rewrite(first, 'too late')).toBe(false)
  })

  test('one that the server has taken, while its answer was lost, is changed and deleted there', async () => {
    const program = await start(await temporaryFolder())
    let lose = true
    api.treat(({ method }) => (method === 'POST' && lose ? { do: 'lose-answer' } : undefined))
    const [id = ''] = await sendAll(program, 'before')
    await waiting(program)
    expect(await said()).toEqual(['before'])
    await program.outbox.rewrite(id, 'after')
    lose = false
    await emptied(program)
    expect(await said()).toEqual(['after'])
  })

  test('of several changes to one message the last is made; deletion leaves none', async () => {
    const program = await start(await temporaryFolder())
    const [one, two] = [await say(ada, room.id, 'one'), await say(ada, room.id, 'two')]
    away()
    await sendAll(program, 'keeps the others waiting')
    await waiting(program)
    const edit = (messageId: string, body: string) =>
      program.outbox.add(randomUUID(), { kind: 'edit', roomId: room.id, messageId, body })
    await edit(one.id, 'one, changed')
    await edit(one.id, 'one, changed again')
    await edit(two.id, 'two, changed')
    await program.outbox.add(randomUUID(), { kind: 'delete', roomId: room.id, messageId: two.id })
    expect(program.outbox.list().map(({ action }) => action.kind)).toEqual(['send', 'edit', 'delete'])
    back()
    await emptied(program)
    expect(await said()).toEqual(['one, changed again', '', 'keeps the others waiting'])
  })

  test('of several marks the furthest is set, however they came', async () => {
    const program = await start(await temporaryFolder())
    for (const body of ['1', '2', '3', '4']) await say(grace, room.id, body)
    away()
    const mark = (seq: number) => program.outbox.add(randomUUID(), { kind: 'read', roomId: room.id, seq })
    await mark(1)
    await waiting(program)
    for (const seq of [2, 4, 3]) await mark(seq)
    back()
    await emptied(program)
    const known = await ada.client.ok(chatEndpoints.getRoom, { id: room.id })
    expect(known.room.lastReadSeq).toBe(4)
  })
})

describe('the end of the program', () => {
  test('loses nothing that was taken over: the next one sends it in order, once', async () => {
    const folder = await temporaryFolder()
    const first = await start(folder)
    away()
    await sendAll(first, 'one', 'two', 'three')
    await waiting(first)
    // A program that is killed works no more; this one is kept from it by being nobody’s.
    await first.session.signOut()
    back()
    const second = await start(folder)
    await emptied(second)
    expect(await said()).toEqual(['one', 'two', 'three'])
    expect(JSON.parse(await readFile(join(folder, 'outbox.json'), 'utf8'))).toEqual([])
  })

  test('keeps what is another account’s for it alone', async () => {
    const folder = await temporaryFolder()
    const first = await start(folder)
    away()
    await sendAll(first, 'Ada’s')
    await waiting(first)
    await first.session.signOut()
    back()
    const others = await start(folder, grace)
    expect(others.outbox.list()).toEqual([])
    const words = send('Grace’s')
    await others.outbox.add(words.clientId, words)
    await emptied(others)
    expect(await said()).toEqual(['Grace’s'])
    // As far as the server knows she stays.
    away()
    await others.session.signOut()
    back()
    const again = await start(folder)
    await emptied(again)
    expect(await said()).toEqual(['Grace’s', 'Ada’s'])
  })

  test.each([
    ['half a file', '[{"id":'],
    ['something else', '{"no":"list"}'],
    ['entries of a newer program', '[{"id":"x","action":{"kind":"react"}}]'],
  ])('that left %s is survived', async (_, text) => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'outbox.json'), text)
    const program = await start(folder)
    expect(program.outbox.list()).toEqual([])
    await sendAll(program, 'goes on')
    await emptied(program)
    expect(await said()).toEqual(['goes on'])
  })

  test('that left what cannot be read has it put aside, not written over', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'outbox.json'), '[{"id":')
    const program = await start(folder)
    await sendAll(program, 'goes on')
    await emptied(program)
    expect(await readFile(join(folder, 'outbox.json.unreadable'), 'utf8')).toBe('[{"id":')
  })

  test('under a clock that is far ahead loses nothing of who is signed in; of who is not, it goes after 30 days', async () => {
    const folder = await temporaryFolder()
    const first = await start(folder)
    away()
    await sendAll(first, 'for ever')
    await waiting(first)
    await first.session.signOut()
    await first.outbox.settled()
    const file = join(folder, 'outbox.json')
    const [record] = JSON.parse(await readFile(file, 'utf8')) as Array<Record<string, unknown>>
    const old = { ...record, createdAt: Date.now() - 40 * 24 * 3_600_000 }
    await writeFile(file, JSON.stringify([{ ...old, userId: randomUUID(), id: randomUUID() }, old]))
    back()
    const second = await start(folder)
    await emptied(second)
    expect(await said()).toEqual(['for ever'])
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual([])
  })

  test('that an earlier version has left a message, without images and what is known of them, loses nothing', async () => {
    const folder = await temporaryFolder()
    const first = await start(folder)
    away()
    await sendAll(first, 'from before')
    await waiting(first)
    await first.session.signOut()
    await first.outbox.settled()
    const file = join(folder, 'outbox.json')
    const records = JSON.parse(await readFile(file, 'utf8')) as Array<Record<string, unknown>>
    for (const record of records) {
      delete record.uploaded
      delete (record.action as Record<string, unknown>).images
    }
    await writeFile(file, JSON.stringify(records))
    back()
    const second = await start(folder)
    await emptied(second)
    expect(await said()).toEqual(['from before'])
  })

  test('leaves a file that only its owner can read', async () => {
    const folder = await temporaryFolder()
    const program = await start(folder)
    await sendAll(program, 'private')
    await program.outbox.settled()
    if (process.platform !== 'win32')
      expect((await stat(join(folder, 'outbox.json'))).mode & 0o777).toBe(0o600)
  })
})

test('nobody who is signed in, nothing taken over', async () => {
  const program = await start(await temporaryFolder())
  await program.session.signOut()
  const action = send('x')
  expect(await program.outbox.add(action.clientId, action)).toMatchObject({
    ok: false,
    error: { code: 'desktop.signed_out' },
  })
})
