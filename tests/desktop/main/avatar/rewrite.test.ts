import { expect, test } from 'vitest'
import { rewriteAvatars } from '../../../../desktop/main/avatar/rewrite.ts'
import { sampleUser } from '../samples.ts'

/** Stands for the cache, and tells what it was asked to know. */
function createRegister() {
  const known: string[] = []
  return { known, register: (url: string) => `key-${known.push(url)}` }
}

const pictured = { ...sampleUser(), avatarUrl: '/api/avatars/a/256', avatarThumbUrl: '/api/avatars/a/64' }

test('the two addresses of a person become the page’s own', () => {
  const register = createRegister()
  expect(rewriteAvatars({ user: pictured }, register)).toEqual({
    user: { ...pictured, avatarUrl: '/avatars/key-1/256.webp', avatarThumbUrl: '/avatars/key-2/64.webp' },
  })
  expect(register.known).toEqual(['/api/avatars/a/256', '/api/avatars/a/64'])
})

test('wherever they are: in lists, events and answers', () => {
  const register = createRegister()
  const event = {
    type: 'user:avatar:updated',
    cursor: '9',
    data: { userId: pictured.id, avatarUrl: 'https://cdn.example/a', avatarThumbUrl: null, avatarVersion: 3 },
  }
  const result = { ok: true, value: { users: [pictured, sampleUser()], nextCursor: null, nested: [[event]] } }

  const rewritten = rewriteAvatars(result, register)

  expect(JSON.stringify(rewritten)).not.toContain('/api/avatars')
  expect(JSON.stringify(rewritten)).not.toContain('cdn.example')
  expect(register.known).toHaveLength(3)
  expect(rewritten.value.nested[0]?.[0]).toEqual({
    ...event,
    data: { ...event.data, avatarUrl: '/avatars/key-3/256.webp' },
  })
})

test('everything else stays as it is', () => {
  const register = createRegister()
  for (const value of [
    undefined,
    null,
    7,
    true,
    'avatarUrl',
    [],
    {},
    sampleUser(),
    { ok: true, value: undefined },
    { avatarUrl: 7, avatarThumbUrl: { avatarUrl: null } },
    { body: 'see /api/avatars/a/256', toString: 'text', constructor: 'text' },
  ])
    expect(rewriteAvatars(value, register)).toEqual(value)
  expect(register.known).toEqual([])
})

test('what was given is not changed', () => {
  const given = structuredClone({ user: pictured })
  rewriteAvatars(given, createRegister())
  expect(given).toEqual({ user: pictured })
})
