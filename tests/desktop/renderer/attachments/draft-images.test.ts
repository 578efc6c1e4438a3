import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Bridge } from '../../../../desktop/bridge.ts'
import {
  addDraftImage,
  allDraftImages,
  announceImage,
  comingIn,
  imagesIn,
  removeDraftImage,
  resetDraftImages,
  restoreDraftImages,
  takeDraftImages,
  useDraftImages,
  withdrawImage,
} from '../../../../desktop/renderer/chat/attachments/draft-images.ts'
import { stagedImage } from '../../main/samples.ts'
import { stubBridge, uuid } from '../fake-bridge.ts'

const [ROOM, OTHER] = [uuid(1), uuid(2)]
let discarded: string[]

beforeEach(() => {
  discarded = []
  const discard: Bridge['attachments']['discard'] = async ({ id }) => {
    discarded.push(id)
    return { ok: true, value: undefined }
  }
  stubBridge({ attachments: { discard } })
  resetDraftImages()
})
afterEach(() => vi.unstubAllGlobals())

const inRoom = (roomId = ROOM) => imagesIn(useDraftImages.getState(), roomId)

test('images belong to their room, in the order in which they came', () => {
  addDraftImage(ROOM, stagedImage(1))
  addDraftImage(OTHER, stagedImage(2))
  addDraftImage(ROOM, stagedImage(3))
  expect(inRoom()).toEqual([stagedImage(1), stagedImage(3)])
  expect(allDraftImages()).toEqual({ [ROOM]: [stagedImage(1), stagedImage(3)], [OTHER]: [stagedImage(2)] })
})

test('one that is taken away is let go of; those that a message takes are not', () => {
  restoreDraftImages({ [ROOM]: [stagedImage(1), stagedImage(2)] })
  removeDraftImage(ROOM, stagedImage(1).id)
  expect(discarded).toEqual([stagedImage(1).id])
  expect(takeDraftImages(ROOM)).toEqual([stagedImage(2)])
  expect(discarded).toHaveLength(1)
  expect(allDraftImages()).toEqual({})
})

test('what is being made ready shows until it is ready', () => {
  announceImage(ROOM, { id: 'a', name: 'a.heic' })
  announceImage(ROOM, { id: 'b', name: 'b.heic' })
  withdrawImage(ROOM, 'a')
  expect(comingIn(useDraftImages.getState(), ROOM)).toEqual([{ id: 'b', name: 'b.heic' }])
  expect(comingIn(useDraftImages.getState(), OTHER)).toEqual([])
})

test('a store that is read again and again gives the same lists', () => {
  expect(inRoom()).toBe(inRoom(OTHER))
})
