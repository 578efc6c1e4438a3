import { readdir } from 'node:fs/promises'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { percentile, type Benchmark, type Measurement } from './measure.ts'

/*
 * `npm run bench` runs every *.bench.ts of this folder; `npm run bench -- picture` those whose name contains the word.
 * Milliseconds differ between machines; the last column, the ratio to the yardstick of the same run, should not by much.
 */

const [word = ''] = process.argv.slice(2)
const files = (await readdir(import.meta.dirname)).filter(
  (name) => name.endsWith('.bench.ts') && name.includes(word),
)

print(
  `${availableParallelism()} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, ` +
    `${process.platform} ${process.arch}, Node ${process.versions.node}`,
)
for (const file of files.toSorted()) {
  const { benchmark } = (await import(`./${file}`)) as { benchmark: Benchmark }
  print(`\n${benchmark.title}`)
  const result = await benchmark.run()
  print(typeof result === 'string' ? result : table(result))
}

function table(measurements: Measurement[]): string {
  const rows = measurements.map(({ what, unit = 'ms', samples }, n) => {
    const yardstick = measurements.slice(n).find((measurement) => measurement.yardstick)
    const median = percentile(samples, 0.5)
    const ratio = yardstick === undefined ? '' : (median / percentile(yardstick.samples, 0.5)).toFixed(2)
    const values = [median, percentile(samples, 0.95), percentile(samples, 0.99)].map((value) =>
      value.toFixed(2),
    )
    return [what, unit, ...values, String(samples.length), ratio]
  })
  const all = [['', 'in', 'p50', 'p95', 'p99', 'n', '× yardstick'], ...rows]
  const width = Math.max(...all.map(([what = '']) => what.length))
  return all
    .map(([what = '', ...values]) => what.padEnd(width) + values.map((value) => value.padStart(14)).join(''))
    .join('\n')
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
