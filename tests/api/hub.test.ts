import { once } from 'node:events'
import { request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { chatEndpoints } from '../../api/contract/chat.ts'
import { MAX_FRAME_BYTES } from '../../api/contract/events.ts'
import { sessionEndpoints } from '../../api/contract/session.ts'
import { MAX_BUFFERED_BYTES } from '../../api/platform/hub.ts'
import { openDm, openRoom, say, see } from '../support/chat.ts'
import { Listener } from '../support/listener.ts'
import { startTestApp, type Person, type TestApp } from '../support/test-app.ts'

let app: TestApp
let ada: Person
let grace: Person
let alan: Person

beforeAll(async () => {
  app = await startTestApp()
  ;[ada, grace, alan] = await Promise.all([app.person('Ada'), app.person('Grace'), app.person('Alan')])
})
afterAll(() => app.stop())

const listeners: Listener[] = []
afterEach(async () => {
  await Promise.all(listeners.splice(0).map((listener) => listener.close()))
})

/** Connects a device of somebody, until the test ends. */
async function listen({ token }: Person, query = ''): Promise<Listener> {
  const listener = await Listener.connect(app.url, token, query)
  listeners.push(listener)
  return listener
}

/** Asks for a socket, past any WebSocket client, and tells how the server refuses. */
async function upgrade(path: string, headers: Record<string, string> = {}) {
  const { hostname, port } = new URL(app.url)
  const asked = request({
    hostname,
    port,
    path,
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': randomBytes(16).toString('base64'),
      ...headers,
    },
  }).end()
  asked.on('upgrade', (_, socket: Socket) => asked.destroy(new Error(`upgraded ${path}`)) && socket.destroy())
  const [response] = await once(asked, 'response')
  response.resume()
  await once(response, 'close')
  return { status: response.statusCode, headers: response.headers }
}

describe('the way in', () => {
  test.each([
    ['no token', {}],
    ['a token that nobody has', { authorization: `Bearer ${'x'.repeat(43)}` }],
    ['no bearer token', { authorization: 'Basic YWRhOmFkYQ==' }],
    ['an empty token', { authorization: 'Bearer ' }],
    ['a token of other characters', { authorization: `Bearer ${'a'.repeat(30)}'; --` }],
  ])('is closed with 401 before the upgrade for %s', async (_, headers) => {
    const answer = await upgrade('/ws', headers)
    expect(answer.status).toBe(401)
    expect(answer.headers['www-authenticate']).toBe('Bearer')
  })

  test('takes no token from the address', async () => {
    expect((await upgrade(`/ws?token=${ada.token}&authorization=Bearer%20${ada.token}`)).status).toBe(401)
  })

  test.each(['/', '/ws/', '/wss', '/api/rooms', '/ws%2f', '//', '//[', '/%', 'http://[', '*'])(
    'is not at %s',
    async (path) => {
      expect((await upgrade(path, { authorization: `Bearer ${ada.token}` })).status).toBe(404)
      // And the server lives.
      expect((await ada.client.ok(sessionEndpoints.getMe, {})).user).toEqual(ada.user)
    },
  )

  test('wants a proper handshake', async () => {
    const authorization = `Bearer ${ada.token}`
    expect((await upgrade('/ws', { authorization, 'sec-websocket-key': 'short' })).status).toBe(400)
    expect((await upgrade('/ws', { authorization, 'sec-websocket-version': '7' })).status).toBe(400)
    expect((await upgrade('/ws', { authorization, upgrade: 'h2c' })).status).toBe(400)
  })

  test('does not keep the connection of who was refused and stays', async () => {
    const { hostname, port } = new URL(app.url)
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
    socket.write(`GET /ws HTTP/1.1\r\nHost: ${hostname}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`)
    socket.resume()
    await once(socket, 'end')
    // Our half stays open; writing into it must meet a connection that is gone.
    const broken = once(socket, 'error')
    const writing = setInterval(() => socket.write('x'), 20)
    const [error] = await broken.finally(() => clearInterval(writing))
    expect(error).toMatchObject({ code: expect.stringMatching(/EPIPE|ECONNRESET/) })
  })

  test('greets first, with who one is and where the events are', async () => {
    const listener = await listen(ada)
    const [first] = listener.frames
    expect(first).toEqual({
      type: 'hello',
      data: { protocol: 1, userId: ada.user.id, cursor: expect.stringMatching(/^\d+$/), replay: 'none' },
    })
    const room = await openRoom(ada)
    const { cursor } = await listener.next('room:created', ({ data }) => data.room.id === room.id)
    expect(BigInt(cursor)).toBeGreaterThan(BigInt(first?.type === 'hello' ? first.data.cursor : 0))
    const later = await listen(ada)
    const hello = await later.next('hello')
    expect(BigInt(hello.data.cursor)).toBeGreaterThanOrEqual(BigInt(cursor))
  })

  test.each([
    '?cursor=',
    '?cursor=no-such-cursor',
    '?cursor=1&cursor=2',
    '?cursor=%00%FF',
    '?cursor=-1',
    '?cursor=999999999999999',
    '?cursor=99999999999999999999999999',
  ])('answers %s with resync', async (query) => {
    const listener = await listen(ada, query)
    expect((await listener.next('hello')).data.replay).toBe('resync')
  })
})

describe('events', () => {
  test('of a room go to each socket of its members, once, and to nobody else', async () => {
    const room = await openRoom(ada, grace)
    const inside = await Promise.all([listen(ada), listen(ada), listen(grace)])
    const outside = await listen(alan)
    const message = await say(ada, room.id)
    const place = { id: room.id, messageId: message.id }
    const edited = await ada.client.ok(chatEndpoints.editMessage, { ...place, body: 'edited' })
    const deleted = await ada.client.ok(chatEndpoints.deleteMessage, place)
    await ada.client.ok(chatEndpoints.markRead, { id: room.id, seq: 1 })

    await app.everythingTold(...inside, outside)

    for (const listener of inside) {
      expect(listener.all('message:created').map(({ data }) => data.message)).toEqual([message])
      expect(listener.all('message:updated').map(({ data }) => data)).toEqual([edited])
      expect(listener.all('message:deleted').map(({ data }) => data)).toEqual([deleted])
    }
    const strange = outside.frames.filter((frame) => /^(message|room|typing)/.test(frame.type))
    expect(strange).toEqual([])
  })

  test('that change nothing are not told', async () => {
    const room = await openRoom(ada, grace)
    const message = await say(ada, room.id, 'as it is')
    const place = { id: room.id, messageId: message.id }
    await openDm(grace, alan)
    await ada.client.ok(chatEndpoints.deleteMessage, place)
    await grace.client.ok(chatEndpoints.markRead, { id: room.id, seq: 1 })
    const listener = await listen(ada)
    const reader = await listen(grace)
    await app.everythingTold(listener, reader)
    listener.forget()
    reader.forget()

    await ada.client.ok(chatEndpoints.deleteMessage, place)
    await ada.client.ok(chatEndpoints.sendMessage, { id: room.id, clientId: message.clientId, body: 'again' })
    await ada.client.ok(chatEndpoints.addMembers, { id: room.id, userIds: [grace.user.id] })
    await grace.client.ok(chatEndpoints.markRead, { id: room.id, seq: 1 })
    await grace.client.ok(chatEndpoints.openDm, { userId: alan.user.id })

    await app.everythingTold(listener, reader)
    for (const { frames } of [listener, reader])
      expect(frames.filter((frame) => /^(message|room)/.test(frame.type))).toEqual([])
  })

  test('of concurrent senders come in the order of seq, once, to each socket of everyone', async () => {
    const people = await Promise.all(Array.from({ length: 4 }, () => app.person()))
    const [first, ...others] = people as [Person, ...Person[]]
    const room = await openRoom(first, ...others)
    const devices = await Promise.all([...people, ...people].map((person) => listen(person)))

    const sent = await Promise.all(
      people.flatMap((person, p) => Array.from({ length: 25 }, (_, n) => say(person, room.id, `${p}/${n}`))),
    )

    const expected = sent.toSorted((a, b) => a.seq - b.seq)
    expect(expected.map(({ seq }) => seq)).toEqual(Array.from({ length: 100 }, (_, n) => n + 1))
    await app.everythingTold(...devices)
    for (const device of devices) {
      const heard = device.all('message:created')
      expect(heard.map(({ data }) => data.message)).toEqual(expected)
      const cursors = heard.map(({ cursor }) => BigInt(cursor))
      expect(cursors).toEqual(cursors.toSorted((a, b) => (a < b ? -1 : 1)))
      expect(new Set(cursors).size).toBe(100)
    }
  })

  test('a room written in capitals is the same room', async () => {
    const room = await openRoom(ada)
    const listener = await listen(ada)
    const message = await say(ada, room.id.toUpperCase())
    expect(message.roomId).toBe(room.id)
    expect((await listener.next('message:created')).data.message).toEqual(message)
  })

  test('of reading go to one’s own devices only', async () => {
    const room = await openRoom(ada, grace)
    await say(ada, room.id)
    await say(ada, room.id)
    const own = await Promise.all([listen(grace), listen(grace)])
    const other = await listen(ada)
    await grace.client.ok(chatEndpoints.markRead, { id: room.id, seq: 2_000_000 })

    for (const listener of own)
      expect((await listener.next('room:read')).data).toEqual({ roomId: room.id, seq: 2 })
    await app.everythingTold(other)
    expect(other.all('room:read')).toEqual([])
  })

  test('tell each member of a new room their own view of it', async () => {
    const [one, other] = [await listen(ada), await listen(grace)]
    const room = await openRoom(ada, grace)
    for (const listener of [one, other]) {
      const { data } = await listener.next('room:created', (event) => event.data.room.id === room.id)
      expect(data.room).toEqual(room)
    }
    const dm = await openDm(await app.person(), ada)
    expect((await one.next('room:created', ({ data }) => data.room.id === dm.id)).data.room).toEqual(dm)
  })

  test('of a room begin with joining it, without connecting anew, and end with leaving it', async () => {
    const room = await openRoom(ada, grace)
    await say(ada, room.id, 'before')
    const [newcomer, member] = [await listen(alan), await listen(grace)]

    await ada.client.ok(chatEndpoints.addMembers, { id: room.id, userIds: [alan.user.id] })
    const joined = await newcomer.next('room:created', ({ data }) => data.room.id === room.id)
    expect(joined.data.room).toEqual(await see(alan, room.id))
    const toMember = await member.next('room:updated', ({ data }) => data.room.id === room.id)
    expect(toMember.data.room).toEqual(await see(grace, room.id))
    const during = await say(ada, room.id, 'during')
    expect((await newcomer.next('message:created')).data.message).toEqual(during)

    await alan.client.ok(chatEndpoints.leaveRoom, { id: room.id })
    expect((await newcomer.next('room:removed')).data).toEqual({ roomId: room.id })
    await member.next('room:updated', ({ data }) => !data.room.memberIds.includes(alan.user.id))
    await say(ada, room.id, 'after')

    await app.everythingTold(newcomer, member)
    const words = (listener: Listener) => listener.all('message:created').map(({ data }) => data.message.body)
    expect(words(newcomer)).toEqual(['during'])
    expect(words(member)).toEqual(['during', 'after'])
  })

  test('reach who connects while others speak: what the hello does not cover is heard', async () => {
    const room = await openRoom(ada, grace)
    const progress = { sent: 0 }
    const speaking = (async () => {
      for (; progress.sent < 60; progress.sent += 1) await say(ada, room.id, `${progress.sent}`)
    })()
    const devices: Listener[] = []
    while (progress.sent < 55) devices.push(await listen(grace))
    await speaking
    await app.everythingTold(...devices)

    for (const device of devices) {
      const seqs = device.all('message:created').map(({ data }) => data.message.seq)
      const from = 60 - seqs.length
      expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, n) => from + n + 1))
    }
    expect(devices[0]?.all('message:created').length).toBeGreaterThan(0)
  })
})

describe('presence', () => {
  const presence = (listener: Listener, { user }: Person) =>
    listener
      .all('presence:changed')
      .filter(({ data }) => data.userId === user.id)
      .map(({ data }) => data.status)

  test('is told with the first socket and after the last one is gone for a while', async () => {
    const person = await app.person()
    const witness = await listen(ada)
    const came = () => presence(witness, person)

    const first = await listen(person)
    await witness.next('presence:changed', ({ data }) => data.userId === person.user.id)
    expect(came()).toEqual(['online'])

    const second = await listen(person)
    await second.settled()
    await first.close()
    await witness.settled()
    expect(came()).toEqual(['online'])

    await second.close()
    // A reconnection is no absence.
    const third = await listen(person)
    await third.settled()
    await witness.settled()
    expect(came()).toEqual(['online'])

    const goneAt = performance.now()
    await third.close()
    await witness.next(
      'presence:changed',
      ({ data }) => data.userId === person.user.id && data.status === 'offline',
    )
    expect(performance.now() - goneAt).toBeGreaterThan(1_500)
    expect(came()).toEqual(['online', 'offline'])

    await listen(person)
    await expect.poll(came).toEqual(['online', 'offline', 'online'])
  })

  test('tells a newcomer who is there, strangers as well', async () => {
    await Promise.all([listen(ada), listen(grace)])
    const newcomer = await listen(await app.person())
    await newcomer.settled()
    expect(newcomer.frames[0]?.type).toBe('hello')
    for (const person of [ada, grace]) expect(presence(newcomer, person)).toEqual(['online'])
    expect(presence(newcomer, alan)).not.toContain('online')
  })

  test('ends with the session’s sockets', async () => {
    const person = await app.person()
    const witness = await listen(ada)
    await listen(person)
    await person.client.ok(sessionEndpoints.logout, {})
    await witness.next(
      'presence:changed',
      ({ data }) => data.userId === person.user.id && data.status === 'offline',
    )
  })
})

describe('typing', () => {
  const typing = (roomId: string, isTyping = true) => ({ type: 'typing', data: { roomId, typing: isTyping } })

  test('is told to the other members alone, at its beginning and its end', async () => {
    const room = await openRoom(ada, grace)
    const [own, ownSecond, other, outsider] = [
      await listen(ada),
      await listen(ada),
      await listen(grace),
      await listen(alan),
    ]
    own.send(typing(room.id))
    own.send(typing(room.id))
    own.send(typing(room.id.toUpperCase()))
    own.send(typing(room.id, false))
    own.send(typing(room.id, false))
    await own.settled()
    await Promise.all([ownSecond, other, outsider].map((listener) => listener.settled()))

    const told = { roomId: room.id, userId: ada.user.id }
    expect(other.all('typing:changed').map(({ data }) => data)).toEqual([
      { ...told, typing: true },
      { ...told, typing: false },
    ])
    for (const listener of [own, ownSecond, outsider]) expect(listener.all('typing:changed')).toEqual([])
  })

  test('by outsiders is told to nobody, and they learn nothing', async () => {
    const room = await openRoom(ada, grace)
    const [member, outsider] = [await listen(ada), await listen(alan)]
    outsider.send(typing(room.id))
    outsider.send(typing(randomUUID()))
    await outsider.settled()
    await member.settled()
    expect(member.all('typing:changed')).toEqual([])
    expect(outsider.all('error')).toEqual([])
  })

  test('ends by itself', async () => {
    const room = await openRoom(ada, grace)
    const [own, other] = [await listen(ada), await listen(grace)]
    own.send(typing(room.id))
    await other.next('typing:changed', ({ data }) => data.typing)
    const began = performance.now()
    await other.next('typing:changed', ({ data }) => !data.typing)
    expect(performance.now() - began).toBeGreaterThan(4_000)
  })

  test('ends with the socket', async () => {
    const room = await openRoom(ada, grace)
    const [own, other] = [await listen(ada), await listen(grace)]
    own.send(typing(room.id))
    await other.next('typing:changed', ({ data }) => data.typing)
    const began = performance.now()
    await own.close()
    await other.next('typing:changed', ({ data }) => !data.typing)
    expect(performance.now() - began).toBeLessThan(4_000)
  })

  test('goes on when another of one’s devices leaves', async () => {
    const room = await openRoom(ada, grace)
    const [typist, idle, other] = [await listen(ada), await listen(ada), await listen(grace)]
    typist.send(typing(room.id))
    await other.next('typing:changed', ({ data }) => data.typing)
    await idle.close()
    await typist.settled()
    await other.settled()
    expect(other.all('typing:changed').map(({ data }) => data.typing)).toEqual([true])
  })
})

describe('frames of clients', () => {
  test('a ping is answered', async () => {
    const listener = await listen(ada)
    listener.send({ type: 'ping' })
    await listener.next('pong')
  })

  test.each([
    ['no JSON', 'socket.malformed', 'hello'],
    ['an empty one', 'socket.malformed', ''],
    ['a number', 'socket.malformed', '1'],
    ['null', 'socket.malformed', 'null'],
    ['a list', 'socket.malformed', '[{"type":"ping"}]'],
    ['one without a type', 'socket.malformed', '{}'],
    ['a type that is no text', 'socket.malformed', '{"type":1}'],
    ['typing without data', 'socket.malformed', '{"type":"typing"}'],
    ['typing in no room', 'socket.malformed', '{"type":"typing","data":{"roomId":"x","typing":true}}'],
    [
      'typing neither true nor false',
      'socket.malformed',
      `{"type":"typing","data":{"roomId":"${randomUUID()}","typing":1}}`,
    ],
    ['deep nesting', 'socket.malformed', '['.repeat(16_000)],
    ['an unknown type', 'socket.unknown_type', '{"type":"shout","data":{}}'],
    ['a server’s type', 'socket.unknown_type', '{"type":"hello","data":{}}'],
    ['the type __proto__', 'socket.unknown_type', '{"type":"__proto__"}'],
  ])('%s is answered with %s, and the socket stays', async (_, code, frame) => {
    const listener = await listen(ada)
    listener.send(frame)
    expect((await listener.next('error')).data).toEqual({ code })
    await listener.settled()
    expect(listener.closed).toBeNull()
  })

  test('bytes that are no text are answered, too', async () => {
    const listener = await listen(ada)
    listener.socket.send(Buffer.from([0xff, 0x00, 0xfe]))
    expect((await listener.next('error')).data).toEqual({ code: 'socket.malformed' })
  })

  test('of 16 KiB are read, larger ones close the socket with 1009', async () => {
    const listener = await listen(ada)
    const frame = (bytes: number): string => {
      const empty = JSON.stringify({ type: 'ping', padding: '' })
      return JSON.stringify({ type: 'ping', padding: 'x'.repeat(bytes - empty.length) })
    }
    listener.send(frame(MAX_FRAME_BYTES))
    await listener.next('pong')
    listener.send(frame(MAX_FRAME_BYTES + 1))
    expect((await listener.waitForClose()).code).toBe(1009)
  })

  test('a burst is fine, a flood closes the socket with 1008', async () => {
    const [calm, wild] = [await listen(ada), await listen(ada)]
    for (let n = 0; n < 50; n += 1) calm.send({ type: 'ping' })
    for (let n = 0; n < 500; n += 1) wild.send('nonsense')

    expect((await wild.waitForClose()).code).toBe(1008)
    expect(wild.all('error').length).toBeLessThan(100)
    await expect.poll(() => calm.all('pong').length).toBe(50)
    expect(calm.closed).toBeNull()
  })

  test('sent before the greeting are read after it', async () => {
    const { hostname, port } = new URL(app.url)
    const socket = connect(Number(port), hostname)
    const head = `GET /ws HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${ada.token}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`
    // A masked text frame with a mask of zeros, in the same packet as the request.
    const ping = Buffer.from('{"type":"ping"}')
    socket.write(
      Buffer.concat([Buffer.from(head), Buffer.from([0x81, 0x80 | ping.length, 0, 0, 0, 0]), ping]),
    )
    let heard = ''
    socket.on('data', (data) => (heard += data.toString('latin1')))
    await expect.poll(() => heard).toContain('"pong"')
    expect(heard.indexOf('"hello"')).toBeGreaterThan(-1)
    expect(heard.indexOf('"hello"')).toBeLessThan(heard.indexOf('"pong"'))
    socket.destroy()
  })
})

describe('a slow reader', () => {
  /** A device that reads nothing more, and the server's end of its line. */
  async function slowReader(person: Person): Promise<{ reader: Listener; line: Socket }> {
    const accepted = once(app.app.server, 'connection')
    const reader = await listen(person)
    const [line] = (await accepted) as [Socket]
    reader.socket.pause()
    return { reader, line }
  }

  /** Speaks in the room, 480 kB a round, until `done`; tells the most that waited at the server for one line. */
  async function speakUntil(done: () => boolean, roomId: string, line: Socket): Promise<number> {
    const body = '漢'.repeat(8_000)
    let most = 0
    for (let round = 0; !done(); round += 1) {
      if (round > 200) throw new Error('100 MB were sent, and nothing happened.')
      await Promise.all(
        Array.from({ length: 20 }, async () => {
          await say(ada, roomId, body)
          most = Math.max(most, line.writableLength)
        }),
      )
    }
    return most
  }

  test('is cut off, and never has more than its bound wait for it', async () => {
    const room = await openRoom(ada, grace)
    const { line } = await slowReader(grace)
    const healthy = await listen(grace)

    const most = await speakUntil(() => line.destroyed, room.id, line)

    expect(most).toBeGreaterThan(0)
    // Beside the bound only the closing frame.
    expect(most).toBeLessThanOrEqual(MAX_BUFFERED_BYTES + 200)
    await app.everythingTold(healthy)
    expect(healthy.all('message:created').length).toBe((await see(ada, room.id)).lastSeq)
  })

  test('that reads on in time hears why', async () => {
    const room = await openRoom(ada, grace)
    const { reader, line } = await slowReader(grace)
    let before = 0
    const full = (): boolean => {
      const stands = line.writableLength === before && before > MAX_BUFFERED_BYTES / 2
      before = line.writableLength
      return stands
    }
    await speakUntil(full, room.id, line)
    reader.socket.resume()
    expect(await reader.waitForClose()).toEqual({ code: 1013, reason: 'You read too slowly. Reconnect.' })
  })
})

describe('the heartbeat', () => {
  test('drops a peer that gives no sign of life, and keeps the others', async () => {
    const own = await startTestApp({ heartbeatMs: 500 })
    const person = await own.person()
    const living = await Listener.connect(own.url, person.token)
    const dead = await Listener.connect(own.url, person.token, '', { autoPong: false })

    expect((await dead.waitForClose()).code).toBe(1006)
    await once(living.socket, 'ping')
    await once(living.socket, 'ping')
    await living.settled()
    expect(living.closed).toBeNull()
    await living.close()
    await own.stop()
  })
})

describe('stopping', () => {
  test('closes sockets with 1001, lets a request under way end, and takes no new one', async () => {
    const own = await startTestApp()
    const person = await own.person()
    const room = await openRoom(person)
    const listeners = await Promise.all([1, 2, 3].map(() => Listener.connect(own.url, person.token)))

    const began = performance.now()
    let sending: Promise<unknown> = Promise.resolve()
    let stopping: Promise<void> = Promise.resolve()
    await own.db.transaction(async (trx) => {
      await trx('rooms').where({ id: room.id }).forUpdate()
      sending = say(person, room.id, 'the last word')
      await expect.poll(() => locksAwaited(own)).toBe(1)
      stopping = own.app.stop()
      for (const listener of listeners)
        expect(await listener.waitForClose()).toEqual({
          code: 1001,
          reason: 'The server is stopping. Reconnect.',
        })
      await expect(person.client.ok(chatEndpoints.listRooms, {})).rejects.toThrow('fetch failed')
    })

    expect(await sending).toMatchObject({ seq: 1, body: 'the last word' })
    await stopping
    // Keep-alive connections are not waited for.
    expect(performance.now() - began).toBeLessThan(4_000)
    await own.restart()
    await own.stop()
  })

  test('ends with sockets that are just being opened', async () => {
    const own = await startTestApp()
    const person = await own.person()
    const ends = Promise.allSettled(
      Array.from({ length: 30 }, async () => {
        const listener = await Listener.connect(own.url, person.token)
        return listener.waitForClose()
      }),
    )
    await once(own.app.server, 'upgrade')

    const began = performance.now()
    await own.app.stop()

    expect(performance.now() - began).toBeLessThan(4_000)
    // Each has heard that the server stops, or that it cannot be let in.
    for (const end of await ends)
      if (end.status === 'fulfilled') expect(end.value.code).toBe(1001)
      else expect(String(end.reason)).toMatch(/closed with 1001|503|ECONNRE|hang up/)
    await own.restart()
    await own.stop()
  })

  async function locksAwaited({ db }: TestApp): Promise<number> {
    const { rows } = await db.raw<{ rows: Array<{ n: number }> }>(
      `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    return rows[0]?.n ?? 0
  }
})
