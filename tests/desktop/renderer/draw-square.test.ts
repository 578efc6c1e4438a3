import { describe, expect, it } from 'vitest'
import { halvings } from '../../../desktop/renderer/avatar/draw-square.ts'
import { maxZoom } from '../../../desktop/renderer/avatar/max-zoom.ts'

describe('halvings', () => {
  it.each([
    [100, 256, 0],
    [256, 256, 0],
    [511, 256, 0],
    [512, 256, 1],
    [4000, 256, 3],
    [4000, 64, 5],
  ])('from %i to %i are %i', (from, to, expected) => {
    expect(halvings(from, to)).toBe(expected)
  })
})

describe('maxZoom', () => {
  it('leaves a crop worth having, and something to zoom in every picture', () => {
    expect(maxZoom({ width: 640, height: 900 })).toBe(5)
    expect(maxZoom({ width: 40, height: 40 })).toBe(2)
    expect(maxZoom({ width: 10_000, height: 9_000 })).toBe(10)
  })
})
