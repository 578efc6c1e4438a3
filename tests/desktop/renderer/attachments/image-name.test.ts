import { expect, test } from 'vitest'
import { imageName } from '../../../../desktop/renderer/chat/attachments/image-name.ts'

test.each([
  ['photo.jpg', 'image/jpeg', 'photo.jpg'],
  ['PHOTO.JPEG', 'image/jpeg', 'PHOTO.JPEG'],
  ['phone.heic', 'image/webp', 'phone.webp'],
  ['no ending', 'image/png', 'no ending.png'],
  ['v1.2 final.tiff', 'image/webp', 'v1.2 final.webp'],
  ['.png', 'image/png', '.png'],
  ['', 'image/gif', 'image.gif'],
  ['two\nlines\t.gif', 'image/gif', 'twolines.gif'],
  ['right\u202eto left.png', 'image/png', 'rightto left.png'],
] as const)('%j as %s is %j', (name, type, expected) => {
  expect(imageName(name, type)).toBe(expected)
})

test('a long name keeps its end, and no half of a character', () => {
  const name = imageName(`${'😀'.repeat(200)}x.heic`, 'image/webp')
  expect(name.length).toBeLessThanOrEqual(255)
  expect(name).toMatch(/😀x\.webp$/)
  // Half of a character cannot be encoded.
  expect(() => encodeURIComponent(name)).not.toThrow()
})
