import { expect, test } from 'vitest'
import { imageType } from '../../../desktop/main/image-type.ts'

test.each([
  ['\xff\xd8\xff\xe0', 'image/jpeg'],
  ['\x89PNG\r\n\x1a\n', 'image/png'],
  ['RIFF\0\0\0\0WEBP', 'image/webp'],
  ['GIF87a', 'image/gif'],
  ['GIF89a', 'image/gif'],
  ['RIFF\0\0\0\0WAVE', null],
  ['RIFFWEBP', null],
  ['\x89PNG', null],
  ['<svg xmlns="">', null],
  ['', null],
])('%j is %s', (bytes, type) => {
  expect(imageType(Buffer.from(bytes, 'latin1'))).toBe(type)
})
