import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** The bytes of what `npm run build` writes, uncompressed. */
export interface BundleSizes {
  main: number
  preload: number
  /** What the page loads before it shows anything: its scripts with all that they import at once, and its styles; no fonts. */
  firstLoad: number
  /** What it loads when it is needed, the largest first: scripts, workers, WebAssembly. */
  lazy: Array<{ name: string; bytes: number }>
}

/** Reads the sizes of the bundles in `folder`; throws where there are none. */
export function bundleSizes(folder: string): BundleSizes {
  if (!existsSync(join(folder, 'renderer/index.html')))
    throw new Error(`There are no bundles in ${folder}. Build them with npm run build.`)
  const assets = join(folder, 'renderer/assets')
  const html = readFileSync(join(folder, 'renderer/index.html'), 'utf8')
  const first = new Set<string>()
  const add = (name: string): void => {
    if (first.has(name)) return
    first.add(name)
    if (name.endsWith('.js'))
      for (const imported of importsOf(readFileSync(join(assets, name), 'utf8'))) add(imported)
  }
  for (const [, name = ''] of html.matchAll(/(?:src|href)="\.\/assets\/([^"]+)"/g)) add(name)
  return {
    main: bytesIn(join(folder, 'main')),
    preload: bytesIn(join(folder, 'preload')),
    firstLoad: [...first].reduce((sum, name) => sum + statSync(join(assets, name)).size, 0),
    lazy: readdirSync(assets)
      .filter((name) => /\.(js|wasm)$/.test(name) && !first.has(name))
      .map((name) => ({ name: name.replace(/-[\w-]{8}\./, '.'), bytes: statSync(join(assets, name)).size }))
      .toSorted((a, b) => b.bytes - a.bytes),
  }
}

/** The chunks that a script imports before it runs; those it imports later stand in parentheses. */
const importsOf = (script: string): string[] =>
  [...script.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)].map(([, name = '']) => name)

const bytesIn = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0)
