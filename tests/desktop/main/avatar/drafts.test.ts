import { expect, test } from 'vitest'
import { Drafts } from '../../../../desktop/main/avatar/drafts.ts'

const original = Buffer.from('original')

test('a draft can be read at its address', () => {
  const drafts = new Drafts()
  const draft = drafts.add('holiday.jpg', original)
  expect(draft).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    name: 'holiday.jpg',
    bytes: original.length,
    url: `/drafts/${draft.id}/original`,
  })
  expect(drafts.get(draft.id)).toBe(original)
})

test('a discarded draft, and one that never was, is gone', () => {
  const drafts = new Drafts()
  const { id } = drafts.add('holiday.jpg', original)
  drafts.discard(id)
  drafts.discard(id)
  for (const gone of [id, 'never', '__proto__', '']) expect(drafts.get(gone)).toBeNull()
})

test('the four newest are kept', () => {
  const drafts = new Drafts()
  const ids = Array.from({ length: 6 }, (_, n) => drafts.add(`${n}.jpg`, original).id)
  expect(ids.map((id) => drafts.get(id) !== null)).toEqual([false, false, true, true, true, true])
})
