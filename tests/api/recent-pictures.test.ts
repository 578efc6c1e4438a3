import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { avatarEndpoints, MAX_RECENT, type RecentPicture } from '../../api/contract/avatar.ts'
import { sessionEndpoints } from '../../api/contract/session.ts'
import { differentPictures, type Renditions } from '../support/photos.ts'
import { startTestApp, type Person, type TestApp } from '../support/test-app.ts'
import { digest, fetchPicture, presign, savePicture } from '../support/upload.ts'

let app: TestApp
let pictures: Renditions[]

beforeAll(async () => {
  app = await startTestApp()
  pictures = await differentPictures(9)
})
afterAll(() => app.stop())

const list = async ({ client }: Person): Promise<RecentPicture[]> =>
  (await client.ok(avatarEndpoints.listRecentAvatars, {})).pictures

async function save(person: Person, ...which: number[]): Promise<void> {
  for (const n of which) await savePicture(person.client, at(n))
}

function at(n: number): Renditions {
  const picture = pictures[n]
  if (picture === undefined) throw new Error(`There is no picture ${n}.`)
  return picture
}

const digestAt = async (person: Person, address: string): Promise<string> =>
  digest(Buffer.from(await (await fetchPicture(person.client, address)).arrayBuffer()))

/** Which of the pictures the listed ones are. */
async function which(person: Person): Promise<number[]> {
  const digests = await Promise.all((await list(person)).map(({ avatarUrl }) => digestAt(person, avatarUrl)))
  return digests.map((one) => pictures.findIndex(({ full }) => digest(full) === one))
}

describe('former pictures', () => {
  test('are the last six, the last first, each once, without the present one', async () => {
    const person = await app.person()
    expect(await list(person)).toEqual([])
    await save(person, 0)
    expect(await list(person)).toEqual([])
    await save(person, 1, 2, 3, 4, 5, 6, 7)
    expect(await which(person)).toEqual([6, 5, 4, 3, 2, 1])
    await save(person, 4)
    expect(await which(person)).toEqual([7, 6, 5, 3, 2, 1])
    expect(await list(person)).toHaveLength(MAX_RECENT)
  })

  test('have the present one among them once it is removed', async () => {
    const person = await app.person()
    await save(person, 0, 1)
    await person.client.ok(avatarEndpoints.removeAvatar, {})
    expect(await which(person)).toEqual([1, 0])
  })

  test('can be taken again without an upload: same bytes, new address, next version, and everyone can read it', async () => {
    const [person, other] = [await app.person(), await app.person()]
    await save(person, 0, 1)
    const [former] = await list(person)
    const { user } = await person.client.ok(avatarEndpoints.takeRecentAvatar, { id: former?.id ?? '' })
    expect(user.avatarVersion).toBe(3)
    expect(user.avatarThumbhash).toBe(former?.avatarThumbhash)
    expect(await digestAt(other, user.avatarUrl ?? '')).toBe(digest(at(0).full))
    expect(await digestAt(other, user.avatarThumbUrl ?? '')).toBe(digest(at(0).thumb))
    expect(await which(person)).toEqual([1])
  })

  test('are nobody else’s: neither to read, nor to take, nor to forget', async () => {
    const [person, other] = [await app.person(), await app.person()]
    await save(person, 0, 1)
    const [former] = await list(person)
    const id = former?.id ?? ''
    expect(await list(other)).toEqual([])
    expect((await fetchPicture(other.client, former?.avatarUrl ?? '')).status).toBe(404)
    for (const endpoint of [avatarEndpoints.takeRecentAvatar, avatarEndpoints.forgetRecentAvatar])
      expect(await other.client.fails(endpoint, { id })).toMatchObject({ code: 'avatar.recent_not_found' })
    const anonymous = await fetch(new URL(former?.avatarUrl ?? '', app.url))
    expect(anonymous.status).toBe(401)
  })

  test('can be forgotten', async () => {
    const person = await app.person()
    await save(person, 0, 1)
    const id = (await list(person))[0]?.id ?? ''
    await person.client.ok(avatarEndpoints.forgetRecentAvatar, { id })
    expect(await list(person)).toEqual([])
    expect(await person.client.fails(avatarEndpoints.takeRecentAvatar, { id })).toMatchObject({ status: 404 })
  })
})

describe('the limit of changes', () => {
  test('refuses one more than allowed in an hour, says when, and is exact under a race', async () => {
    const limited = await startTestApp({ changesPerHour: 3 })
    const person = await limited.person()
    await savePicture(person.client, at(0))
    await savePicture(person.client, at(1))
    const ready = await Promise.all([2, 3, 4].map((n) => uploadOf(person, n)))
    const answers = await Promise.all(
      ready.map(({ uploadId }) =>
        person.client.raw('POST', '/api/users/me/avatar/complete', JSON.stringify({ uploadId })),
      ),
    )
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 429, 429])
    const refusal = answers.find(({ status }) => status === 429)
    const seconds = Number(refusal?.headers.get('retry-after'))
    expect(seconds).toBeGreaterThan(3_500)
    expect(seconds).toBeLessThanOrEqual(3_600)
    expect(JSON.stringify(refusal?.body)).toMatch(/3 pictures within an hour.*in (59|60) minutes/)
    // Already at the announcement, before anything is uploaded.
    const early = await person.client.fails(avatarEndpoints.presignAvatar, {
      full: { bytes: 1, sha256: digest(Buffer.from('x')) },
      thumb: { bytes: 1, sha256: digest(Buffer.from('x')) },
    })
    expect(early).toMatchObject({ status: 429, code: 'avatar.too_many_changes' })
    // Removing is never refused; retaking is.
    const { user } = await person.client.ok(avatarEndpoints.removeAvatar, {})
    expect(user.avatarUrl).toBeNull()
    const id = (await list(person))[0]?.id ?? ''
    expect(await person.client.fails(avatarEndpoints.takeRecentAvatar, { id })).toMatchObject({ status: 429 })
    // An hour later the first of them counts no more.
    await limited
      .db('avatar_changes')
      .update({ changed_at: limited.db.raw(`changed_at - interval '3601 seconds'`) })
      .whereIn('id', limited.db('avatar_changes').orderBy('id').limit(1).select('id'))
    await person.client.ok(avatarEndpoints.takeRecentAvatar, { id })
    expect(await person.client.fails(avatarEndpoints.takeRecentAvatar, { id })).toMatchObject({ status: 429 })
    // Nobody else is held up.
    await savePicture((await limited.person()).client, at(0))
    await limited.app.sweep()
    await limited.stop()
  })

  test('completing the same again is no change', async () => {
    const limited = await startTestApp({ changesPerHour: 1 })
    const person = await limited.person()
    const { uploadId } = await uploadOf(person, 0)
    for (let n = 0; n < 3; n += 1) await person.client.ok(avatarEndpoints.completeAvatar, { uploadId })
    expect((await person.client.ok(sessionEndpoints.getMe, {})).user.avatarVersion).toBe(1)
    await limited.stop()
  })

  test('also bounds how many uploads are begun without an end', async () => {
    const limited = await startTestApp({ changesPerHour: 2 })
    const person = await limited.person()
    for (let n = 0; n < 8; n += 1) await presign(person.client, at(0))
    expect(
      await person.client.fails(avatarEndpoints.presignAvatar, {
        full: { bytes: 1, sha256: digest(Buffer.from('x')) },
        thumb: { bytes: 1, sha256: digest(Buffer.from('x')) },
      }),
    ).toMatchObject({ status: 429 })
    await limited.stop()
  })
})

async function uploadOf(person: Person, n: number) {
  const presigned = await presign(person.client, at(n))
  for (const rendition of ['full', 'thumb'] as const)
    await fetch(presigned[rendition].url, {
      method: 'PUT',
      headers: presigned[rendition].headers,
      body: new Uint8Array(at(n)[rendition]),
    })
  return presigned
}
