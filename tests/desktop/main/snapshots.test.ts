import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { User } from '../../../api/contract/session.ts'
import type { Snapshot } from '../../../desktop/bridge.ts'
import { Session } from '../../../desktop/main/session.ts'
import { writeSessionFile } from '../../../desktop/main/session-file.ts'
import { Snapshots } from '../../../desktop/main/snapshots.ts'
import { message, room } from '../renderer/fake-bridge.ts'
import { NOWHERE } from './local-server.ts'
import { createVault, NETWORK, sampleUser, stagedImage, temporaryFolder } from './samples.ts'

/** A program in which somebody is signed in, whose snapshots lie in `folder`. */
async function start(folder: string, user: User, server = NOWHERE) {
  const file = join(await temporaryFolder(), 'session.json')
  const vault = createVault()
  await writeSessionFile(file, vault, { server, user, token: 'token', others: [] })
  const session = new Session({ file, vault, network: NETWORK, log: () => {} })
  await session.open(null)
  const logged: string[] = []
  const snapshots = new Snapshots({ folder, session, log: (line) => logged.push(line) })
  snapshots.follow()
  onTestFinished(() => snapshots.settled())
  return { session, snapshots, logged }
}

const known = (user: User, cursor = '7'): Snapshot => ({
  userId: user.id,
  cursor,
  people: [user],
  rooms: [room(1)],
  timelines: [{ roomId: room(1).id, messages: [message(1)], hasOlder: false }],
  drafts: { [room(1).id]: 'Half a thought' },
  draftImages: { [room(1).id]: [stagedImage(7)] },
  selectedId: room(1).id,
})

test('what is kept is there at the next start, for its account alone, and for its owner’s eyes', async () => {
  const folder = join(await temporaryFolder(), 'snapshots')
  const [ada, grace] = [sampleUser('ada'), sampleUser('grace')]
  const { snapshots } = await start(folder, ada)
  expect(await snapshots.read()).toBeNull()
  await snapshots.save(known(ada))

  expect(await (await start(folder, ada)).snapshots.read()).toEqual(known(ada))
  expect(await (await start(folder, grace)).snapshots.read()).toBeNull()
  expect(await (await start(folder, ada, 'https://chat.example.com')).snapshots.read()).toBeNull()
  const [name = ''] = await readdir(folder)
  if (process.platform !== 'win32') expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600)
})

test('of many in a short time the last is there', async () => {
  const folder = await temporaryFolder()
  const ada = sampleUser()
  const { snapshots } = await start(folder, ada)
  for (let n = 1; n <= 50; n += 1) void snapshots.save(known(ada, String(n)))
  await snapshots.settled()
  expect((await snapshots.read())?.cursor).toBe('50')
})

test('somebody else’s is not taken', async () => {
  const folder = await temporaryFolder()
  const { snapshots } = await start(folder, sampleUser('ada'))
  await snapshots.save(known(sampleUser('grace')))
  expect(await readdir(folder)).toEqual([])
})

test.each([
  ['half a file', (text: string) => text.slice(0, text.length / 2)],
  ['another version', (text: string) => text.replace('"version":1', '"version":2')],
  ['a shape that is not ours', (text: string) => text.replace('"lastSeq":1', '"lastSeq":"many"')],
])('%s counts as nothing, and is written over', async (_, spoil) => {
  const folder = await temporaryFolder()
  const ada = sampleUser()
  const { snapshots, logged } = await start(folder, ada)
  await snapshots.save(known(ada))
  const [name = ''] = await readdir(folder)
  await writeFile(join(folder, name), spoil(await readFile(join(folder, name), 'utf8')))
  expect(await snapshots.read()).toBeNull()
  expect(logged).toHaveLength(1)
  await snapshots.save(known(ada, '8'))
  expect((await snapshots.read())?.cursor).toBe('8')
})

test('who signs out leaves nothing behind', async () => {
  const folder = await temporaryFolder()
  const ada = sampleUser()
  const { session, snapshots } = await start(folder, ada)
  await snapshots.save(known(ada))
  void snapshots.save(known(ada, '8'))
  await session.signOut()
  await snapshots.settled()
  expect(await readdir(folder)).toEqual([])
})

test('what an earlier version has left has no images, and is of use', async () => {
  const folder = join(await temporaryFolder(), 'snapshots')
  const ada = sampleUser('ada')
  const { snapshots } = await start(folder, ada)
  await snapshots.save(known(ada))
  const [name = ''] = await readdir(folder)
  const kept = JSON.parse(await readFile(join(folder, name), 'utf8')) as { snapshot: Partial<Snapshot> }
  delete kept.snapshot.draftImages
  await writeFile(join(folder, name), JSON.stringify(kept))
  expect(await snapshots.read()).toEqual({ ...known(ada), draftImages: {} })
})

test('the images that are attached are known of every account, whoever is signed in', async () => {
  const folder = join(await temporaryFolder(), 'snapshots')
  const [ada, grace] = [sampleUser('ada'), sampleUser('grace')]
  await (await start(folder, ada)).snapshots.save(known(ada))
  const { snapshots } = await start(folder, grace)
  await snapshots.save({ ...known(grace), draftImages: { [room(1).id]: [stagedImage(8), stagedImage(9)] } })
  await writeFile(join(folder, 'broken.json'), '{"version":')
  expect([...(await snapshots.imageIds())].toSorted()).toEqual([7, 8, 9].map((n) => stagedImage(n).id))
})
