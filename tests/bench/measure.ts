/** What was measured of one thing, each time: how long it took, in milliseconds, unless `unit` says otherwise. */
export interface Measurement {
  what: string
  samples: number[]
  unit?: string
  /**
   * What those before it, up to the yardstick before, are compared to: work that nothing of the kind can do without, on the same
   * machine in the same run.
   */
  yardstick?: true
}

/** A benchmark: a file `<name>.bench.ts` in this folder exports one as `benchmark`, and `npm run bench` runs it. */
export interface Benchmark {
  title: string
  /** Gives measurements, or a table of its own where they are not of time. */
  run(): Promise<Measurement[] | string>
}

/** Does `work` `times` times, one after the other, after `warmUp` times that do not count, and tells how long each took. */
export async function measure(
  times: number,
  work: (n: number) => Promise<unknown>,
  { warmUp = 10 } = {},
): Promise<number[]> {
  const samples: number[] = []
  for (let n = -warmUp; n < times; n += 1) {
    const start = performance.now()
    await work(n + warmUp)
    if (n >= 0) samples.push(performance.now() - start)
  }
  return samples
}

/** The value below which `part` (0 to 1) of the samples lie: the nearest rank, so always one that was measured. */
export function percentile(samples: number[], part: number): number {
  const sorted = samples.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN
}
