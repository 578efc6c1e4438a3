import { expect, test } from 'vitest'
import { shownSize } from '../../../../desktop/renderer/chat/attachments/image-size.ts'

test.each([
  ['fits as it is', [320, 200], [320, 200]],
  ['is small, and stays so', [80, 70], [80, 70]],
  ['is wide', [4_000, 2_000], [400, 200]],
  ['is tall', [1_000, 2_000], [150, 300]],
  ['is a strip, and cut', [10_000, 20], [400, 64]],
  ['is a column, and cut', [3, 9_000], [64, 300]],
  ['is one pixel', [1, 1], [64, 64]],
] as const)('an image that %s', (_, [width, height], [shownWidth, shownHeight]) => {
  expect(shownSize({ width, height })).toEqual({ width: shownWidth, height: shownHeight })
})
