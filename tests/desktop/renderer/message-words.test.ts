import { expect, test } from 'vitest'
import type { Attachment } from '../../../api/contract/attachment.ts'
import { messageWords } from '../../../desktop/renderer/chat/message-words.ts'
import { uuid } from './fake-bridge.ts'

const images = (count: number): Attachment[] =>
  Array.from({ length: count }, (_, n) => ({
    id: uuid(n),
    name: 'a.png',
    type: 'image/png',
    bytes: 1,
    width: 1,
    height: 1,
    thumbhash: null,
    imageUrl: '',
    imageThumbUrl: '',
  }))

test.each([
  ['hello', 0, 'hello'],
  ['hello', 2, 'hello'],
  ['', 1, 'Sent an image'],
  [' \n', 3, 'Sent 3 images'],
  ['', 0, ''],
])('%j with %i images says %j', (body, count, words) => {
  expect(messageWords({ body, attachments: images(count) })).toBe(words)
})
