import { expect, test } from 'vitest'
import { backoff } from '../../../desktop/main/backoff.ts'

const WAITS = { first: 1_000, last: 60_000 }
const longest = (failures: number): number => backoff(failures, WAITS, 0, () => 1)

test('the longest wait doubles from one second to a minute', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8, 60, 5_000].map(longest)).toEqual([
    1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000, 60_000,
  ])
})

test('each is drawn from nothing up to it, so that programs come back one by one', () => {
  expect(backoff(3, WAITS, 0, () => 0)).toBe(0)
  expect(backoff(3, WAITS, 0, () => 0.25)).toBe(1_000)
  const waits = Array.from({ length: 500 }, () => backoff(4, WAITS))
  expect(Math.max(...waits)).toBeLessThanOrEqual(8_000)
  expect(new Set(waits).size).toBeGreaterThan(400)
  // A mean of 4 s; 500 draws stay within five standard errors of it.
  expect(Math.abs(waits.reduce((sum, wait) => sum + wait, 0) / 500 - 4_000)).toBeLessThan(520)
})

test('it is not before the server asks for, within reason', () => {
  expect(backoff(1, WAITS, 30, () => 1)).toBe(30_000)
  expect(backoff(7, WAITS, 30, () => 1)).toBe(60_000)
  expect(backoff(1, WAITS, 1_000_000, () => 1)).toBe(3_600_000)
})
