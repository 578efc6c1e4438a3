import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { attachmentEndpoints, MAX_ATTACHMENTS, type Attachment } from '../../api/contract/attachment.ts'
import { chatEndpoints, type Message, type Room } from '../../api/contract/chat.ts'
import { openBucket, type Bucket } from '../support/bucket.ts'
import { openRoom, say, see } from '../support/chat.ts'
import { Listener } from '../support/listener.ts'
import { renditionsOf, uprightLandscape } from '../support/photos.ts'
import { startTestApp, type Person, type TestApp } from '../support/test-app.ts'
import { testStorage } from '../support/test-cluster.ts'
import {
  announcementOfImage,
  attachImage,
  digest,
  fetchPicture,
  put,
  uploadImage,
} from '../support/upload.ts'

const TYPE = 'image/webp'

let app: TestApp
let bucket: Bucket
let image: Buffer
let ada: Person
let grace: Person
let alan: Person
let room: Room

beforeAll(async () => {
  app = await startTestApp()
  bucket = openBucket(testStorage())
  image = (await renditionsOf(await uprightLandscape())).full
})
afterAll(async () => {
  bucket.close()
  await app.stop()
})
beforeEach(async () => {
  ;[ada, grace, alan] = await Promise.all([app.person('Ada'), app.person('Grace'), app.person('Alan')])
  room = await openRoom(ada, grace)
})
afterEach(() => vi.restoreAllMocks())

const attach = (person = ada, roomId = room.id): Promise<Attachment> =>
  attachImage(person.client, roomId, image, TYPE)

const upload = (person = ada): Promise<string> => uploadImage(person.client, room.id, image, TYPE)

const complete = async (attachmentId: string, person = ada): Promise<Attachment> =>
  (await person.client.ok(attachmentEndpoints.completeAttachment, { id: room.id, attachmentId })).attachment

const failToComplete = (attachmentId: string, { person = ada, roomId = room.id } = {}) =>
  person.client.fails(attachmentEndpoints.completeAttachment, { id: roomId, attachmentId })

/** What is sent with these images, in a room of its sender. */
const carrying = (attachments: Array<Pick<Attachment, 'id'>>, body = '', roomId = room.id) => ({
  id: roomId,
  clientId: randomUUID(),
  body,
  attachmentIds: attachments.map(({ id }) => id),
})

async function send(attachments: Attachment[], body = ''): Promise<Message> {
  return (await ada.client.ok(chatEndpoints.sendMessage, carrying(attachments, body))).message
}

const list = async (person = ada): Promise<Message[]> =>
  (await person.client.ok(chatEndpoints.listMessages, { id: room.id })).messages

const statusOf = async (person: Person, address: string): Promise<number> =>
  (await fetchPicture(person.client, address)).status

/** Everything in the bucket that belongs to the room, pending or served. */
async function objects(): Promise<string[]> {
  const folder = `${app.folder}attachments/`
  return [
    ...(await bucket.keys(`${folder}pending/${room.id}/`)),
    ...(await bucket.keys(`${folder}${room.id}/`)),
  ]
}

/** Lets so much time pass for what waits for it. */
async function pass(time: string): Promise<void> {
  await app.db('object_deletions').update({ due_at: app.db.raw(`due_at - interval '${time}'`) })
  await app.db('attachments').update({ expires_at: app.db.raw(`expires_at - interval '${time}'`) })
}

describe('a message with images', () => {
  test('carries them in the order in which they were named, for everyone in the room', async () => {
    const listener = await Listener.connect(app.url, grace.token)
    const [one, two, three] = [await attach(), await attach(), await attach()]
    const message = await send([three, one, two], 'Look')
    expect(message).toMatchObject({ body: 'Look', attachments: [three, one, two] })
    const heard = await listener.next('message:created')
    expect(heard.data.message).toEqual(message)
    expect(await list(grace)).toEqual([message])
    expect((await see(grace, room.id)).lastMessage).toEqual(message)
    await listener.close()
  })

  test('needs no words, but one of both', async () => {
    expect(await send([await attach()])).toMatchObject({ body: '', attachments: [{ name: 'photo.webp' }] })
    for (const attachmentIds of [undefined, []])
      expect(
        await ada.client.fails(chatEndpoints.sendMessage, { ...carrying([], ' '), attachmentIds }),
      ).toMatchObject({ status: 400, code: 'request.invalid' })
  })

  test('carries ten at most', async () => {
    const ids = Array.from({ length: MAX_ATTACHMENTS + 1 }, () => ({ id: randomUUID() }))
    expect(await ada.client.fails(chatEndpoints.sendMessage, carrying(ids))).toMatchObject({ status: 400 })
  })

  test('sent again with the same clientId is the first, though its images are taken', async () => {
    const input = carrying([await attach()], 'Once')
    const answers = await Promise.all([1, 2, 3].map(() => ada.client.call(chatEndpoints.sendMessage, input)))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 201])
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(await list()).toHaveLength(1)
  })

  test('is found, answered, reacted to and edited like any other, and keeps its images', async () => {
    const attachments = [await attach()]
    const sent = await send(attachments, 'A walrus on the beach')
    const found = await grace.client.ok(chatEndpoints.searchMessages, { q: 'walrus', roomId: room.id })
    expect(found.messages).toEqual([sent])
    const place = { id: room.id, messageId: sent.id }
    const reacted = await grace.client.ok(chatEndpoints.addReaction, { ...place, emoji: '👍' })
    expect(reacted.message.attachments).toEqual(attachments)
    const edited = await ada.client.ok(chatEndpoints.editMessage, { ...place, body: 'A seal' })
    expect(edited.message).toMatchObject({ body: 'A seal', attachments })
    const answer = await ada.client.ok(chatEndpoints.sendMessage, {
      ...carrying([await attach()]),
      replyToId: sent.id,
    })
    expect(answer.message).toMatchObject({ replyTo: { id: sent.id }, attachments: [{ type: TYPE }] })
  })

  test('that answers what is not there is not sent, and its images can still be', async () => {
    const attachment = await attach()
    const input = { ...carrying([attachment]), replyToId: randomUUID() }
    expect(await ada.client.fails(chatEndpoints.sendMessage, input)).toMatchObject({
      code: 'chat.message_not_found',
    })
    expect((await send([attachment])).attachments).toEqual([attachment])
  })
})

describe('is not sent, and nothing is changed', () => {
  const refused = async (person: Person, input: ReturnType<typeof carrying>): Promise<void> => {
    expect(await person.client.fails(chatEndpoints.sendMessage, input)).toMatchObject({
      status: 404,
      code: 'chat.attachment_not_found',
    })
  }

  test('with images of somebody else, of another room, sent already, not completed, or of nobody', async () => {
    const own = await attach()
    const elsewhere = await openRoom(ada)
    const sent = await attach()
    await send([sent])
    for (const other of [
      await attach(grace),
      await attach(ada, elsewhere.id),
      sent,
      { id: await upload() },
      { id: randomUUID() },
    ])
      await refused(ada, carrying([own, other], 'Look'))
    expect(await list()).toHaveLength(1)
    expect((await send([own])).seq).toBe(2)
  })

  test('with an image that is named twice', async () => {
    const own = await attach()
    await refused(ada, carrying([own, own]))
    await send([own])
  })

  test('with an image that is a day old', async () => {
    const own = await attach()
    await pass('24 hours')
    await refused(ada, carrying([own]))
    expect(await failToComplete(own.id)).toMatchObject({ code: 'chat.attachment_not_found' })
  })

  test('by who is not in the room', async () => {
    const own = await attach(grace)
    await grace.client.ok(chatEndpoints.leaveRoom, { id: room.id })
    expect(await grace.client.fails(chatEndpoints.sendMessage, carrying([own]))).toMatchObject({
      code: 'chat.room_not_found',
    })
  })

  test('twice at once: one message has the image', async () => {
    const own = await attach()
    const answers = await Promise.all(
      [1, 2, 3].map(() => ada.client.call(chatEndpoints.sendMessage, carrying([own]))),
    )
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 404, 404])
    expect(await list()).toHaveLength(1)
  })
})

describe('reading', () => {
  test('is for members of the room; before it is sent, for whoever uploaded it', async () => {
    const { imageUrl, imageThumbUrl, ...attachment } = await attach()
    for (const address of [imageUrl, imageThumbUrl]) {
      expect(await statusOf(ada, address)).toBe(200)
      expect(await statusOf(grace, address)).toBe(404)
      expect(await statusOf(alan, address)).toBe(404)
    }
    await send([{ ...attachment, imageUrl, imageThumbUrl }])
    for (const address of [imageUrl, imageThumbUrl]) {
      expect(await statusOf(grace, address)).toBe(200)
      expect(await statusOf(alan, address)).toBe(404)
      expect((await app.anonymous.raw('GET', address)).status).toBe(401)
    }
    await grace.client.ok(chatEndpoints.leaveRoom, { id: room.id })
    expect(await statusOf(grace, imageUrl)).toBe(404)
  })

  test('leads to the bucket for a while', async () => {
    const { imageUrl } = await attach()
    const answer = await ada.client.raw('GET', imageUrl)
    expect(answer.status).toBe(302)
    expect(answer.headers.get('cache-control')).toBe('private, max-age=240')
  })

  test('finds nothing in another room, under another name, or before it is completed', async () => {
    const { id, imageUrl } = await attach()
    const elsewhere = await openRoom(ada)
    const pending = await upload()
    for (const address of [
      imageUrl.replace(room.id, elsewhere.id),
      imageUrl.replace(id, randomUUID()),
      imageUrl.replace(id, pending),
      imageUrl.replace('original', 'thumb.png'),
      imageUrl.replace(id, 'x'),
    ]) {
      const answer = await ada.client.raw('GET', address)
      expect(answer.body, address).toMatchObject({ status: 404, code: 'chat.attachment_not_found' })
    }
  })
})

describe('uploading', () => {
  test('is for members of the room', async () => {
    const announced = { id: room.id, ...announcementOfImage(image, TYPE) }
    expect(await alan.client.fails(attachmentEndpoints.presignAttachment, announced)).toMatchObject({
      status: 404,
      code: 'chat.room_not_found',
    })
    const attachmentId = await upload(grace)
    await grace.client.ok(chatEndpoints.leaveRoom, { id: room.id })
    expect(await failToComplete(attachmentId, { person: grace })).toMatchObject({
      code: 'chat.room_not_found',
    })
  })

  test('is completed by whoever announced it, where it was announced', async () => {
    const attachmentId = await upload()
    const elsewhere = await openRoom(ada)
    for (const other of [{ person: grace }, { roomId: elsewhere.id }])
      expect(await failToComplete(attachmentId, other)).toMatchObject({
        status: 404,
        code: 'chat.attachment_not_found',
      })
    expect((await complete(attachmentId)).id).toBe(attachmentId)
  })

  test('is missing until it is there, and then is completed', async () => {
    const presigned = await ada.client.ok(attachmentEndpoints.presignAttachment, {
      id: room.id,
      ...announcementOfImage(image, TYPE),
    })
    expect(await failToComplete(presigned.attachmentId)).toMatchObject({
      status: 409,
      code: 'chat.attachment_missing',
    })
    expect((await put(presigned.image, image)).status).toBe(200)
    expect((await complete(presigned.attachmentId)).bytes).toBe(image.length)
  })

  test('takes nothing else: the store refuses it, and so does the API', async () => {
    const presigned = await ada.client.ok(attachmentEndpoints.presignAttachment, {
      id: room.id,
      ...announcementOfImage(image, TYPE),
    })
    const other = Buffer.from(image)
    other[other.length - 1] = (other.at(-1) ?? 0) ^ 1
    expect((await put(presigned.image, other)).status).toBeGreaterThanOrEqual(400)
    const key = `${app.folder}attachments/pending/${room.id}/${presigned.attachmentId}`
    for (const wrong of [other, image.subarray(1), Buffer.alloc(20 * 1024 * 1024 + 1)]) {
      await app.storage.write(key, wrong, { contentType: TYPE, cacheControl: 'no-store' })
      expect(await failToComplete(presigned.attachmentId)).toMatchObject({
        status: 422,
        code: 'chat.attachment_mismatch',
      })
    }
  })

  test('completed again changes nothing, also at once, and when it was sent', async () => {
    const attachmentId = await upload()
    const [first, ...others] = await Promise.all([1, 2, 3].map(() => complete(attachmentId)))
    expect(others).toEqual([first, first])
    await app.app.sweep()
    expect(await objects()).toHaveLength(2)
    await send([first as Attachment])
    await pass('2 days')
    expect(await complete(attachmentId)).toEqual(first)
  })

  test('completed by two processes at once is served once', async () => {
    const attachmentId = await upload()
    const { read } = app.storage
    // The first waits with what it has read until another process has done the same work.
    vi.spyOn(app.storage, 'read').mockImplementationOnce(async (key, maxBytes) => {
      const bytes = await read(key, maxBytes)
      await app
        .db('attachments')
        .where({ id: attachmentId })
        .update({ key: `${room.id}/elsewhere`, served_bytes: 5, width: 1, height: 1 })
      return bytes
    })
    expect(await complete(attachmentId)).toMatchObject({ bytes: 5, width: 1, height: 1 })
    await app.app.sweep()
    expect(await bucket.keys(`${app.folder}attachments/${room.id}/`)).toEqual([])
  })

  test('expires after a quarter of an hour', async () => {
    const attachmentId = await upload()
    await pass('15 minutes')
    expect(await failToComplete(attachmentId)).toMatchObject({
      status: 404,
      code: 'chat.attachment_not_found',
    })
  })

  test('ends at forty that are open, and at fifty that wait to be sent', async () => {
    const announce = () =>
      ada.client.call(attachmentEndpoints.presignAttachment, {
        id: room.id,
        ...announcementOfImage(image, TYPE),
      })
    for (let n = 0; n < 40; n += 1) expect((await announce()).status).toBe(201)
    const tooMany = await announce()
    expect(tooMany).toMatchObject({ status: 429, body: { code: 'chat.too_many_attachments' } })
    expect(tooMany.headers.get('retry-after')).toBe('900')

    // As if each had been completed, and ten others before.
    const completed = {
      key: 'x',
      served_bytes: 1,
      width: 1,
      height: 1,
      expires_at: app.db.raw(`now() + '1 day'`),
    }
    await app.db('attachments').where({ user_id: ada.user.id }).update(completed)
    for (let n = 0; n < 10; n += 1) expect((await announce()).status).toBe(201)
    await app.db('attachments').where({ user_id: ada.user.id }).update(completed)
    const full = await announce()
    expect(full).toMatchObject({ status: 429, body: { code: 'chat.too_many_attachments' } })
    expect(Number(full.headers.get('retry-after'))).toBeGreaterThan(86_000)
  })
})

describe('the bucket holds what messages carry, and nothing else', () => {
  test('once it is sent, for ever', async () => {
    const attachment = await attach()
    await send([attachment])
    await pass('3 days')
    await app.app.sweep()
    expect(await objects()).toHaveLength(2)
    const { headers } = await fetchPicture(grace.client, attachment.imageUrl)
    expect(headers.get('content-type')).toBe(TYPE)
    const file = await fetchPicture(grace.client, attachment.imageUrl)
    expect(digest(Buffer.from(await file.arrayBuffer()))).toBe(digest(image))
  })

  test('and is not deleted with its message', async () => {
    const [kept, gone] = [await attach(), await attach()]
    await send([kept], 'Stays')
    const message = await send([gone], 'Goes')
    const listener = await Listener.connect(app.url, grace.token)
    await ada.client.ok(chatEndpoints.deleteMessage, { id: room.id, messageId: message.id })
    const heard = await listener.next('message:deleted')
    expect(heard.data.message).toMatchObject({ body: '', attachments: [] })
    await app.app.sweep()
    expect(await objects()).toHaveLength(2)
    expect(await statusOf(grace, kept.imageUrl)).toBe(200)
    expect(await statusOf(grace, gone.imageUrl)).toBe(404)
    await ada.client.ok(chatEndpoints.deleteMessage, { id: room.id, messageId: message.id })
    await listener.close()
  })

  test('unless it is not sent within a day', async () => {
    const attachment = await attach()
    await app.app.sweep()
    expect(await objects()).toHaveLength(2)
    await pass('24 hours 11 minutes')
    await app.app.sweep()
    expect(await objects()).toEqual([])
    expect(await app.db('attachments').where({ id: attachment.id })).toEqual([])
  })

  test('unless it is not completed', async () => {
    const attachmentId = await upload()
    await app.app.sweep()
    expect(await objects()).toHaveLength(1)
    await pass('26 minutes')
    await app.app.sweep()
    expect(await objects()).toEqual([])
    expect(await app.db('attachments').where({ id: attachmentId })).toEqual([])
  })

  test('nor what was put there again afterwards', async () => {
    const presigned = await ada.client.ok(attachmentEndpoints.presignAttachment, {
      id: room.id,
      ...announcementOfImage(image, TYPE),
    })
    await put(presigned.image, image)
    await send([await complete(presigned.attachmentId)])
    await app.app.sweep()
    await put(presigned.image, image)
    expect(await objects()).toHaveLength(3)
    await pass('26 minutes')
    await app.app.sweep()
    expect(await objects()).toHaveLength(2)
  })

  test('nor what was refused', async () => {
    const attachmentId = await uploadImage(ada.client, room.id, image, 'image/png')
    expect(await failToComplete(attachmentId)).toMatchObject({ code: 'chat.not_an_image' })
    await pass('26 minutes')
    await app.app.sweep()
    expect(await objects()).toEqual([])
  })
})

test('a message without images is stored in one round trip, as before', async () => {
  const statements: string[] = []
  const note = ({ sql }: { sql: string }): void => void statements.push(sql)
  app.db.on('query', note)
  await say(ada, room.id)
  app.db.off('query', note)
  expect(statements.filter((sql) => /attachments|object_deletions/.test(sql))).toEqual([
    expect.stringContaining('insert into messages'),
  ])
})
