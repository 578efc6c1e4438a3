import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, sep } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'

/** A Chromium to run: its file, and the environment that it needs. */
export interface Chromium {
  executable: string
  env: NodeJS.ProcessEnv
}

const DEBIAN = '/usr/bin/chromium'

/** Finds a Chromium: `STANDIN_CHROMIUM`, else the headless one that npm brought, else the system's; throws when there is none. */
export function findChromium(): Chromium {
  const named = process.env.STANDIN_CHROMIUM
  if (named !== undefined) return { executable: named, env: process.env }
  const packed = findPackage()
  if (packed !== null) return unpack(packed)
  if (existsSync(DEBIAN)) return { executable: DEBIAN, env: process.env }
  throw new Error('No Chromium: run npm ci, or name one in STANDIN_CHROMIUM.')
}

function findPackage(): string | null {
  try {
    const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium')
    const name = join('@sparticuz', 'chromium')
    return entry.slice(0, entry.lastIndexOf(name + sep) + name.length)
  } catch {
    return null
  }
}

/** Only the package's binaries are used: its own code asks for another Node, and switches the browser's security off. */
function unpack(root: string): Chromium {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const folder = join(root, '..', '..', '.cache', 'standin-chromium', version)
  const executable = join(folder, 'chromium')
  if (!existsSync(executable)) {
    mkdirSync(folder, { recursive: true })
    untar(join(root, 'bin', 'al2023.tar.br'), folder)
    // Two tests may come here at once: each writes its own file, and the last step cannot be seen half done.
    const draft = `${executable}.${process.pid}`
    writeFileSync(draft, brotliDecompressSync(readFileSync(join(root, 'bin', 'chromium.br'))), {
      mode: 0o755,
    })
    renameSync(draft, executable)
  }
  return {
    executable,
    env: runs(executable) ? process.env : { ...process.env, LD_LIBRARY_PATH: join(folder, 'lib') },
  }
}

function untar(archive: string, folder: string): void {
  const tar = join(folder, `libraries.${process.pid}.tar`)
  writeFileSync(tar, brotliDecompressSync(readFileSync(archive)))
  execFileSync('tar', ['-C', folder, '-xf', tar])
  rmSync(tar)
}

/** Whether the system has the libraries it needs; else the package's own serve. */
function runs(executable: string): boolean {
  try {
    execFileSync(executable, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
