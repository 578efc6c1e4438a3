import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { avatarEndpoints } from '../../api/contract/avatar.ts'
import { chatEndpoints } from '../../api/contract/chat.ts'
import { differentPictures, type Renditions } from '../support/photos.ts'
import { startTestApp, type Person, type TestApp } from '../support/test-app.ts'
import { fetchPicture, savePicture, saveRoomPicture, upload } from '../support/upload.ts'

const MINUTE = 60_000

let app: TestApp
let admin: Person
let ada: Person
let first: Renditions
let second: Renditions

beforeAll(async () => {
  app = await startTestApp()
  admin = await app.person('Admin')
  const [one, two] = await differentPictures(2)
  if (one === undefined || two === undefined) throw new Error('There are two pictures.')
  first = one
  second = two
})
afterAll(() => app.stop())
beforeEach(async () => {
  ada = await app.person('Ada')
})

/** Completes an upload that was decided on so many milliseconds ago. */
const completeLate = async (renditions: Renditions, madeAgo: number) =>
  ada.client.ok(avatarEndpoints.completeAvatar, {
    uploadId: (await upload(ada.client, renditions)).uploadId,
    madeAgo,
  })

async function expectShown(avatarUrl: string | null, { full }: Renditions): Promise<void> {
  const answer = await fetchPicture(ada.client, avatarUrl)
  expect(Buffer.from(await answer.arrayBuffer()).equals(full)).toBe(true)
}

describe('a change that was decided on before the one that stands', () => {
  test('does not set a picture, and is answered with the one that stands', async () => {
    const standing = await savePicture(ada.client, second)
    expect(await completeLate(first, MINUTE)).toEqual({ user: standing, superseded: true })
    await expectShown(standing.avatarUrl, second)
  })

  test('removes none, and takes no former one again', async () => {
    await savePicture(ada.client, first)
    const standing = await savePicture(ada.client, second)
    const answer = { user: standing, superseded: true }
    expect(await ada.client.ok(avatarEndpoints.removeAvatar, { madeAgo: MINUTE })).toEqual(answer)
    const [former] = (await ada.client.ok(avatarEndpoints.listRecentAvatars, {})).pictures
    expect(
      await ada.client.ok(avatarEndpoints.takeRecentAvatar, { id: former?.id ?? '', madeAgo: MINUTE }),
    ).toEqual(answer)
  })

  test('does not bring back what was removed, by oneself or by an admin', async () => {
    await savePicture(ada.client, first)
    await ada.client.ok(avatarEndpoints.removeAvatar, {})
    expect(await completeLate(second, MINUTE)).toMatchObject({ user: { avatarUrl: null }, superseded: true })
    await savePicture(ada.client, first)
    await admin.client.ok(avatarEndpoints.removeAvatarOf, { id: ada.user.id, reason: 'No.' })
    expect(await completeLate(second, MINUTE)).toMatchObject({ user: { avatarUrl: null }, superseded: true })
  })

  test('leaves a room’s picture as it is', async () => {
    const { room } = await ada.client.ok(chatEndpoints.createRoom, { name: 'Engine room', memberIds: [] })
    const standing = await saveRoomPicture(ada.client, room.id, first)
    expect(
      await ada.client.ok(chatEndpoints.removeRoomAvatar, { id: room.id, madeAgo: MINUTE }),
    ).toMatchObject({ room: { avatarVersion: standing.avatarVersion }, superseded: true })
  })
})

describe('a change that was decided on after the one that stands', () => {
  test('is carried out, however late it comes, and keeps the time of its decision', async () => {
    await completeLate(first, 60 * MINUTE)
    const { user, superseded } = await completeLate(second, 30 * MINUTE)
    expect(superseded).toBeUndefined()
    await expectShown(user.avatarUrl, second)
    // Decided on before the second, though it comes last.
    expect(await completeLate(first, 45 * MINUTE)).toEqual({ user, superseded: true })
    const removed = await ada.client.ok(avatarEndpoints.removeAvatar, { madeAgo: 15 * MINUTE })
    expect(removed).toMatchObject({ user: { avatarUrl: null } })
    expect(removed.superseded).toBeUndefined()
  })

  test('is every one that does not say when', async () => {
    await completeLate(first, 0)
    const { user } = await ada.client.ok(avatarEndpoints.removeAvatar, {})
    expect(user.avatarUrl).toBeNull()
  })
})
