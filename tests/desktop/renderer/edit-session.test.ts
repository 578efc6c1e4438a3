import { describe, expect, it } from 'vitest'
import { createEditSession } from '../../../desktop/renderer/avatar/edit-session.ts'

const SIZE = { width: 2000, height: 1500 }
const MASK = 300
const MIDDLE = { x: 0, y: 0 }

const open = () => {
  const session = createEditSession(SIZE)
  return { session, cut: () => session.store.getState().cut, state: () => session.store.getState() }
}

describe('an edit session', () => {
  it('undoes and redoes step by step', () => {
    const { session, cut } = open()
    const first = cut()
    session.turn(1)
    session.zoomTo(2, MIDDLE, MASK)
    const last = cut()
    session.undo()
    expect(cut()).toMatchObject({ zoom: 1, quarters: 1 })
    session.undo()
    expect(cut()).toEqual(first)
    session.undo()
    expect(cut()).toEqual(first)
    session.redo()
    session.redo()
    session.redo()
    expect(cut()).toEqual(last)
  })

  it('counts a gesture as one step, and one that comes to nothing as none', () => {
    const { session, cut, state } = open()
    session.zoomTo(3, MIDDLE, MASK)
    const before = cut()
    session.begin('drag')
    for (let n = 0; n < 20; n += 1) session.pan({ x: 3, y: 1 }, MASK)
    session.end('drag')
    expect(state().past).toHaveLength(2)
    session.undo()
    expect(cut()).toEqual(before)
    session.begin('drag')
    session.end('drag')
    session.begin('drag')
    session.pan({ x: 5, y: 0 }, MASK)
    session.pan({ x: -5, y: 0 }, MASK)
    session.end('drag')
    expect(state().past).toHaveLength(1)
  })

  it('parts gestures of different kinds, whichever ends late', () => {
    const { session, state } = open()
    session.begin('wheel')
    session.zoomTo(2, MIDDLE, MASK)
    session.begin('drag')
    session.pan({ x: 9, y: 0 }, MASK)
    session.end('wheel')
    session.pan({ x: 9, y: 0 }, MASK)
    session.end('drag')
    expect(state().past).toHaveLength(2)
  })

  it('forgets what could be redone once something else is done', () => {
    const { session, state } = open()
    session.turn(1)
    session.undo()
    session.flip()
    expect(state().future).toEqual([])
    session.redo()
    expect(state().cut).toMatchObject({ flipped: true, quarters: 0 })
  })

  it('does not count what changes nothing', () => {
    const { session, state } = open()
    session.zoomTo(0.5, MIDDLE, MASK)
    session.pan({ x: 0, y: 50 }, MASK)
    session.reset()
    expect(state().past).toEqual([])
  })

  it('can undo a reset', () => {
    const { session, cut } = open()
    session.tiltTo(20)
    session.reset()
    expect(cut().tilt).toBe(0)
    session.undo()
    expect(cut().tilt).toBe(20)
  })
})
