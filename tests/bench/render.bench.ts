import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Benchmark, Measurement } from './measure.ts'
import { openRenderWorker } from './render-worker.ts'
import { enlarge, type LargePhotograph } from './render/large-photographs.ts'
import { rendererMemory } from './render/renderer-memory.ts'

const TIMES = Number(process.env.BENCH_RENDERS ?? 7)
const MEGABYTE = 1e6

/** From a large file to both renditions: in the built desktop's worker, and by sharp's own pipeline, decoding once. */
export const benchmark: Benchmark = {
  title:
    'A large photograph → both renditions (built desktop’s worker: opening with its preview, then rendering with the search for the quality; sharp: one decode, fixed quality)',
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'medallion-bench-'))
    const sizes: ['jpeg' | 'png', [number, number]][] = [
      ['jpeg', [4000, 3000]],
      ['jpeg', [8000, 6000]],
      ['png', [5164, 3873]],
    ]
    try {
      const measurements: Measurement[] = []
      for (const [format, size] of sizes)
        measurements.push(...(await compare(await enlarge(folder, format, size))))
      return measurements
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

async function compare({ what, path }: LargePhotograph): Promise<Measurement[]> {
  const ours = await renderOften(path)
  const sharps = renderBySharp(path)
  return [
    { what: `${what}: opening`, samples: ours.opening },
    { what: `${what}: from Save to both files`, samples: ours.rendering },
    {
      what: `${what}: both together`,
      samples: ours.opening.map((time, n) => time + (ours.rendering[n] ?? 0)),
    },
    { what: `${what}: sharp`, samples: sharps.samples, yardstick: true },
    { what: `${what}: memory on top of the idle window’s`, samples: ours.growth, unit: 'MB' },
    {
      what: `${what}: sharp’s on top of its idle process`,
      samples: [sharps.growth / MEGABYTE],
      unit: 'MB',
      yardstick: true,
    },
  ]
}

async function renderOften(
  path: string,
): Promise<{ opening: number[]; rendering: number[]; growth: number[] }> {
  const worker = await openRenderWorker()
  const result = { opening: [] as number[], rendering: [] as number[], growth: [] as number[] }
  try {
    const memory = rendererMemory(worker.pid)
    for (let n = 0; n < TIMES; n += 1) {
      const idle = memory?.restart() ?? Number.NaN
      const { opening, rendering } = await worker.render(path)
      result.opening.push(opening)
      result.rendering.push(rendering)
      // Later ones begin with what the one before has not given back yet.
      if (n === 0) result.growth.push(((memory?.peak() ?? Number.NaN) - idle) / MEGABYTE)
    }
    return result
  } finally {
    await worker.close()
  }
}

function renderBySharp(path: string): { samples: number[]; growth: number } {
  const script = join(import.meta.dirname, 'render', 'sharp-pipeline.ts')
  const output = execFileSync(process.execPath, ['--import', 'tsx', script, path, String(TIMES)], {
    encoding: 'utf8',
  })
  return JSON.parse(output) as { samples: number[]; growth: number }
}
