import { describe, expect, it } from 'vitest'
import {
  initials,
  INITIALS_COLOURS,
  INITIALS_TEXT,
  initialsColour,
} from '../../../desktop/renderer/avatar/initials.ts'
import { contrast } from './contrast.ts'

describe('initialsColour', () => {
  it.each(INITIALS_COLOURS)('%s reaches AA contrast', (colour) => {
    expect(contrast(colour, INITIALS_TEXT)).toBeGreaterThanOrEqual(4.5)
  })

  it('is the same for the same person, always', () => {
    // Written down: a change would give everyone another colour.
    expect(initialsColour('00000000-0000-4000-8000-000000000001')).toBe('#8a6212')
    expect(initialsColour('7f1d3c52-94aa-4a8e-9a55-0c8f3d6c1e20')).toBe(
      initialsColour('7f1d3c52-94aa-4a8e-9a55-0c8f3d6c1e20'),
    )
  })

  it('spreads people over all colours', () => {
    const people = Array.from({ length: 2_000 }, () => crypto.randomUUID())
    const counts = new Map<string, number>()
    for (const id of people) counts.set(initialsColour(id), (counts.get(initialsColour(id)) ?? 0) + 1)
    expect(counts.size).toBe(INITIALS_COLOURS.length)
    expect(Math.max(...counts.values())).toBeLessThan(200)
  })
})

describe('initials', () => {
  it.each([
    ['Ada Lovelace', 'AL'],
    ['ada', 'A'],
    ['Augusta Ada King, Countess of Lovelace', 'AL'],
    ['  grace   hopper ', 'GH'],
    ['(Ops) Bot', 'OB'],
    ['Łukasz Żak', 'ŁŻ'],
    ['李小龍', '李'],
    ['🦊', '🦊'],
    ['👩‍🚀 Valentina', '👩‍🚀V'],
    ['e\u0301mile Zola', 'E\u0301Z'],
    ['…', '?'],
    ['', '?'],
  ])('of %j are %j', (name, expected) => {
    expect(initials(name)).toBe(expected)
  })
})
