import { expect, test } from 'vitest'
import { restoreAddresses, rewriteAddresses } from '../../../../desktop/main/avatar/rewrite.ts'
import { sampleUser } from '../samples.ts'

/** Stands for the caches, and tells what they were asked to know. */
function createRegister() {
  const known: string[] = []
  const cache = {
    register: (url: string) => `key-${known.push(url)}`,
    addressOf: (key: string) => known[Number(key.slice(4)) - 1] ?? null,
  }
  return { known, avatars: cache, thumbs: cache, originals: cache }
}

const pictured = { ...sampleUser(), avatarUrl: '/api/avatars/a/256', avatarThumbUrl: '/api/avatars/a/64' }

test('the two addresses of a person become the page’s own', () => {
  const register = createRegister()
  expect(rewriteAddresses({ user: pictured }, register)).toEqual({
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

  const rewritten = rewriteAddresses(result, register)

  expect(JSON.stringify(rewritten)).not.toContain('/api/avatars')
  expect(JSON.stringify(rewritten)).not.toContain('cdn.example')
  expect(register.known).toHaveLength(3)
  expect(rewritten.value.nested[0]?.[0]).toEqual({
    ...event,
    data: { ...event.data, avatarUrl: '/avatars/key-3/256.webp' },
  })
})

test('the two addresses of an image in a message, too, and back', () => {
  const register = createRegister()
  const image = { name: 'a.jpg', imageUrl: '/api/attachments/a', imageThumbUrl: '/api/attachments/a/thumb' }
  const event = { type: 'message:created', data: { message: { body: '', attachments: [image] } } }
  const rewritten = rewriteAddresses(event, register)
  expect(rewritten.data.message.attachments).toEqual([
    { ...image, imageUrl: '/attachments/key-1/original', imageThumbUrl: '/attachments/key-2/thumb.webp' },
  ])
  expect(restoreAddresses(rewritten, register)).toEqual(event)
})

test('an address that nobody knows comes back as none', () => {
  const unknown = {
    avatarUrl: '/avatars/key-9/256.webp',
    attachments: [
      { imageUrl: '/attachments/key-9/original', imageThumbUrl: '/attachments/key-9/thumb.webp' },
    ],
  }
  expect(restoreAddresses(unknown, createRegister())).toEqual({
    avatarUrl: null,
    // A message’s schema has no null there, and one image must not cost the whole snapshot.
    attachments: [{ imageUrl: '', imageThumbUrl: '' }],
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
    expect(rewriteAddresses(value, register)).toEqual(value)
  expect(register.known).toEqual([])
})

test('what was given is not changed', () => {
  const given = structuredClone({ user: pictured })
  rewriteAddresses(given, createRegister())
  expect(given).toEqual({ user: pictured })
})
