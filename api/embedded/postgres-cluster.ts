import { randomBytes } from 'node:crypto'
import { chown, lchown, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode, readTextFile, syncFolder } from './files.ts'
import { runAs, type Account } from './postgres-account.ts'
import type { PostgresBinaries } from './postgres-binaries.ts'

/** PostgreSQL's superuser in every embedded cluster. */
export const POSTGRES_USER = 'medallion'

/** A folder being initialised for longer than this was left by a process that was killed. */
const ABANDONED_AFTER_MS = 10 * 60_000

/**
 * One database cluster on disk: `folder` holds `data/` (PostgreSQL's own), `password` (0600), `port` and `server.log`.
 */
export type PostgresCluster = { folder: string; data: string; password: string; account: Account | null }

/**
 * Opens the cluster in `home/postgres`, and first creates it if there is none: UTF-8, locale C, data checksums, passwords by
 * SCRAM-SHA-256, a random password. Throws if it was written by another major version or belongs to another user.
 */
export async function openPostgresCluster(
  home: string,
  binaries: PostgresBinaries,
  account: Account | null,
  log: (message: string) => void,
): Promise<PostgresCluster> {
  const folder = join(home, 'postgres')
  const data = join(folder, 'data')
  if ((await readVersion(folder)) === null) {
    log(`Creating the embedded database in ${folder}.`)
    await createCluster(home, folder, binaries, account)
  }
  const version = await readVersion(folder)
  if (Number(version) !== binaries.majorVersion) {
    throw new Error(
      `The embedded database in ${data} was written by PostgreSQL ${version?.trim()}, but the one installed is ` +
        `${binaries.majorVersion}, which cannot read it. Dump it with the Medallion that wrote it (pg_dump), move the folder ` +
        'away, start once and load the dump; or set DATABASE_URL.',
    )
  }
  if (account !== null && (await stat(data)).uid !== account.uid) await giveTo(account, folder)
  const password = await readTextFile(join(folder, 'password'))
  if (password === null) {
    throw new Error(
      `The password of the embedded database is missing (${join(folder, 'password')}). Put that file back.`,
    )
  }
  return { folder, data, password, account }
}

async function readVersion(folder: string): Promise<string | null> {
  try {
    return await readTextFile(join(folder, 'data', 'PG_VERSION'))
  } catch (error) {
    if (errorCode(error) !== 'EACCES') throw error
    throw new Error(
      `The embedded database in ${folder} belongs to another user, probably because Medallion was once started as root. ` +
        `Start it the same way again, or give yourself the folder (sudo chown -R "$(id -u)" ${folder}).`,
      { cause: error },
    )
  }
}

/** Builds the cluster in a folder beside and renames it, so that one killed half-way through is never taken for a database. */
async function createCluster(
  home: string,
  folder: string,
  binaries: PostgresBinaries,
  account: Account | null,
) {
  await removeAbandoned(home)
  const draft = await mkdtemp(join(home, 'postgres.new-'))
  try {
    const passwordFile = join(draft, 'password')
    await writeFile(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 })
    await mkdir(join(draft, 'data'), { mode: 0o700 })
    if (account !== null) await giveTo(account, draft)
    await runAs(account, binaries.initdb, initdbArguments(join(draft, 'data'), passwordFile), draft)
    await rename(draft, folder)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    // Another process may have created it at the same time: then that one is the database.
    if ((await readVersion(folder)) === null) throw error
  }
  await syncFolder(home)
}

function initdbArguments(data: string, passwordFile: string): string[] {
  return [
    `--pgdata=${data}`,
    `--username=${POSTGRES_USER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // Nothing depends on the locales of the system. The built-in provider sorts as C does, but also knows the upper and
    // lower case of letters beyond ASCII, so that a search without regard to case finds "Élodie".
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
    '--no-instructions',
  ]
}

async function removeAbandoned(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    if (!name.startsWith('postgres.new-')) continue
    const { mtimeMs } = await stat(join(home, name))
    if (Date.now() - mtimeMs > ABANDONED_AFTER_MS)
      await rm(join(home, name), { recursive: true, force: true })
  }
}

async function giveTo(account: Account, folder: string): Promise<void> {
  await chown(folder, account.uid, account.gid)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await giveTo(account, path)
    else await lchown(path, account.uid, account.gid)
  }
}
