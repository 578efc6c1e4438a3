import { describe, expect, it } from 'vitest'
import {
  flip,
  framingOf,
  inside,
  isSameCut,
  pan,
  sideOf,
  tiltTo,
  turn,
  wholePicture,
  zoomAt,
  type Cut,
} from '../../../desktop/renderer/avatar/crop-geometry.ts'

const WIDE = { width: 4000, height: 3000 }
const MASK = 300

/** Where the framed square's corners lie in the picture. */
function corners(cut: Cut): Array<{ x: number; y: number }> {
  const { x, y, side, angle, flipped } = framingOf(cut, WIDE, '#ffffff')
  const turned = (-angle * Math.PI) / 180
  return [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ].map(([right = 0, down = 0]) => {
    const [u, v] = [(right * side) / 2, (down * side) / 2]
    const across = u * Math.cos(turned) - v * Math.sin(turned)
    return {
      x: x + side / 2 + (flipped ? -across : across),
      y: y + side / 2 + u * Math.sin(turned) + v * Math.cos(turned),
    }
  })
}

function expectInside(cut: Cut): void {
  for (const { x, y } of corners(cut)) {
    expect(x).toBeGreaterThanOrEqual(-1e-6)
    expect(x).toBeLessThanOrEqual(WIDE.width + 1e-6)
    expect(y).toBeGreaterThanOrEqual(-1e-6)
    expect(y).toBeLessThanOrEqual(WIDE.height + 1e-6)
  }
}

describe('the square', () => {
  it('holds the shorter side of the picture at first, in its middle', () => {
    expect(framingOf(wholePicture(WIDE), WIDE, '#000000')).toEqual({
      x: 500,
      y: 0,
      side: 3000,
      angle: 0,
      flipped: false,
      background: '#000000',
    })
  })

  it('never leaves the picture, whatever is done', () => {
    let cut = wholePicture(WIDE)
    // A linear congruence instead of chance: the same every time.
    let seed = 7
    const random = (): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
      return seed / 2 ** 31
    }
    for (let step = 0; step < 2_000; step += 1) {
      const steps = [
        () => pan(cut, WIDE, { x: (random() - 0.5) * 900, y: (random() - 0.5) * 900 }, MASK),
        () => zoomAt(cut, WIDE, random() * 12, { x: random() * 150, y: random() * 150 }, MASK),
        () => tiltTo(cut, WIDE, (random() - 0.5) * 100),
        () => turn(cut, random() < 0.5 ? 1 : -1),
        () => flip(cut),
      ]
      cut = steps[Math.floor(random() * steps.length)]?.() ?? cut
      expectInside(cut)
    }
  })

  it('shrinks as far as a tilt needs, and is whole again once that is taken back', () => {
    const cut = wholePicture(WIDE)
    const tilted = tiltTo(cut, WIDE, 45)
    expect(sideOf(tilted, WIDE)).toBeCloseTo(3000 / Math.SQRT2)
    expect(sideOf(tiltTo(tilted, WIDE, 0), WIDE)).toBe(3000)
    const zoomed = zoomAt(cut, WIDE, 4, { x: 0, y: 0 }, MASK)
    expect(sideOf(tiltTo(zoomed, WIDE, 20), WIDE)).toBe(sideOf(zoomed, WIDE))
  })

  it('is not zoomed beyond what the picture has', () => {
    expect(inside({ ...wholePicture(WIDE), zoom: 99 }, WIDE).zoom).toBe(10)
    expect(inside({ ...wholePicture(WIDE), zoom: 0.1 }, WIDE).zoom).toBe(1)
  })
})

describe('moving', () => {
  const zoomed = zoomAt(wholePicture(WIDE), WIDE, 3, { x: 0, y: 0 }, MASK)

  it.each([
    [0, false, { x: -1, y: 0 }],
    [1, false, { x: 0, y: 1 }],
    [2, false, { x: 1, y: 0 }],
    [3, false, { x: 0, y: -1 }],
    [0, true, { x: 1, y: 0 }],
    [1, true, { x: 0, y: 1 }],
  ])('follows the pointer, turned by %d quarters, flipped: %s', (quarters, flipped, expected) => {
    const cut = { ...zoomed, quarters, flipped }
    const moved = pan(cut, WIDE, { x: 30, y: 0 }, MASK)
    const far = (30 * sideOf(cut, WIDE)) / MASK
    expect(moved.x - cut.x).toBeCloseTo(expected.x * far)
    expect(moved.y - cut.y).toBeCloseTo(expected.y * far)
  })

  it('keeps what is under the pointer there while zooming', () => {
    const cut = { ...zoomed, tilt: 10, quarters: 1 }
    const at = { x: 40, y: -25 }
    const next = zoomAt(cut, WIDE, 5, at, MASK)
    const back = zoomAt(next, WIDE, cut.zoom, at, MASK)
    expect(back.x).toBeCloseTo(cut.x)
    expect(back.y).toBeCloseTo(cut.y)
    expect(next.x).not.toBeCloseTo(cut.x)
  })
})

describe('turning and flipping', () => {
  it('four quarters, or two flips, are as before', () => {
    const cut = tiltTo(wholePicture(WIDE), WIDE, 12)
    expect(isSameCut([1, 1, 1, 1].reduce(turn, cut), cut)).toBe(true)
    expect(isSameCut(turn(cut, -1), turn(cut, 3))).toBe(true)
    expect(isSameCut(flip(flip(cut)), cut)).toBe(true)
    const straight = wholePicture(WIDE)
    expect(isSameCut(flip(flip(straight)), straight)).toBe(true)
  })

  it('mirrors what is seen: a tilt to the right becomes one to the left', () => {
    const framing = framingOf(flip(turn(tiltTo(wholePicture(WIDE), WIDE, 10), 1)), WIDE, '#ffffff')
    expect(framing).toMatchObject({ flipped: true, angle: -100 })
  })
})
