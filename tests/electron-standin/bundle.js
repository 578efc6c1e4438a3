import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

// Plain JavaScript, since it runs before there is anything to run TypeScript with.

const FOLDER = import.meta.dirname
const TSX = createRequire(import.meta.url).resolve('tsx/package.json')

/**
 * Makes one JavaScript file of the stand-in, unless that was done before, and returns its address.
 * An app starts some 300 ms sooner than with a TypeScript loader, and every spec starts two or three.
 */
export function bundleStandIn() {
  const file = join(dirname(TSX), '..', '.cache', 'electron-standin', `boot-${hashSources()}.mjs`)
  if (!existsSync(file)) build(file)
  return pathToFileURL(file).href
}

function hashSources() {
  const hash = createHash('sha256').update(process.version)
  const sources = readdirSync(FOLDER).filter((name) => /\.[jt]s$/.test(name))
  for (const name of sources.toSorted()) hash.update(name).update(readFileSync(join(FOLDER, name)))
  return hash.digest('hex').slice(0, 16)
}

/** @param {string} file */
function build(file) {
  // tsx brings esbuild.
  const esbuild = /** @type {typeof import('esbuild')} */ (createRequire(TSX)('esbuild'))
  mkdirSync(dirname(file), { recursive: true })
  // Several apps may start at once: each builds its own file, and the last step cannot be seen half done.
  const draft = `${file}.${process.pid}`
  esbuild.buildSync({
    entryPoints: [join(FOLDER, 'boot.ts')],
    outfile: draft,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
  })
  renameSync(draft, file)
}
