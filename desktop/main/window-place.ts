import { readFileSync } from 'node:fs'
import type { Rectangle } from 'electron'
import { z } from 'zod'

/** Where a window was, in the system's own pixels, and whether it filled its display. */
export interface WindowPlace {
  bounds: Rectangle
  isMaximized: boolean
}

const side = z.number().int().min(1).max(100_000)
const position = z.number().int().min(-100_000).max(100_000)
const place = z.object({
  bounds: z.object({ x: position, y: position, width: side, height: side }),
  isMaximized: z.boolean(),
}) satisfies z.ZodType<WindowPlace>

/** How much of a window's top must be on some display for it to be grasped there. */
const GRASP = { width: 120, height: 40 }

/** Where the window was the last time; null where that is not known. */
export function readWindowPlace(file: string): WindowPlace | null {
  try {
    return place.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return null
  }
}

/**
 * Where a window can open that was there: the same place where its top can be grasped on one of the displays as they are now, else
 * the middle of the first, and never larger than its display.
 */
export function fitToDisplays(bounds: Rectangle, workAreas: readonly Rectangle[]): Rectangle {
  const display = workAreas.toSorted((a, b) => overlap(bounds, b) - overlap(bounds, a))[0]
  if (display === undefined) return bounds
  const width = Math.min(bounds.width, display.width)
  const height = Math.min(bounds.height, display.height)
  if (canBeGrasped(bounds, display)) return { x: bounds.x, y: bounds.y, width, height }
  return {
    x: display.x + Math.round((display.width - width) / 2),
    y: display.y + Math.round((display.height - height) / 2),
    width,
    height,
  }
}

function canBeGrasped({ x, y, width }: Rectangle, display: Rectangle): boolean {
  const shown = Math.min(x + width, display.x + display.width) - Math.max(x, display.x)
  const top = y - display.y
  return shown >= GRASP.width && top >= 0 && top + GRASP.height <= display.height
}

function overlap(a: Rectangle, b: Rectangle): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  return Math.max(0, width) * Math.max(0, height)
}
