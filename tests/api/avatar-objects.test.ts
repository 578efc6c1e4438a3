import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { avatarEndpoints } from '../../api/contract/avatar.ts'
import { sessionEndpoints, type User } from '../../api/contract/session.ts'
import type { StorageSettings } from '../../api/platform/config.ts'
import { openStorage, type Storage } from '../../api/platform/storage.ts'
import { openBucket, type Bucket } from '../support/bucket.ts'
import { openRoom, say } from '../support/chat.ts'
import { differentPictures, type Renditions } from '../support/photos.ts'
import { openGate, type TcpGate } from '../support/tcp-gate.ts'
import { startTestApp, type Person, type TestApp } from '../support/test-app.ts'
import { testStorage } from '../support/test-cluster.ts'
import {
  announcementOf,
  complete,
  fetchPicture,
  presign,
  put,
  savePicture,
  upload,
} from '../support/upload.ts'

/** A way to hold calls of the store until a test lets them pass. */
interface Barrier {
  /** Resolves once a call waits. */
  reached: Promise<void>
  lift(): void
}

let app: TestApp
let ada: Person
let bucket: Bucket
let gate: TcpGate
let settings: StorageSettings
let pictures: Renditions[]

beforeAll(async () => {
  pictures = await differentPictures(10)
  bucket = openBucket(testStorage())
  const { accessKeyId, secretAccessKey, ...place } = testStorage()
  gate = await openGate(place.endpoint)
  settings = {
    ...place,
    endpoint: gate.url.replace(/\/$/, ''),
    credentials: { accessKeyId, secretAccessKey },
  }
})
afterAll(async () => {
  bucket.close()
  await gate.close()
})
beforeEach(async () => {
  app = await startTestApp({ storage: openStorage(settings) })
  ada = await app.person('Ada')
})
afterEach(async () => {
  vi.restoreAllMocks()
  gate.reopen()
  await app.stop()
})

function picture(n = 0): Renditions {
  const found = pictures[n]
  if (found === undefined) throw new Error(`There are ${pictures.length} pictures, none is number ${n}.`)
  return found
}

const objects = (): Promise<string[]> => bucket.keys(app.folder)

/** The two objects that a person's picture consists of. */
function servedKeys({ avatarUrl, avatarThumbUrl }: User): string[] {
  return [avatarUrl ?? '', avatarThumbUrl ?? ''].map((url) => url.replace('/api/avatars/', app.folder))
}

/** Puts everything that waits for its time into the past. */
async function passTime(): Promise<void> {
  const past = new Date(Date.now() - 60 * 60_000)
  await app.db('avatar_uploads').update({ expires_at: past })
  await app.db('object_deletions').update({ due_at: past })
}

const queued = async (): Promise<number> => (await app.db('object_deletions').select('id')).length

/** Holds the next call of one of the store's methods. */
function hold(method: 'read' | 'write'): Barrier {
  let lift = (): void => {}
  const lifted = new Promise<void>((resolve) => {
    lift = resolve
  })
  const original = app.storage[method]
  const reached = new Promise<void>((resolve) => {
    // The types of the two methods have no common form that a spy could be given; both take and give whatever the original does.
    vi.spyOn(app.storage, method as 'write').mockImplementationOnce(async (...call) => {
      resolve()
      await lifted
      return (original as Storage['write'])(...call)
    })
  })
  return { reached, lift }
}

describe('the bucket holds what is served, and nothing else', () => {
  test('after saving, replacing and removing', async () => {
    const first = await savePicture(ada.client, picture(0))
    await app.app.sweep()
    expect(await objects()).toEqual(servedKeys(first))

    const second = await savePicture(ada.client, picture(1))
    await app.app.sweep()
    expect(await objects()).toEqual(servedKeys(second))

    await ada.client.ok(avatarEndpoints.removeAvatar, {})
    await app.app.sweep()
    expect(await objects()).toEqual([])

    // The last look at the pending keys leaves nothing queued either.
    await passTime()
    await app.app.sweep()
    expect(await queued()).toBe(0)
  })

  test('by itself, without anybody asking for a sweep', async () => {
    await savePicture(ada.client, picture(0))
    const second = await savePicture(ada.client, picture(1))
    await vi.waitFor(async () => expect(await objects()).toEqual(servedKeys(second)), 5_000)
    await ada.client.ok(avatarEndpoints.removeAvatar, {})
    await vi.waitFor(async () => expect(await objects()).toEqual([]), 5_000)
  })

  test('after ten uploads that were completed at once', async () => {
    const uploads = await Promise.all(pictures.map((renditions) => upload(ada.client, renditions)))
    await Promise.all(uploads.map(({ uploadId }) => complete(ada.client, uploadId)))
    await app.app.sweep()
    const { user } = await ada.client.ok(sessionEndpoints.getMe, {})
    expect(await objects()).toEqual(servedKeys(user))
  })

  test('of each person their own', async () => {
    const grace = await app.person('Grace')
    const user = await savePicture(ada.client, picture(0))
    await savePicture(grace.client, picture(0))
    await grace.client.ok(avatarEndpoints.removeAvatar, {})
    await passTime()
    await app.app.sweep()
    expect(await objects()).toEqual(servedKeys(user))
  })
})

describe('uploads that nobody completes', () => {
  test('are swept once they can no longer be completed', async () => {
    const whole = await upload(ada.client, picture(0))
    const half = await presign(ada.client, picture(1))
    await put(half.full, picture(1).full)
    await presign(ada.client, picture(2))
    await app.app.sweep()
    expect(await objects()).toHaveLength(3)

    await passTime()
    await app.app.sweep()
    expect(await objects()).toEqual([])
    const problem = await ada.client.fails(avatarEndpoints.completeAvatar, { uploadId: whole.uploadId })
    expect(problem).toMatchObject({ status: 404, code: 'avatar.upload_not_found' })
  })

  test('are swept even when they were refused', async () => {
    const wrong = { full: picture().thumb, thumb: picture().full }
    const { uploadId } = await upload(ada.client, wrong)
    expect((await ada.client.fails(avatarEndpoints.completeAvatar, { uploadId })).status).toBe(422)
    await passTime()
    await app.app.sweep()
    expect(await objects()).toEqual([])
  })

  test('what is put to a pending key after completing neither stays nor shows', async () => {
    const presigned = await upload(ada.client, picture(0))
    const user = await complete(ada.client, presigned.uploadId)
    await app.app.sweep()
    // The address is still valid, and only for the same file.
    expect((await put(presigned.full, picture(0).full)).status).toBe(200)
    const otherBytes = Buffer.from(picture(0).full).fill(0, 40)
    expect((await put(presigned.full, otherBytes)).status).toBeGreaterThanOrEqual(400)
    await app.app.sweep()
    expect(await objects()).toHaveLength(3)

    await passTime()
    await app.app.sweep()
    expect(await objects()).toEqual(servedKeys(user))
    expect((await fetchPicture(ada.client, user.avatarUrl)).status).toBe(200)
  })
})

describe('two requests complete the same upload', () => {
  test('and one finds the files gone that the other is done with: both are 200', async () => {
    const { uploadId } = await upload(ada.client, picture())
    const barrier = hold('read')
    const slow = complete(ada.client, uploadId)
    await barrier.reached
    const user = await complete(ada.client, uploadId)
    await app.app.sweep()
    expect(await objects()).toEqual(servedKeys(user))
    barrier.lift()
    expect(await slow).toEqual(user)
  })

  test('and one writes after the picture was replaced: nothing stays behind', async () => {
    const { uploadId } = await upload(ada.client, picture(0))
    const barrier = hold('write')
    const slow = complete(ada.client, uploadId)
    await barrier.reached
    await complete(ada.client, uploadId)
    const second = await savePicture(ada.client, picture(1))
    await app.app.sweep()
    barrier.lift()
    expect(await slow).toEqual(second)
    await app.app.sweep()
    expect(await objects()).toEqual(servedKeys(second))
  })
})

describe('while the store is away', () => {
  test('chat goes on, and a picture can be removed: its objects go when the store is back', async () => {
    await savePicture(ada.client, picture())
    const room = await openRoom(ada, await app.person())
    gate.shut()

    const { user } = await ada.client.ok(avatarEndpoints.removeAvatar, {})
    expect(user).toMatchObject({ avatarUrl: null, avatarVersion: 2 })
    expect((await say(ada, room.id)).seq).toBe(1)
    await app.app.sweep()
    expect((await objects()).length).toBeGreaterThanOrEqual(2)

    gate.reopen()
    await passTime()
    await app.app.sweep()
    expect(await objects()).toEqual([])
    expect(await queued()).toBe(0)
  })

  test('completing is 503 with a time to try again, and then it works', async () => {
    const { uploadId } = await upload(ada.client, picture())
    gate.shut()
    const answer = await ada.client.call(avatarEndpoints.completeAvatar, { uploadId })
    expect(answer.status).toBe(503)
    expect(answer.body).toMatchObject({ code: 'server.storage_unavailable' })
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)

    gate.reopen()
    expect((await complete(ada.client, uploadId)).avatarVersion).toBe(1)
  })

  test('the API is alive but not ready', async () => {
    expect((await app.anonymous.raw('GET', '/readyz')).status).toBe(200)
    gate.shut()
    const answer = await app.anonymous.raw('GET', '/readyz')
    expect(answer.status).toBe(503)
    expect(answer.body).toMatchObject({ code: 'server.storage_unavailable' })
    expect((await app.anonymous.raw('GET', '/healthz')).status).toBe(200)
  })
})

test('presigning without credentials to sign with is 503', async () => {
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
  const { endpoint, region, bucket } = testStorage()
  const nameless = openStorage({ endpoint, region, bucket, credentials: null })
  const other = await startTestApp({ storage: nameless })
  try {
    const person = await other.person()
    const answer = await person.client.call(avatarEndpoints.presignAvatar, announcementOf(picture()))
    expect(answer.status).toBe(503)
    expect(answer.body).toMatchObject({ code: 'server.storage_unavailable' })
    expect(answer.headers.get('retry-after')).not.toBeNull()
  } finally {
    vi.unstubAllEnvs()
    await other.stop()
  }
})

describe('when the transaction fails after the objects were written', () => {
  /** From now on the database refuses every event that everyone would hear. */
  const refuse = () =>
    app.db.raw(`alter table event_outbox add constraint refused check (topic <> 'everyone') not valid`)
  const allow = () => app.db.raw('alter table event_outbox drop constraint refused')

  test('nothing has changed, and nothing stays behind', async () => {
    const first = await savePicture(ada.client, picture(0))
    const { uploadId } = await upload(ada.client, picture(1))
    await refuse()
    const problem = await ada.client.fails(avatarEndpoints.completeAvatar, { uploadId })
    expect(problem).toMatchObject({ status: 500, code: 'server.internal' })
    expect((await ada.client.ok(sessionEndpoints.getMe, {})).user).toEqual(first)
    expect((await fetchPicture(ada.client, first.avatarUrl)).status).toBe(200)

    await passTime()
    await app.app.sweep()
    expect(await objects()).toEqual(servedKeys(first))
  })

  test('the same upload can be completed when it is well again', async () => {
    const { uploadId } = await upload(ada.client, picture())
    await refuse()
    expect((await ada.client.call(avatarEndpoints.completeAvatar, { uploadId })).status).toBe(500)
    await allow()
    const user = await complete(ada.client, uploadId)
    expect(user.avatarVersion).toBe(1)
    await passTime()
    await app.app.sweep()
    expect(await objects()).toEqual(servedKeys(user))
  })
})

describe('AVATAR_PUBLIC_URL', () => {
  test('makes addresses absolute; changing it changes them all at the next start', async () => {
    const options = { publicUrl: 'https://cdn.example/avatars' }
    const other = await startTestApp(options)
    try {
      const grace = await other.person('Grace')
      const { avatarUrl } = await savePicture(grace.client, picture())
      expect(avatarUrl).toMatch(
        new RegExp(`^https://cdn\\.example/avatars/${grace.user.id}/[0-9a-f-]{36}/256\\.webp$`),
      )

      options.publicUrl = 'https://other.example/a'
      await other.restart()
      const { user } = await other
        .person('Reader')
        .then(({ client }) => client.ok(sessionEndpoints.getUser, { id: grace.user.id }))
      expect(user.avatarUrl).toBe(
        avatarUrl?.replace('https://cdn.example/avatars', 'https://other.example/a'),
      )
      expect(user.avatarThumbUrl).toBe(user.avatarUrl?.replace('/256.', '/64.'))
      expect(user.avatarVersion).toBe(1)
    } finally {
      await other.stop()
    }
  })
})
