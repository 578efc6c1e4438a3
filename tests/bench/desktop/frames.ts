import type { Page } from '@playwright/test'
import type { Measurement } from '../measure.ts'

/** Between two frames on a screen of 60 Hz, in milliseconds. */
const FRAME = 1000 / 60

/** How a page kept up with the screen while something moved. */
export interface Recording {
  /** Milliseconds between one frame and the next. */
  intervals: number[]
  /** Milliseconds of each task that held the page up for more than 50. */
  longTasks: number[]
  /** How often it was moved. */
  moves: number
}

/** Moves something as often as a screen can show it, until `done`, and notes each frame and each long task meanwhile. */
export async function recordFrames(
  page: Page,
  move: (turn: number) => Promise<void>,
  done: (turn: number) => boolean | Promise<boolean>,
): Promise<Recording> {
  // tsx names functions by a helper that the page does not have.
  await page.evaluate('globalThis.__name = (value) => value')
  await page.evaluate(startRecording)
  let moves = 0
  for (; !(await done(moves)); moves += 1) {
    await move(moves)
    await page.evaluate('new Promise(requestAnimationFrame)')
  }
  return { ...(await page.evaluate<Omit<Recording, 'moves'>>('stopRecording()')), moves }
}

/** What a recording says, as a benchmark's lines. */
export function frameRows(what: string, { intervals, longTasks, moves }: Recording): Measurement[] {
  const dropped = intervals.reduce((sum, interval) => sum + Math.max(0, Math.round(interval / FRAME) - 1), 0)
  return [
    { what: `${what} (${moves} moves): from frame to frame`, samples: intervals },
    { what: `${what}: frames dropped of ${intervals.length}`, samples: [dropped], unit: 'frames' },
    { what: `${what}: long tasks`, samples: [longTasks.length], unit: 'tasks' },
    { what: `${what}: the longest task`, samples: [Math.max(0, ...longTasks)] },
  ]
}

/** Runs in the page. */
function startRecording(): void {
  const intervals: number[] = []
  const longTasks: number[] = []
  let running = true
  const observer = new PerformanceObserver((list) =>
    longTasks.push(...list.getEntries().map(({ duration }) => duration)),
  )
  observer.observe({ type: 'longtask' })
  let last: number | null = null
  const frame = (now: number): void => {
    if (last !== null) intervals.push(now - last)
    last = now
    if (running) requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
  Object.assign(globalThis, {
    stopRecording() {
      running = false
      observer.disconnect()
      return { intervals, longTasks }
    },
  })
}
