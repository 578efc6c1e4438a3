import { expect, test } from 'vitest'
import {
  fittingSize,
  FITTING,
  MAX_ZOOM,
  moveBy,
  zoomAt,
} from '../../../../desktop/renderer/chat/attachments/zoom-geometry.ts'

const VIEW = { x: 1_000, y: 600 }
const MIDDLE = { x: 0, y: 0 }

test('an image fits whole, and a small one stays as it is', () => {
  expect(fittingSize({ x: 4_000, y: 1_000 }, VIEW)).toEqual({ x: 1_000, y: 250 })
  expect(fittingSize({ x: 1_000, y: 3_000 }, VIEW)).toEqual({ x: 200, y: 600 })
  expect(fittingSize({ x: 40, y: 30 }, VIEW)).toEqual({ x: 40, y: 30 })
})

test('magnified at a point, that point stays where it is', () => {
  const fitting = { x: 1_000, y: 600 }
  const point = { x: 300, y: -100 }
  const stand = zoomAt(FITTING, 2, point, fitting, VIEW)
  expect(stand.zoom).toBe(2)
  // What was at the point, in the image's own measure from its middle.
  expect((point.x - stand.x) / stand.zoom).toBeCloseTo(300)
  expect((point.y - stand.y) / stand.zoom).toBeCloseTo(-100)
})

test('neither smaller than fitting nor larger than can be', () => {
  const fitting = { x: 1_000, y: 600 }
  const large = zoomAt(FITTING, 1_000, MIDDLE, fitting, VIEW)
  expect(large.zoom).toBe(MAX_ZOOM)
  expect(zoomAt(moveBy(large, { x: 500, y: 500 }, fitting, VIEW), 0.001, MIDDLE, fitting, VIEW)).toEqual(
    FITTING,
  )
})

test('moved, a larger image fills the view and a smaller one stays in its middle', () => {
  const fitting = { x: 1_000, y: 250 }
  const stand = zoomAt(FITTING, 2, MIDDLE, fitting, VIEW)
  expect(moveBy(stand, { x: 9_000, y: 9_000 }, fitting, VIEW)).toEqual({ zoom: 2, x: 500, y: 0 })
  expect(moveBy(stand, { x: -9_000, y: -9_000 }, fitting, VIEW)).toEqual({ zoom: 2, x: -500, y: 0 })
  expect(moveBy(FITTING, { x: 50, y: 50 }, fitting, VIEW)).toEqual(FITTING)
})
