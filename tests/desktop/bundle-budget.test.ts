import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { bundleSizes, type BundleSizes } from '../bench/desktop/bundle-sizes.ts'

const OUT = resolve(import.meta.dirname, '../../out')
const KB = 1_000

describe('the bundles stay within their budget (docs/performance.md, The desktop)', () => {
  let sizes: BundleSizes

  beforeAll(() => {
    if (!existsSync(resolve(OUT, 'renderer/index.html'))) {
      const built = spawnSync('npm', ['run', '--silent', 'build'], {
        cwd: resolve(OUT, '..'),
        encoding: 'utf8',
        shell: process.platform === 'win32',
      })
      if (built.status !== 0) throw new Error(`The bundles could not be built:\n${built.stderr}`)
    }
    sizes = bundleSizes(OUT)
  }, 120_000)

  it('main: 1.5 MB', () => expect(sizes.main).toBeLessThan(1_500 * KB))
  it('preload: 10 kB', () => expect(sizes.preload).toBeLessThan(10 * KB))
  it('the page’s first load: 1.1 MB', () => {
    expect(sizes.firstLoad).toBeLessThan(1_100 * KB)
    // What is not found is not within a budget.
    expect(sizes.firstLoad).toBeGreaterThan(100 * KB)
  })
  it('emoji and picture engines come when they are needed', () => {
    const names = sizes.lazy.map(({ name }) => name)
    expect(names).toEqual(
      expect.arrayContaining([
        'magick.wasm',
        'emoji-en.js',
        'emoji-de.js',
        'de.js',
        'render.worker.js',
        'magick.worker.js',
      ]),
    )
    const bytesOf = (wanted: string): number =>
      sizes.lazy.find(({ name }) => name === wanted)?.bytes ?? Infinity
    for (const words of ['emoji-en.js', 'emoji-de.js'])
      expect(bytesOf('EmojiGrid.js') + bytesOf(words)).toBeLessThan(850 * KB)
  })
})
