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

const SYSTEM_CHROMIUM = '/usr/bin/chromium'
const SYSTEM_FONTS = '/etc/fonts/fonts.conf'

/** Finds a Chromium: `STANDIN_CHROMIUM`, else the headless one that npm brought, else the system's; throws when there is none. */
export function findChromium(): Chromium {
  const named = process.env.STANDIN_CHROMIUM
  if (named !== undefined) return { executable: named, env: process.env }
  const packed = findPackage()
  if (packed !== null) return unpacked(packed)
  if (existsSync(SYSTEM_CHROMIUM)) return { executable: SYSTEM_CHROMIUM, env: process.env }
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

/** Only the package's archives are used: its own code asks for another Node, and switches the browser's security off. */
function unpacked(root: string): Chromium {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const cache = join(root, '..', '..', '.cache', 'electron-standin')
  const folder = join(cache, `chromium-${version}`)
  if (!existsSync(folder)) {
    mkdirSync(cache, { recursive: true })
    unpack(join(root, 'bin'), folder)
  }
  const libraries = join(folder, 'lib')
  return {
    executable: join(folder, 'chromium'),
    env: {
      ...process.env,
      ...(existsSync(libraries) ? { LD_LIBRARY_PATH: libraries } : {}),
      ...(existsSync(SYSTEM_FONTS) ? {} : { FONTCONFIG_FILE: join(folder, 'fonts.conf') }),
    },
  }
}

/** Unpacks all into a folder of another name first: two tests may come here at once, and neither may see it half done. */
function unpack(archives: string, folder: string): void {
  const draft = `${folder}.${process.pid}`
  mkdirSync(draft)
  const executable = join(draft, 'chromium')
  writeFileSync(executable, decompress(join(archives, 'chromium.br')), { mode: 0o755 })
  untar(join(archives, 'fonts.tar.br'), draft)
  writeFileSync(join(draft, 'fonts.conf'), fontsConf(folder))
  // The package's own libraries serve where the system has none.
  if (!runs(executable)) untar(join(archives, 'al2023.tar.br'), draft)
  try {
    renameSync(draft, folder)
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    // Another test was faster.
    if (!existsSync(folder)) throw error
  }
}

const decompress = (file: string): Buffer => brotliDecompressSync(readFileSync(file))

function untar(archive: string, folder: string): void {
  execFileSync('tar', ['-C', folder, '-xf', '-'], { input: decompress(archive) })
}

const fontsConf = (folder: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(folder, 'fonts')}</dir>
  <cachedir>${join(folder, 'fonts-cache')}</cachedir>
</fontconfig>
`

function runs(executable: string): boolean {
  try {
    execFileSync(executable, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
