import { describe, expect, it } from 'vitest'
import { maxZoom } from '../../../desktop/renderer/avatar/max-zoom.ts'

describe('maxZoom', () => {
  it('leaves a crop worth having, and something to zoom in every picture', () => {
    expect(maxZoom({ width: 640, height: 900 })).toBe(5)
    expect(maxZoom({ width: 40, height: 40 })).toBe(2)
    expect(maxZoom({ width: 10_000, height: 9_000 })).toBe(10)
  })
})
