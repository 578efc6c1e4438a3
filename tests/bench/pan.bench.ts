import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sessionEndpoints } from '../../api/contract/session.ts'
import { startApi } from '../support/api-process.ts'
import { Client } from '../support/client.ts'
import { launchDesktop, type Desktop } from '../support/launch-desktop.ts'
import type { Benchmark, Measurement } from './measure.ts'
import { enlarge } from './render/large-photographs.ts'

/** How long each movement goes on, in milliseconds. */
const DURATION = 5_000
/** Between two frames on a screen of 60 Hz, in milliseconds. */
const FRAME = 1000 / 60
/** Zoom steps of the mouse's wheel, in its own units. */
const NOTCH = 60

/** Whether moving a large photograph about in the editor keeps up with the screen; beside the same window at rest. */
export const benchmark: Benchmark = {
  title: `A 48 MP photograph moved about in the editor for ${DURATION / 1000} s each (built desktop): frames dropped at 60 Hz, and tasks over 50 ms`,
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'medallion-bench-'))
    const api = await startApi(join(folder, 'api'), {
      DATABASE_URL: '',
      AWS_BUCKET_NAME: '',
      S3_ENDPOINT: '',
    })
    let desktop: Desktop | undefined
    try {
      const { token } = await new Client(api.url, null).ok(sessionEndpoints.register, {
        username: 'ada',
        displayName: 'Ada',
        password: 'correct horse battery',
      })
      const { path } = await enlarge(folder, 'jpeg', [8000, 6000])
      desktop = await launchDesktop({ userData: join(folder, 'ada'), session: { server: api.url, token } })
      await desktop.chooseFile(path)
      await desktop.sidebar.openProfile()
      await desktop.profile.changePicture()
      await desktop.editor.waitUntilReady()
      await desktop.editor.zoomIn(4)
      const box = await desktop.editor.stage.boundingBox()
      if (box === null) throw new Error('The photograph cannot be seen.')
      const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
      const { mouse } = desktop.page
      await desktop.page.evaluate('globalThis.__name = (value) => value')
      await desktop.page.evaluate(installRecorder)
      const rest = await record(desktop, () => Promise.resolve())
      await mouse.move(middle.x, middle.y)
      await mouse.down()
      const panning = await record(desktop, (turn) =>
        mouse.move(middle.x + Math.sin(turn / 9) * 110, middle.y + Math.cos(turn / 13) * 90),
      )
      await mouse.up()
      const zooming = await record(desktop, (turn) => mouse.wheel(0, turn % 40 < 20 ? -NOTCH : NOTCH))
      return [...rows('panning', panning), ...rows('zooming', zooming), ...rows('at rest', rest)]
    } finally {
      await desktop?.close()
      await api.stop()
      await rm(folder, { recursive: true, force: true })
    }
  },
}

interface Recording {
  /** Milliseconds between one frame and the next. */
  intervals: number[]
  longTasks: number
  /** How often the photograph was moved. */
  moves: number
}

function rows(what: string, { intervals, longTasks, moves }: Recording): Measurement[] {
  const dropped = intervals.reduce((sum, interval) => sum + Math.max(0, Math.round(interval / FRAME) - 1), 0)
  return [
    { what: `${what} (${moves} moves): from frame to frame`, samples: intervals },
    { what: `${what}: frames dropped`, samples: [dropped], unit: 'frames' },
    { what: `${what}: long tasks`, samples: [longTasks], unit: 'tasks' },
  ]
}

async function record({ page }: Desktop, move: (turn: number) => Promise<void>): Promise<Recording> {
  await page.evaluate('recorder.start()')
  const end = performance.now() + DURATION
  let moves = 0
  for (; performance.now() < end; moves += 1) {
    await move(moves)
    // As often as a screen can show it.
    await page.evaluate('new Promise(requestAnimationFrame)')
  }
  return { ...(await page.evaluate<Omit<Recording, 'moves'>>('recorder.stop()')), moves }
}

/** Runs in the page: notes each frame, and each task that holds the page up. */
function installRecorder(): void {
  let intervals: number[] = []
  let longTasks = 0
  let running = false
  const observer = new PerformanceObserver((list) => (longTasks += list.getEntries().length))
  observer.observe({ type: 'longtask' })
  Object.assign(globalThis, {
    recorder: {
      start() {
        intervals = []
        longTasks = 0
        running = true
        let last = performance.now()
        const frame = (now: number) => {
          if (intervals.length > 0 || now > last) intervals.push(now - last)
          last = now
          if (running) requestAnimationFrame(frame)
        }
        requestAnimationFrame((now) => {
          last = now
          requestAnimationFrame(frame)
        })
      },
      stop() {
        running = false
        return { intervals, longTasks }
      },
    },
  })
}
