import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { PictureChange, SettledChange } from '../../../desktop/bridge.ts'
import {
  changeOf,
  followPictureChanges,
  ME,
  usePictureChanges,
  withChange,
} from '../../../desktop/renderer/avatar/picture-changes.ts'
import { toastManager } from '../../../desktop/renderer/ui/toasts.ts'
import { person, stubBridge, uuid } from './fake-bridge.ts'

const staged = { fullUrl: '/drafts/1/256.webp', thumbUrl: '/drafts/1/64.webp' }
const known = { fullUrl: '/f', thumbUrl: '/t', thumbhash: 'hash' }
const change = (progress: PictureChange['progress'], parts: Partial<PictureChange> = {}): PictureChange => ({
  id: uuid(9),
  target: ME,
  picture: staged,
  progress,
  ...parts,
})
const sending: PictureChange['progress'] = { status: 'sending', fraction: 0.4 }
const refused: PictureChange['progress'] = {
  status: 'failed',
  failure: { code: 'avatar.too_many_changes', detail: '', retryAfter: 1_800 },
}

describe('what is shown of somebody', () => {
  it('is what the picture is about to become, and the one from before where that was refused', () => {
    expect(withChange(known, undefined)).toBe(known)
    expect(withChange(known, change(sending))).toEqual({ ...staged, thumbhash: null })
    expect(withChange(undefined, change(sending))).toEqual({ ...staged, thumbhash: null })
    const removal = change(sending, { picture: null })
    expect(withChange(known, removal)).toEqual({ fullUrl: null, thumbUrl: null, thumbhash: null })
    expect(withChange(known, change(refused))).toBe(known)
  })

  it('is kept apart for oneself and each room', () => {
    const changes = [
      change(sending),
      change(sending, { id: uuid(8), target: { kind: 'room', roomId: uuid(1) } }),
    ]
    expect(changeOf({ changes }, ME)?.id).toBe(uuid(9))
    expect(changeOf({ changes }, { kind: 'room', roomId: uuid(1) })?.id).toBe(uuid(8))
    expect(changeOf({ changes }, { kind: 'room', roomId: uuid(2) })).toBeUndefined()
  })
})

describe('following the changes', () => {
  let tell: (changes: PictureChange[]) => void
  let settle: (settled: SettledChange) => void
  const retried: string[] = []

  beforeEach(() => {
    retried.length = 0
    stubBridge({
      avatar: {
        changes: async () => [change(sending)],
        onChanges: (listener) => {
          tell = listener
          return () => undefined
        },
        onSettled: (listener) => {
          settle = listener
          return () => undefined
        },
        retry: async ({ changeId }) => {
          retried.push(changeId)
          return { ok: true, value: undefined }
        },
      },
    })
  })
  afterEach(() => {
    vi.restoreAllMocks()
    vi.unstubAllGlobals()
  })

  it('begins with what the run before has left, and hears what comes of it', async () => {
    const settled = vi.fn()
    const stop = followPictureChanges(settled)
    await vi.waitFor(() => expect(usePictureChanges.getState().changes).toHaveLength(1))
    settle({ id: uuid(9), user: person(1, 2) })
    expect(settled).toHaveBeenCalledOnce()
    tell([])
    expect(usePictureChanges.getState().changes).toEqual([])
    stop()
  })

  it('tells of a refusal once, with why, when, and Retry, and takes the notice away with the change', async () => {
    const add = vi.spyOn(toastManager, 'add').mockReturnValue('notice')
    const close = vi.spyOn(toastManager, 'close')
    const stop = followPictureChanges(() => undefined)
    tell([change(refused)])
    tell([change(refused)])
    expect(add).toHaveBeenCalledOnce()
    const [notice] = add.mock.calls[0] ?? []
    expect(notice?.title).toBe('Your picture was not saved')
    expect(notice?.description).toMatch(/You can set the next one at \d/)
    tell([change(sending)])
    expect(close).toHaveBeenCalledWith('notice')
    stop()
  })

  it('does not take an old list for a newer one', async () => {
    const stop = followPictureChanges(() => undefined)
    tell([])
    await Promise.resolve()
    await Promise.resolve()
    expect(usePictureChanges.getState().changes).toEqual([])
    stop()
  })
})
