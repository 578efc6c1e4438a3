import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fitToDisplays, readWindowPlace } from '../../../desktop/main/window-place.ts'
import { temporaryFolder } from './samples.ts'

const left = { x: 0, y: 25, width: 1440, height: 875 }
const right = { x: 1440, y: 0, width: 2560, height: 1400 }
const bounds = { x: 1600, y: 100, width: 1000, height: 700 }

describe('a window', () => {
  it('opens where it was, on whichever display', () => {
    expect(fitToDisplays(bounds, [left, right])).toEqual(bounds)
  })

  it('opens in the middle of what is there where its display is gone', () => {
    expect(fitToDisplays(bounds, [left])).toEqual({ x: 220, y: 113, width: 1000, height: 700 })
  })

  it('is never larger than its display', () => {
    const large = { x: 1500, y: 10, width: 5000, height: 3000 }
    expect(fitToDisplays(large, [left, right])).toEqual({ x: 1500, y: 10, width: 2560, height: 1400 })
    expect(fitToDisplays(large, [left])).toEqual(left)
  })

  it('can be grasped at its top', () => {
    expect(fitToDisplays({ ...bounds, y: -400 }, [right]).y).toBe(350)
    expect(fitToDisplays({ ...bounds, y: 1390 }, [right]).y).toBe(350)
    expect(fitToDisplays({ ...bounds, x: 3950 }, [right]).x).toBe(2220)
    // Half out at the side is where somebody may have put it.
    expect(fitToDisplays({ ...bounds, x: 3500 }, [right]).x).toBe(3500)
  })

  it('opens wherever the system likes where its place was not kept, or cannot be used', async () => {
    const file = join(await temporaryFolder(), 'window.json')
    expect(readWindowPlace(file)).toBeNull()
    await writeFile(file, JSON.stringify({ bounds: { ...bounds, width: 0 }, isMaximized: false }))
    expect(readWindowPlace(file)).toBeNull()
    await writeFile(file, JSON.stringify({ bounds, isMaximized: true }))
    expect(readWindowPlace(file)).toEqual({ bounds, isMaximized: true })
  })
})
