import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chatEndpoints } from '../../api/contract/chat.ts'
import { openDm, openRoom, see } from '../support/chat.ts'
import { Listener } from '../support/listener.ts'
import { openBucket, type Bucket } from '../support/bucket.ts'
import { differentPictures, type Renditions } from '../support/photos.ts'
import { startTestApp, type Person, type TestApp } from '../support/test-app.ts'
import { announcementOf, digest, fetchPicture, presign, saveRoomPicture, upload } from '../support/upload.ts'

let app: TestApp
let ada: Person
let grace: Person
let alan: Person
let bucket: Bucket
let one: Renditions
let two: Renditions

beforeAll(async () => {
  app = await startTestApp()
  ada = await app.person('Ada')
  ;[grace, alan] = await Promise.all([app.person('Grace'), app.person('Alan')])
  const { credentials, ...place } = app.storageSettings
  bucket = openBucket({ ...place, endpoint: place.endpoint ?? '', ...required(credentials) })
  const pictures = await differentPictures(2)
  ;[one, two] = [required(pictures[0]), required(pictures[1])]
})
afterAll(async () => {
  bucket.close()
  await app.stop()
})

function required<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('There is none.')
  return value
}

const keysOf = (roomId: string): Promise<string[]> => bucket.keys(`${app.folder}rooms/${roomId}/`)

describe('a room’s picture', () => {
  test('is set by any member, and every member hears of the room as they see it', async () => {
    const room = await openRoom(ada, grace)
    const listeners = await Promise.all(
      [ada, grace, alan].map(({ token }) => Listener.connect(app.url, token)),
    )
    const after = await saveRoomPicture(grace.client, room.id, one)
    expect(after).toMatchObject({
      avatarUrl: expect.stringContaining(`/rooms/${room.id}/`),
      avatarThumbUrl: expect.stringMatching(/64\.webp$/),
      avatarVersion: 1,
      avatarThumbhash: expect.stringMatching(/^[A-Za-z0-9+/]{20,50}=*$/),
    })
    await app.everythingTold(...listeners)
    const heard = listeners.map((listener) => listener.all('room:updated').map(({ data }) => data.room))
    expect(heard[0]).toEqual([await see(ada, room.id)])
    expect(heard[1]).toEqual([after])
    expect(heard[2]).toEqual([])
    await Promise.all(listeners.map((listener) => listener.close()))
  })

  test('is what was uploaded, for its members alone', async () => {
    const room = await openRoom(ada, grace)
    const { avatarUrl, avatarThumbUrl } = await saveRoomPicture(ada.client, room.id, one)
    const full = await fetchPicture(grace.client, avatarUrl)
    expect(full.headers.get('content-type')).toBe('image/webp')
    expect(digest(Buffer.from(await full.arrayBuffer()))).toBe(digest(one.full))
    const thumb = await fetchPicture(grace.client, avatarThumbUrl)
    expect(digest(Buffer.from(await thumb.arrayBuffer()))).toBe(digest(one.thumb))
    expect((await fetchPicture(alan.client, avatarUrl)).status).toBe(404)
    await grace.client.ok(chatEndpoints.leaveRoom, { id: room.id })
    expect((await fetchPicture(grace.client, avatarUrl)).status).toBe(404)
  })

  test('is replaced and removed; the objects before go, the version grows', async () => {
    const room = await openRoom(ada)
    await saveRoomPicture(ada.client, room.id, one)
    const second = await saveRoomPicture(ada.client, room.id, two)
    expect(second.avatarVersion).toBe(2)
    await app.app.sweep()
    expect(await keysOf(room.id)).toHaveLength(2)
    const { room: without } = await ada.client.ok(chatEndpoints.removeRoomAvatar, { id: room.id })
    expect(without).toMatchObject({ avatarUrl: null, avatarThumbhash: null, avatarVersion: 3 })
    const { room: again } = await ada.client.ok(chatEndpoints.removeRoomAvatar, { id: room.id })
    expect(again.avatarVersion).toBe(3)
    await app.app.sweep()
    expect(await keysOf(room.id)).toEqual([])
  })

  test('completed twice is set once', async () => {
    const room = await openRoom(ada)
    const place = { id: room.id }
    const presigned = await ada.client.ok(chatEndpoints.presignRoomAvatar, {
      ...place,
      ...announcementOf(one),
    })
    for (const rendition of ['full', 'thumb'] as const)
      await fetch(presigned[rendition].url, {
        method: 'PUT',
        headers: presigned[rendition].headers,
        body: new Uint8Array(one[rendition]),
      })
    const complete = () =>
      ada.client.ok(chatEndpoints.completeRoomAvatar, { ...place, uploadId: presigned.uploadId })
    const both = await Promise.all([complete(), complete()])
    expect(both.map(({ room: { avatarVersion } }) => avatarVersion)).toEqual([1, 1])
    expect((await complete()).room.avatarVersion).toBe(1)
    await app.app.sweep()
    expect(await keysOf(room.id)).toHaveLength(2)
  })
})

describe('is refused', () => {
  test('to outsiders, to whom the room does not exist', async () => {
    const room = await openRoom(ada, grace)
    const { client } = alan
    expect(
      await client.fails(chatEndpoints.presignRoomAvatar, { id: room.id, ...announcementOf(one) }),
    ).toMatchObject({ status: 404, code: 'chat.room_not_found' })
    expect(await client.fails(chatEndpoints.removeRoomAvatar, { id: room.id })).toMatchObject({
      code: 'chat.room_not_found',
    })
  })

  test('to who left between announcing and completing', async () => {
    const room = await openRoom(ada, grace)
    const presigned = await grace.client.ok(chatEndpoints.presignRoomAvatar, {
      id: room.id,
      ...announcementOf(one),
    })
    await grace.client.ok(chatEndpoints.leaveRoom, { id: room.id })
    expect(
      await grace.client.fails(chatEndpoints.completeRoomAvatar, {
        id: room.id,
        uploadId: presigned.uploadId,
      }),
    ).toMatchObject({ code: 'chat.room_not_found' })
  })

  test('to direct chats, which have the people’s pictures', async () => {
    const room = await openDm(ada, grace)
    for (const refusal of [
      await ada.client.fails(chatEndpoints.presignRoomAvatar, { id: room.id, ...announcementOf(one) }),
      await ada.client.fails(chatEndpoints.removeRoomAvatar, { id: room.id }),
    ])
      expect(refusal).toMatchObject({ status: 409, code: 'chat.not_a_group' })
  })

  test('where the upload was announced for something else', async () => {
    const [room, other] = [await openRoom(ada), await openRoom(ada)]
    const own = await upload(ada.client, one)
    const elsewhere = await ada.client.ok(chatEndpoints.presignRoomAvatar, {
      id: other.id,
      ...announcementOf(one),
    })
    for (const { uploadId } of [own, elsewhere, await presign(grace.client, one)])
      expect(
        await ada.client.fails(chatEndpoints.completeRoomAvatar, { id: room.id, uploadId }),
      ).toMatchObject({ status: 404, code: 'avatar.upload_not_found' })
  })
})
