import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { User } from '../../../api/contract/session.ts'
import type { Result, UploadProgress } from '../../../desktop/bridge.ts'
import { removeAvatar, saveAvatar } from '../../../desktop/renderer/avatar/save-avatar.ts'
import { resetUsers, setSelf, shownPicture, useUsers } from '../../../desktop/renderer/session/users.ts'
import { toastManager } from '../../../desktop/renderer/ui/toasts.ts'
import { failed, person, stubBridge, uuid } from './fake-bridge.ts'

const files = { full: new Uint8Array(2), thumb: new Uint8Array(1) }
const shown = () => shownPicture(useUsers.getState(), uuid(1))?.thumbUrl
const addToast = vi.spyOn(toastManager, 'add')

/** A bridge whose uploads end when the test says so. */
function stubUploads() {
  const uploads: { draftId: string; end: (result: Result<User>) => void }[] = []
  const listeners = new Set<(progress: UploadProgress) => void>()
  stubBridge({
    call: async () => ({ ok: true, value: { user: person(1, 9) } }),
    avatar: {
      stage: async ({ draftId }) => ({
        ok: true,
        value: { fullUrl: `/staged/${draftId}/256`, thumbUrl: `/staged/${draftId}/64` },
      }),
      upload: ({ draftId }) => new Promise((end) => uploads.push({ draftId, end })),
      discard: async () => ({ ok: true, value: undefined }),
      onProgress: (listener) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
  })
  const upload = (index: number) => vi.waitFor(() => uploads[index] ?? expect.fail('not begun'))
  return {
    upload,
    uploads,
    tell: (progress: UploadProgress) => listeners.forEach((listener) => listener(progress)),
  }
}

beforeEach(() => {
  resetUsers()
  setSelf(person(1, 1))
  addToast.mockClear()
})
afterEach(() => vi.unstubAllGlobals())

describe('saveAvatar', () => {
  it('shows the picture at once, its progress, and then the one of the server', async () => {
    const { upload, tell } = stubUploads()
    await saveAvatar('draft', files)
    expect(shown()).toBe('/staged/draft/64')

    const { end } = await upload(0)
    tell({ draftId: 'another', fraction: 0.9 })
    tell({ draftId: 'draft', fraction: 0.4 })
    expect(useUsers.getState().change?.fraction).toBe(0.4)

    end({ ok: true, value: person(1, 2) })
    await vi.waitFor(() => expect(useUsers.getState().change).toBeNull())
    expect(shown()).toContain('/2/')
    expect(addToast).not.toHaveBeenCalled()
  })

  it('does not go on for somebody who has signed out while it waited', async () => {
    const { upload, uploads } = stubUploads()
    await saveAvatar('first', files)
    await saveAvatar('second', files)
    const { end } = await upload(0)
    resetUsers()
    setSelf(person(2, 1))
    end({ ok: true, value: person(1, 2) })
    await saveAvatar('of the next one', files)
    const last = await upload(1)
    last.end({ ok: true, value: person(2, 2) })
    expect(uploads.map(({ draftId }) => draftId)).toEqual(['first', 'of the next one'])
  })

  it('takes it back with the reason where it fails, and tries again when asked', async () => {
    const { upload } = stubUploads()
    await saveAvatar('draft', files)
    const { end } = await upload(0)
    end(failed('desktop.store_unreachable'))
    await vi.waitFor(() => expect(shown()).toContain('/1/'))
    const notice = addToast.mock.calls[0]?.[0]
    expect(notice).toMatchObject({ title: 'Your picture was not saved', timeout: 0 })
    expect(notice?.description).toMatch(/storage cannot be reached/)

    // The button's handler ignores its event.
    const retry = notice?.actionProps?.onClick as unknown as () => void
    retry()
    expect(shown()).toBe('/staged/draft/64')
    const second = await upload(1)
    second.end({ ok: true, value: person(1, 2) })
    await vi.waitFor(() => expect(shown()).toContain('/2/'))
  })

  it('carries out changes one after the other, so that the last one wins', async () => {
    const { upload, uploads } = stubUploads()
    await saveAvatar('first', files)
    await saveAvatar('second', files)
    const first = await upload(0)
    expect(uploads).toHaveLength(1)
    first.end(failed('desktop.store_unreachable'))
    const second = await upload(1)
    expect(second.draftId).toBe('second')
    // What was replaced already failed silently.
    expect(addToast).not.toHaveBeenCalled()
    expect(shown()).toBe('/staged/second/64')
    second.end({ ok: true, value: person(1, 3) })
    await vi.waitFor(() => expect(shown()).toContain('/3/'))
  })
})

describe('removeAvatar', () => {
  it('shows initials at once', async () => {
    stubUploads()
    removeAvatar()
    expect(shown()).toBeNull()
    await vi.waitFor(() => expect(useUsers.getState().change).toBeNull())
  })
})
