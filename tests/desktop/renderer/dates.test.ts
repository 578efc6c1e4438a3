import { describe, expect, it } from 'vitest'
import { dayKey, dayName, daysAgo, shortWhen } from '../../../desktop/renderer/platform/dates.ts'

const now = new Date(2026, 2, 30, 0, 10)

describe('days', () => {
  it('are counted by the calendar, also over a change of clocks', () => {
    expect(daysAgo(new Date(2026, 2, 29, 23, 59), now)).toBe(1)
    expect(daysAgo(new Date(2026, 2, 28, 0, 0), now)).toBe(2)
    expect(daysAgo(now, now)).toBe(0)
  })

  it('have names near to now, and a date with its year further off', () => {
    expect(dayName(now, now)).toBe('Today')
    expect(dayName(new Date(2026, 2, 29), now)).toBe('Yesterday')
    expect(dayName(new Date(2024, 0, 5), now)).toContain('2024')
    expect(dayName(new Date(2026, 0, 5), now)).not.toContain('2026')
  })

  it('have keys that sort', () => {
    expect(dayKey(new Date(2026, 0, 5, 23))).toBe('2026-01-05')
  })
})

describe('shortWhen', () => {
  it('is a time today, a day within the week, else a date', () => {
    expect(shortWhen(new Date(2026, 2, 30, 0, 5), now)).toMatch(/\d.?05/)
    expect(shortWhen(new Date(2026, 2, 29, 12), now)).toBe('Yesterday')
    expect(shortWhen(new Date(2026, 2, 26, 12), now)).not.toMatch(/\d/)
    expect(shortWhen(new Date(2026, 2, 10, 12), now)).toMatch(/10/)
  })
})
