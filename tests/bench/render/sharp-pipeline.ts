import { readFile } from 'node:fs/promises'
import sharp from 'sharp'

/*
 * The yardstick, in a process of its own so that its memory can be told: sharp decodes once, takes the middle square by
 * Lanczos-3 to 256 pixels, and both WebP files from that, at a fixed quality. `tsx sharp-pipeline.ts <picture> <times>` prints what each took in
 * milliseconds, and by how many bytes the first made the process grow at most.
 */

const [path = '', times = '1'] = process.argv.slice(2)
sharp.cache(false)
await sharp({ create: { width: 64, height: 64, channels: 3, background: '#fff' } })
  .webp()
  .toBuffer()
const idle = await residentBytes('VmRSS')
const samples: number[] = []
let growth = 0
for (let n = 0; n < Number(times); n += 1) {
  const start = performance.now()
  await render()
  samples.push(performance.now() - start)
  if (n === 0) growth = (await residentBytes('VmHWM')) - idle
}
process.stdout.write(JSON.stringify({ samples, growth }))

async function render(): Promise<void> {
  const { data, info } = await sharp(path)
    .autoOrient()
    .resize(256, 256, { kernel: 'lanczos3', fit: 'cover' })
    .raw()
    .toBuffer({ resolveWithObject: true })
  const square = () => sharp(data, { raw: info })
  await Promise.all([
    square().webp({ quality: 90, effort: 6 }).toBuffer(),
    square().resize(64, 64, { kernel: 'lanczos3' }).webp({ quality: 90, effort: 6 }).toBuffer(),
  ])
}

/** From the kernel's account of this process; 0 where there is none. */
async function residentBytes(field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '')
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) * 1024
}
