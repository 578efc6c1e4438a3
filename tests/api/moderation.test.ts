import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { avatarEndpoints } from '../../api/contract/avatar.ts'
import { sessionEndpoints } from '../../api/contract/session.ts'
import { Listener } from '../support/listener.ts'
import { photo, renditionsOf, type Renditions } from '../support/photos.ts'
import { startTestApp, type Person, type TestApp } from '../support/test-app.ts'
import { fetchPicture, savePicture } from '../support/upload.ts'

let app: TestApp
let admin: Person
let ada: Person
let grace: Person
let picture: Renditions

beforeAll(async () => {
  app = await startTestApp()
  admin = await app.person('Admin')
  ;[ada, grace] = await Promise.all([app.person('Ada'), app.person('Grace')])
  picture = await renditionsOf(await photo('jpeg'))
})
afterAll(() => app.stop())

const roleOf = async ({ client }: Person): Promise<string> =>
  (await client.ok(sessionEndpoints.getMe, {})).user.role

describe('the admin', () => {
  test('is whoever came first, and nobody else', async () => {
    expect([admin, ada, grace].map(({ user }) => user.role)).toEqual(['admin', 'member', 'member'])
  })

  test('is one where several come first at the same moment', async () => {
    const empty = await startTestApp()
    const people = await Promise.all(Array.from({ length: 6 }, () => empty.person()))
    expect(people.map(({ user }) => user.role).toSorted()).toEqual(['admin', ...Array(5).fill('member')])
    await empty.stop()
  })

  test('passes the role on and takes it, and everyone hears of it', async () => {
    const listener = await Listener.connect(app.url, grace.token)
    const { user } = await admin.client.ok(sessionEndpoints.setRole, { id: ada.user.id, role: 'admin' })
    expect(user).toEqual({ ...ada.user, role: 'admin' })
    const { data } = await listener.next('user:updated')
    expect(data.user).toEqual(user)
    expect(await roleOf(ada)).toBe('admin')
    await ada.client.ok(sessionEndpoints.setRole, { id: ada.user.id, role: 'member' })
    expect(await roleOf(ada)).toBe('member')
    await listener.close()
  })

  test('is needed for it', async () => {
    for (const id of [ada.user.id, grace.user.id])
      expect(await ada.client.fails(sessionEndpoints.setRole, { id, role: 'admin' })).toMatchObject({
        status: 403,
        code: 'session.not_admin',
      })
    expect(
      await admin.client.fails(sessionEndpoints.setRole, {
        id: '00000000-0000-4000-8000-000000000000',
        role: 'admin',
      }),
    ).toMatchObject({ code: 'session.user_not_found' })
  })

  test('remains, however many go at once', async () => {
    const own = await startTestApp()
    const first = await own.person()
    const second = await own.person()
    expect(
      await first.client.fails(sessionEndpoints.setRole, { id: first.user.id, role: 'member' }),
    ).toMatchObject({
      status: 409,
      code: 'session.last_admin',
    })
    await first.client.ok(sessionEndpoints.setRole, { id: second.user.id, role: 'admin' })
    const both = [first, second]
    const answers = await Promise.all(
      both.map(({ client }, n) =>
        client.raw('PUT', `/api/users/${both[1 - n]?.user.id}/role`, JSON.stringify({ role: 'member' })),
      ),
    )
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 403])
    expect(await own.db('users').where({ role: 'admin' })).toHaveLength(1)
    await own.stop()
  })
})

describe('a picture taken away by an admin', () => {
  test('goes for everyone, the person hears why, and it is written down', async () => {
    const before = await savePicture(ada.client, picture)
    const [hers, others] = [
      await Listener.connect(app.url, ada.token),
      await Listener.connect(app.url, grace.token),
    ]
    const { user } = await admin.client.ok(avatarEndpoints.removeAvatarOf, {
      id: ada.user.id,
      reason: '  Not a picture of a person  ',
    })
    expect(user).toMatchObject({
      avatarUrl: null,
      avatarThumbhash: null,
      avatarVersion: before.avatarVersion + 1,
    })
    const { data } = await hers.next('notice:created')
    expect(data.notice).toMatchObject({
      kind: 'avatar_removed',
      reason: 'Not a picture of a person',
      actorId: admin.user.id,
    })
    await app.everythingTold(hers, others)
    expect(others.all('user:avatar:updated').map((event) => event.data.avatarUrl)).toEqual([null])
    expect(others.all('notice:created')).toEqual([])
    expect(await app.db('moderation_actions').where({ subject_id: ada.user.id })).toMatchObject([
      {
        actor_id: admin.user.id,
        action: 'avatar_removed',
        reason: 'Not a picture of a person',
        seen_at: null,
      },
    ])
    // It cannot be taken again with a click.
    expect((await ada.client.ok(avatarEndpoints.listRecentAvatars, {})).pictures).toEqual([])
    await app.app.sweep()
    const stored = await fetchPicture(grace.client, before.avatarUrl)
    expect(stored.status).toBe(404)
    await Promise.all([hers.close(), others.close()])
  })

  test('is a notice until it has been seen, to the person alone', async () => {
    const person = await app.person()
    await savePicture(person.client, picture)
    await admin.client.ok(avatarEndpoints.removeAvatarOf, { id: person.user.id, reason: 'No' })
    const { notices } = await person.client.ok(avatarEndpoints.listNotices, {})
    expect(notices).toHaveLength(1)
    const id = notices[0]?.id ?? ''
    expect((await grace.client.ok(avatarEndpoints.listNotices, {})).notices).toEqual([])
    expect(await grace.client.fails(avatarEndpoints.markNoticeSeen, { id })).toMatchObject({
      status: 404,
      code: 'avatar.notice_not_found',
    })
    for (let n = 0; n < 2; n += 1) await person.client.ok(avatarEndpoints.markNoticeSeen, { id })
    expect((await person.client.ok(avatarEndpoints.listNotices, {})).notices).toEqual([])
  })

  test('where there is none: nothing happens, and nothing is written down', async () => {
    const person = await app.person()
    const { user } = await admin.client.ok(avatarEndpoints.removeAvatarOf, {
      id: person.user.id,
      reason: 'No',
    })
    expect(user.avatarVersion).toBe(0)
    expect(await app.db('moderation_actions').where({ subject_id: person.user.id })).toEqual([])
  })

  test('needs an admin and a reason', async () => {
    await savePicture(grace.client, picture)
    expect(
      await ada.client.fails(avatarEndpoints.removeAvatarOf, { id: grace.user.id, reason: 'No' }),
    ).toMatchObject({ status: 403, code: 'session.not_admin' })
    const answer = await admin.client.raw('DELETE', `/api/users/${grace.user.id}/avatar`)
    expect(answer.status).toBe(400)
    expect((await grace.client.ok(sessionEndpoints.getMe, {})).user.avatarUrl).not.toBeNull()
  })
})
