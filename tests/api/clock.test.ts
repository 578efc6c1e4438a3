import { tmpdir } from 'node:os'
import { expect, onTestFinished, test } from 'vitest'
import { sessionEndpoints } from '../../api/contract/session.ts'
import { apiEnvironment, startApi, type ApiProcess } from '../support/api-process.ts'
import { openBucket } from '../support/bucket.ts'
import { chatAt } from '../support/chatting.ts'
import { Client } from '../support/client.ts'
import { Listener } from '../support/listener.ts'
import { differentPictures } from '../support/photos.ts'
import { createTestDatabase, testStorage } from '../support/test-cluster.ts'
import { complete, digest, fetchPicture, upload } from '../support/upload.ts'

const CLOCK = new URL('../support/stepping-clock.js', import.meta.url).href
const HOUR_MS = 3_600_000

test('clocks that step an hour, forwards and back, change nothing: sessions, pictures, messages, presence', async () => {
  const database = await createTestDatabase()
  const folder = 'clock-test/'
  const start = (): Promise<ApiProcess> =>
    startApi(tmpdir(), {
      ...apiEnvironment(database.url, testStorage(), folder),
      NODE_OPTIONS: `--import=${CLOCK}`,
    })
  const processes = await Promise.all([start(), start()])
  onTestFinished(async () => {
    for (const api of processes) await api.stop()
    await database.drop()
  })
  const addresses = processes.map(({ url }) => url)
  const [ahead = '', behind = ''] = addresses
  const chat = await chatAt(addresses, database.url)
  const [ada, grace] = chat.crowd
  if (ada === undefined || grace === undefined) throw new Error('Nobody has come.')
  const witness = await Listener.connect(behind, grace.token)
  const statuses = (): string[] =>
    witness.all('presence:changed').flatMap(({ data }) => (data.userId === ada.userId ? [data.status] : []))
  await expect.poll(statuses).toEqual(['online'])

  // Before the step, so that what was begun by the old clock ends by the new one.
  const [before, after] = await differentPictures(2)
  if (before === undefined || after === undefined) throw new Error('There are no pictures.')
  const begun = await upload(new Client(ahead, ada.token), before)
  await chat.moreMessages(20)
  processes.forEach(({ process }, n) => process.send(n === 0 ? HOUR_MS : -HOUR_MS))
  await chat.moreMessages(20)

  // Sessions: everybody is still signed in, everywhere, and can sign in and out.
  for (const url of addresses) {
    const { sessions } = await new Client(url, ada.token).ok(sessionEndpoints.listDevices, {})
    expect(sessions).toHaveLength(1)
    expect(Math.abs(Date.parse(sessions[0]?.lastSeenAt ?? '') - Date.now())).toBeLessThan(120_000)
  }

  // Pictures: begun before, and begun at one clock and completed at another two hours away.
  await complete(new Client(ahead, ada.token), begun.uploadId)
  for (const [from, to] of [
    [ahead, behind],
    [behind, ahead],
  ] as const) {
    const presigned = await upload(new Client(from, ada.token), after)
    expect(Math.abs(Date.parse(presigned.expiresAt) - Date.now() - 300_000)).toBeLessThan(30_000)
    const user = await complete(new Client(to, ada.token), presigned.uploadId)
    for (const url of addresses) {
      const answer = await fetchPicture(new Client(url, ada.token), user.avatarUrl)
      expect(answer.status).toBe(200)
      expect(digest(Buffer.from(await answer.arrayBuffer()))).toBe(digest(after.full))
    }
  }
  // Retention: nothing that is served is due for deletion at either clock, and what is not is gone.
  const bucket = openBucket(testStorage())
  await expect.poll(() => bucket.keys(folder), { timeout: 10_000 }).toHaveLength(2)
  bucket.close()

  // Presence: nobody has gone.
  await chat.moreMessages(20)
  expect(statuses()).toEqual(['online'])
  await witness.close()
  await chat.end('Clocks stepped an hour forwards and back', processes.length)
}, 120_000)
