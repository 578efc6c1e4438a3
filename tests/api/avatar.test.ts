import { get } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { avatarEndpoints } from '../../api/contract/avatar.ts'
import { sessionEndpoints } from '../../api/contract/session.ts'
import { asProblem } from '../support/client.ts'
import { Listener } from '../support/listener.ts'
import { differentPictures, photo, renditionsOf, type Renditions } from '../support/photos.ts'
import { startTestApp, type Person, type TestApp } from '../support/test-app.ts'
import {
  announcementOf,
  complete,
  digest,
  fetchPicture,
  presign,
  put,
  savePicture,
  upload,
} from '../support/upload.ts'

let app: TestApp
let pictures: Renditions[]

beforeAll(async () => {
  app = await startTestApp()
  pictures = await differentPictures(10)
})
afterAll(() => app.stop())

/** One of the ready pictures. */
function picture(n = 0): Renditions {
  const found = pictures[n]
  if (found === undefined) throw new Error(`There are ${pictures.length} pictures, none is number ${n}.`)
  return found
}

const listen = ({ token }: Person): Promise<Listener> => Listener.connect(app.url, token)

/** What was told of this person's picture up to now. */
async function pictureEvents(listener: Listener, { user }: Person) {
  await app.everythingTold(listener)
  return listener
    .all('user:avatar:updated')
    .map(({ data }) => data)
    .filter(({ userId }) => userId === user.id)
}

describe('saving a picture', () => {
  test.each(['jpeg', 'png', 'webp'] as const)('a %s goes the whole way, to everyone', async (kind) => {
    const ada = await app.person('Ada')
    const grace = await app.person('Grace')
    const listeners = await Promise.all([listen(ada), listen(ada), listen(grace)])
    const renditions = await renditionsOf(await photo(kind))

    const user = await savePicture(ada.client, renditions)

    expect(user).toMatchObject({ id: ada.user.id, avatarVersion: 1 })
    const [address, thumbAddress] = [user.avatarUrl, user.avatarThumbUrl]
    expect(address).toMatch(new RegExp(`^/api/avatars/${user.id}/[0-9a-f-]{36}/256\\.webp$`))
    expect(thumbAddress).toBe(address?.replace('/256.', '/64.'))
    for (const listener of listeners) {
      const event = await listener.next('user:avatar:updated')
      expect(event.data).toEqual({
        userId: ada.user.id,
        avatarUrl: address,
        avatarThumbUrl: thumbAddress,
        avatarVersion: 1,
        avatarThumbhash: expect.stringMatching(/^[A-Za-z0-9+/]{20,50}=*$/),
      })
      await listener.close()
    }
    expect((await grace.client.ok(sessionEndpoints.getUser, { id: user.id })).user).toEqual(user)
    const [full, thumb] = await Promise.all([
      fetchPicture(grace.client, address),
      fetchPicture(grace.client, thumbAddress),
    ])
    expect(Buffer.from(await full.arrayBuffer()).equals(renditions.full)).toBe(true)
    expect(Buffer.from(await thumb.arrayBuffer()).equals(renditions.thumb)).toBe(true)
  })

  test('the version grows with every change, and the address is another one', async () => {
    const ada = await app.person()
    const first = await savePicture(ada.client, picture(0))
    const second = await savePicture(ada.client, picture(1))
    const third = await ada.client.ok(avatarEndpoints.removeAvatar, {})
    expect([first, second, third.user].map((user) => user.avatarVersion)).toEqual([1, 2, 3])
    expect(second.avatarUrl).not.toBe(first.avatarUrl)
  })

  test('the same file twice is two pictures with addresses of their own', async () => {
    const ada = await app.person()
    const first = await savePicture(ada.client, picture())
    const second = await savePicture(ada.client, picture())
    expect(second.avatarUrl).not.toBe(first.avatarUrl)
    expect((await fetchPicture(ada.client, second.avatarUrl)).status).toBe(200)
  })
})

describe('presigning', () => {
  test('signs the type, length and digest of both files, for five minutes, under the pending key', async () => {
    const ada = await app.person()
    const before = Date.now()
    const { uploadId, expiresAt, ...uploads } = await presign(ada.client, picture())
    const expires = Date.parse(expiresAt)
    expect(expires).toBeGreaterThanOrEqual(before + 300_000)
    expect(expires).toBeLessThanOrEqual(Date.now() + 300_000)
    for (const [rendition, file] of [
      ['full', '256.webp'],
      ['thumb', '64.webp'],
    ] as const) {
      const { method, url, headers } = uploads[rendition]
      const { pathname, searchParams } = new URL(url)
      expect(method).toBe('PUT')
      expect(pathname).toBe(
        `/${app.storageSettings.bucket}/${app.folder}pending/${ada.user.id}/${uploadId}/${file}`,
      )
      expect(searchParams.get('X-Amz-SignedHeaders')).toBe(
        'content-length;content-type;host;x-amz-checksum-sha256',
      )
      expect(searchParams.get('X-Amz-Expires')).toBe('300')
      expect(headers).toEqual({
        'content-type': 'image/webp',
        'content-length': String(picture()[rendition].length),
        'x-amz-checksum-sha256': digest(picture()[rendition]),
      })
    }
  })

  test.each([
    ['no bytes', { bytes: 0 }],
    ['more bytes than a full rendition may have', { bytes: 256 * 1024 + 1 }],
    ['half a byte', { bytes: 10.5 }],
    ['a digest in hexadecimal', { sha256: 'a'.repeat(64) }],
    ['no digest', { sha256: undefined }],
  ])('refuses an announcement with %s', async (_, fault) => {
    const ada = await app.person()
    const announced = announcementOf(picture())
    const body = JSON.stringify({ ...announced, full: { ...announced.full, ...fault } })
    const problem = asProblem(await ada.client.raw('POST', avatarEndpoints.presignAvatar.path, body))
    expect(problem).toMatchObject({ status: 400, code: 'request.invalid' })
    expect(problem.errors?.[0]?.path).toMatch(/^full\./)
  })

  test('is for signed-in people', async () => {
    const problem = await app.anonymous.fails(avatarEndpoints.presignAvatar, announcementOf(picture()))
    expect(problem).toMatchObject({ status: 401, code: 'session.unauthenticated' })
  })
})

describe('completing', () => {
  test('again is 200 and changes nothing', async () => {
    const ada = await app.person()
    const listener = await listen(ada)
    const { uploadId } = await upload(ada.client, picture())
    const first = await complete(ada.client, uploadId)
    expect(await complete(ada.client, uploadId)).toEqual(first)
    // The pending objects are gone by now, and that does not matter.
    await app.app.sweep()
    expect(await complete(ada.client, uploadId)).toEqual(first)
    expect(await pictureEvents(listener, ada)).toHaveLength(1)
    await listener.close()
  })

  test('again does not bring back a picture that was replaced or removed since', async () => {
    const ada = await app.person()
    const { uploadId } = await upload(ada.client, picture(0))
    await complete(ada.client, uploadId)
    const second = await savePicture(ada.client, picture(1))
    expect(await complete(ada.client, uploadId)).toEqual(second)
    const { user: removed } = await ada.client.ok(avatarEndpoints.removeAvatar, {})
    expect(await complete(ada.client, uploadId)).toMatchObject({ ...removed, avatarUrl: null })
  })

  test('eight times at once changes once, with one event', async () => {
    const ada = await app.person()
    const listener = await listen(ada)
    const { uploadId } = await upload(ada.client, picture())
    const users = await Promise.all(Array.from({ length: 8 }, () => complete(ada.client, uploadId)))
    for (const user of users) expect(user).toEqual(users[0])
    expect(users[0]?.avatarVersion).toBe(1)
    expect(await pictureEvents(listener, ada)).toHaveLength(1)
    expect((await fetchPicture(ada.client, users[0]?.avatarUrl ?? null)).status).toBe(200)
    await listener.close()
  })

  test('ten different uploads at once: each one version, and the last version is what there is', async () => {
    const ada = await app.person()
    const listener = await listen(ada)
    const uploads = await Promise.all(pictures.map((renditions) => upload(ada.client, renditions)))
    const users = await Promise.all(uploads.map(({ uploadId }) => complete(ada.client, uploadId)))

    const versions = users.map((user) => user.avatarVersion).toSorted((a, b) => a - b)
    expect(versions).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    const events = await pictureEvents(listener, ada)
    expect(events.map((event) => event.avatarVersion)).toEqual(versions)
    const { user: now } = await ada.client.ok(sessionEndpoints.getMe, {})
    expect(now).toMatchObject({ avatarVersion: 10, avatarUrl: events.at(-1)?.avatarUrl })
    // The upload that made the last version is the one that is served.
    const last = users.findIndex((user) => user.avatarVersion === 10)
    const served = await fetchPicture(ada.client, now.avatarUrl)
    expect(Buffer.from(await served.arrayBuffer()).equals(picture(last).full)).toBe(true)
    await listener.close()
  })

  test('is for the owner of the upload alone', async () => {
    const [ada, eve] = await Promise.all([app.person(), app.person()])
    const { uploadId } = await upload(ada.client, picture())
    const problem = await eve.client.fails(avatarEndpoints.completeAvatar, { uploadId })
    expect(problem).toMatchObject({ status: 404, code: 'avatar.upload_not_found' })
    expect((await eve.client.ok(sessionEndpoints.getMe, {})).user.avatarVersion).toBe(0)
    expect((await complete(ada.client, uploadId)).avatarVersion).toBe(1)
  })

  test.each(['full', 'thumb'] as const)('without the %s rendition is 409', async (missing) => {
    const ada = await app.person()
    const presigned = await presign(ada.client, picture())
    const there = missing === 'full' ? 'thumb' : 'full'
    await put(presigned[there], picture()[there])
    const { uploadId } = presigned
    const problem = await ada.client.fails(avatarEndpoints.completeAvatar, { uploadId })
    expect(problem).toMatchObject({ status: 409, code: 'avatar.upload_missing' })
    expect(problem.detail).toContain(missing)
    // It is not too late.
    await put(presigned[missing], picture()[missing])
    expect((await complete(ada.client, uploadId)).avatarVersion).toBe(1)
  })

  test('after five minutes is 404', async () => {
    const ada = await app.person()
    const { uploadId } = await upload(ada.client, picture())
    await app.db('avatar_uploads').where({ id: uploadId }).update({ expires_at: new Date() })
    const problem = await ada.client.fails(avatarEndpoints.completeAvatar, { uploadId })
    expect(problem).toMatchObject({ status: 404, code: 'avatar.upload_not_found' })
  })

  test('what nobody announced is 404, and what is no id 400', async () => {
    const ada = await app.person()
    const unknown = await ada.client.fails(avatarEndpoints.completeAvatar, {
      uploadId: 'b3f7a7c0-7d0e-4c55-8f5e-0d7ac1b0c9aa',
    })
    expect(unknown).toMatchObject({ status: 404, code: 'avatar.upload_not_found' })
    const malformed = await ada.client.fails(avatarEndpoints.completeAvatar, { uploadId: '../../etc' })
    expect(malformed).toMatchObject({ status: 400, code: 'request.invalid' })
  })
})

describe('removing', () => {
  test('takes the addresses away, raises the version, and everyone hears of it', async () => {
    const [ada, grace] = await Promise.all([app.person(), app.person()])
    await savePicture(ada.client, picture())
    const listener = await listen(grace)
    const { user } = await ada.client.ok(avatarEndpoints.removeAvatar, {})
    expect(user).toMatchObject({ avatarUrl: null, avatarThumbUrl: null, avatarVersion: 2 })
    const { data } = await listener.next('user:avatar:updated')
    expect(data).toEqual({
      userId: ada.user.id,
      avatarUrl: null,
      avatarThumbUrl: null,
      avatarVersion: 2,
      avatarThumbhash: null,
    })
    await listener.close()
  })

  test('where there is no picture nothing changes, and nobody hears of it', async () => {
    const ada = await app.person()
    const listener = await listen(ada)
    expect((await ada.client.ok(avatarEndpoints.removeAvatar, {})).user).toEqual(ada.user)
    expect(await pictureEvents(listener, ada)).toEqual([])
    await listener.close()
  })

  test('from eight devices at once is one change', async () => {
    const ada = await app.person()
    await savePicture(ada.client, picture())
    const listener = await listen(ada)
    await Promise.all(Array.from({ length: 8 }, () => ada.client.ok(avatarEndpoints.removeAvatar, {})))
    const { user } = await ada.client.ok(sessionEndpoints.getMe, {})
    expect(user).toMatchObject({ avatarUrl: null, avatarVersion: 2 })
    expect(await pictureEvents(listener, ada)).toHaveLength(1)
    await listener.close()
  })
})

describe('reading a picture', () => {
  test('is one redirect to the file, which may be kept for a year', async () => {
    const [ada, grace] = await Promise.all([app.person(), app.person()])
    const { avatarUrl } = await savePicture(ada.client, picture())
    const redirect = await grace.client.raw('GET', avatarUrl ?? '')
    expect(redirect.status).toBe(302)
    // The redirect itself must not outlive its signature.
    expect(redirect.headers.get('cache-control')).toBe('private, max-age=240')

    const file = await fetch(redirect.headers.get('location') ?? '', { redirect: 'error' })
    expect(file.status).toBe(200)
    expect(file.headers.get('content-type')).toBe('image/webp')
    expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(Buffer.from(await file.arrayBuffer()).equals(picture().full)).toBe(true)
  })

  test('a client that follows the redirect need not know of it', async () => {
    const ada = await app.person()
    const { avatarUrl } = await savePicture(ada.client, picture())
    // As in a browser, fetch drops the token when the redirect leads to another origin; the store would refuse it.
    const answer = await fetchPicture(ada.client, avatarUrl)
    expect(answer.redirected).toBe(true)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('image/webp')
  })

  test('needs a token', async () => {
    const ada = await app.person()
    const { avatarUrl } = await savePicture(ada.client, picture())
    const problem = asProblem(await app.anonymous.raw('GET', avatarUrl ?? ''))
    expect(problem).toMatchObject({ status: 401, code: 'session.unauthenticated' })
  })

  test.each([
    '/api/avatars/',
    '/api/avatars/x/y/256.webp',
    '/api/avatars/ID/ID/512.webp',
    '/api/avatars/ID/ID/256.png',
    '/api/avatars/ID/ID',
    '/api/avatars/ID/ID/256.webp/more',
    '/api/avatars/pending/ID/ID/256.webp',
    '/api/avatars/ID/..%2f..%2fpending/256.webp',
    '/api/avatars/ID/%2e%2e/256.webp',
    '/api/avatars/%00/ID/256.webp',
    '/api/avatars/%E0%A4%A/ID/256.webp',
    '/api/avatars/ID/ID/256.webp%20',
  ])('at %s is 404', async (target) => {
    const ada = await app.person()
    expect((await rawGet(target.replaceAll('ID', ada.user.id), ada.token)).status).toBe(404)
  })

  test('that is no more is 404 in the end', async () => {
    const ada = await app.person()
    const { avatarUrl } = await savePicture(ada.client, picture())
    await ada.client.ok(avatarEndpoints.removeAvatar, {})
    await app.app.sweep()
    expect((await fetchPicture(ada.client, avatarUrl)).status).toBe(404)
  })
})

/** A GET whose path is sent as it is: fetch would resolve what looks like dots. */
function rawGet(path: string, token: string): Promise<{ status: number | undefined }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(app.url)
    get({ hostname, port, path, agent: false, headers: { authorization: `Bearer ${token}` } }, (response) => {
      response.resume()
      response.once('end', () => resolve({ status: response.statusCode }))
    }).once('error', reject)
  })
}
