import { afterEach, expect, it, onTestFinished, vi } from 'vitest'
import type { Snapshot } from '../../../desktop/bridge.ts'
import { keepNow, keepSnapshots } from '../../../desktop/renderer/app/snapshot.ts'
import { setDrafts } from '../../../desktop/renderer/chat/drafts.ts'
import { resetRooms, setRooms } from '../../../desktop/renderer/chat/rooms.ts'
import { setSelf } from '../../../desktop/renderer/session/users.ts'
import { snapshot } from '../../../desktop/main/snapshots.ts'
import { message, person, room, stubBridge, uuid } from './fake-bridge.ts'

/** Keeps what the stores hold, as one whose stores are whole up to `cursor`; tells what was kept. */
function keeping(cursor: string | null): Snapshot[] {
  const kept: Snapshot[] = []
  stubBridge({
    snapshot: {
      save: async (known) => {
        kept.push(known)
        return { ok: true, value: undefined }
      },
    },
  })
  setSelf(person(1))
  onTestFinished(keepSnapshots(() => cursor))
  return kept
}

afterEach(() => {
  resetRooms()
  setDrafts({})
  vi.unstubAllGlobals()
})

it('keeps drafts also while something is still to be fetched, but not before anything is known', async () => {
  const kept = keeping(null)
  await keepNow()
  expect(kept).toEqual([])
  setRooms([room(1)])
  setDrafts({ [uuid(1)]: 'Half a thought' })
  await keepNow()
  expect(kept).toMatchObject([{ cursor: null, drafts: { [uuid(1)]: 'Half a thought' } }])
})

it('keeps everything else where a draft or the list of rooms is longer than main takes', async () => {
  const kept = keeping('7')
  const lively = room(1, { lastMessage: message(9) })
  const quiet = Array.from({ length: 5_000 }, (_, n) => room(0, { id: uuid(10 + n) }))
  setRooms([...quiet, lively])
  setDrafts({ [uuid(1)]: 'x'.repeat(200_000), [uuid(2)]: 'Half a thought' })
  await keepNow()
  const taken = snapshot.parse(kept[0])
  expect(taken.drafts[uuid(1)]).toHaveLength(100_000)
  expect(taken.drafts[uuid(2)]).toBe('Half a thought')
  expect(taken.rooms[0]?.id).toBe(lively.id)
})
