import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  addUsers,
  ensureUsers,
  refreshBehind,
  resetUsers,
  setPicture,
  useUsers,
} from '../../../desktop/renderer/session/users.ts'
import { person, stubBridge, uuid } from './fake-bridge.ts'

const shown = (id: string) => useUsers.getState().pictures[id]?.thumbUrl
const picture = (version: number) => ({
  fullUrl: `/f${version}`,
  thumbUrl: `/t${version}`,
  thumbhash: null,
  version,
})

beforeEach(resetUsers)
afterEach(() => vi.unstubAllGlobals())

describe('pictures', () => {
  it('only grow in version, whatever tells of them', () => {
    addUsers([person(2, 3)])
    setPicture(uuid(2), picture(2))
    addUsers([person(2, 1)])
    expect(shown(uuid(2))).toContain('/3/')

    setPicture(uuid(2), picture(5))
    expect(shown(uuid(2))).toBe('/t5')
    addUsers([person(2, 4)])
    expect(shown(uuid(2))).toBe('/t5')
  })

  it('that were removed stay removed when an older answer comes late', () => {
    addUsers([person(2, 1)])
    setPicture(uuid(2), { fullUrl: null, thumbUrl: null, thumbhash: null, version: 2 })
    addUsers([person(2, 1)])
    expect(shown(uuid(2))).toBeNull()
  })

  it('of somebody unknown are kept until the person is fetched', () => {
    setPicture(uuid(2), picture(7))
    addUsers([person(2, 6)])
    expect(shown(uuid(2))).toBe('/t7')
  })
})

describe('ensureUsers', () => {
  it('asks for each stranger once, at most six at a time', async () => {
    let running = 0
    let most = 0
    const asked: string[] = []
    const answers: (() => void)[] = []
    stubBridge({
      call: (_, { id }: { id: string }) => {
        asked.push(id)
        running += 1
        most = Math.max(most, running)
        return new Promise((resolve) => {
          answers.push(() => {
            running -= 1
            resolve({ ok: true, value: { user: person(Number(id.slice(-12))) } })
          })
        })
      },
    })
    addUsers([person(1)])
    const ids = Array.from({ length: 20 }, (_, index) => uuid(index + 1))
    ensureUsers(ids)
    ensureUsers(ids)
    for (const answered of ids.slice(1)) {
      const answer = await vi.waitFor(
        () => answers.shift() ?? expect.fail(`nobody was asked for ${answered}`),
      )
      answer()
    }
    await vi.waitFor(() => expect(Object.keys(useUsers.getState().people)).toHaveLength(20))
    expect(asked.toSorted()).toEqual(ids.slice(1).toSorted())
    expect(most).toBe(6)
  })

  it('asks again for somebody who could not be fetched', async () => {
    let attempts = 0
    stubBridge({
      call: async () => {
        attempts += 1
        return attempts === 1
          ? { ok: false, error: { code: 'server.internal', detail: '' } }
          : { ok: true, value: { user: person(2) } }
      },
    })
    ensureUsers([uuid(2)])
    await vi.waitFor(() => {
      ensureUsers([uuid(2)])
      expect(useUsers.getState().people[uuid(2)]).toBeDefined()
    })
    expect(attempts).toBe(2)
  })
})

describe('refreshBehind', () => {
  const everyone = Array.from({ length: 2_000 }, (_, n) => person(n + 1, 2))
  const asked: string[] = []
  beforeEach(() => {
    asked.length = 0
    stubBridge({
      async call(name, { after = '0', id }: { after?: string; id?: string }) {
        asked.push(name)
        const from = Number(after)
        const nextCursor = from + 100 < everyone.length ? String(from + 100) : null
        return id === undefined
          ? { ok: true, value: { users: everyone.slice(from, from + 100), nextCursor } }
          : { ok: true, value: { user: everyone.find((one) => one.id === id) } }
      },
    })
  })

  it('asks for many by pages, and adds nobody who was not known', async () => {
    addUsers(everyone.slice(0, 1_900).map((_, n) => person(n + 1, 1)))
    await refreshBehind(everyone.slice(0, 100), '100')
    expect(asked).toEqual(Array.from({ length: 18 }, () => 'listUsers'))
    expect(shown(uuid(1_900))).toContain('/2/')
    expect(shown(uuid(1_901))).toBeUndefined()
  })

  it('asks for a few one by one', async () => {
    addUsers([person(1_999), person(2_000)])
    await refreshBehind(everyone.slice(0, 100), '100')
    await vi.waitFor(() => expect(shown(uuid(2_000))).toContain('/2/'))
    expect(asked).toEqual(['getUser', 'getUser'])
  })
})
