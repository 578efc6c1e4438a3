import { createHash } from 'node:crypto'
import { chmod, mkdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { exists, readTextFile, writePrivateFile } from './files.ts'
import { canEnter, chooseAccount, type Account } from './postgres-account.ts'

/** Where data goes that the account of PostgreSQL cannot reach under DATA_DIR: /var/lib is the standard's place for it. */
const FALLBACK_ROOT = '/var/lib/medallion'

/** The folder that holds the cluster (in `postgres/`), and the account that PostgreSQL runs as (null: this process's own). */
export type PostgresHome = { folder: string; account: Account | null }

/**
 * Settles where the database lives: in `dataDir` (which is made enterable, 0711 or more), or, when this process is root and PostgreSQL's account cannot enter that folder
 * (anything under /root), in a folder below /var/lib/medallion. The choice is noted in `dataDir/postgres-location`, so that
 * every later start finds the same data, even if the permissions have changed or `dataDir` was moved since.
 */
export async function settlePostgresHome(
  dataDir: string,
  log: (message: string) => void,
): Promise<PostgresHome> {
  await createEnterable(dataDir)
  const note = join(dataDir, 'postgres-location')
  const noted = (await readTextFile(note))?.trim()
  const account = await chooseAccount(join(noted ?? dataDir, 'postgres'))
  if (noted !== undefined) {
    await createEnterable(noted)
    log(`The embedded database is in ${noted} (as ${note} says).`)
    return { folder: noted, account }
  }
  if (account === null) return { folder: dataDir, account }
  await letOthersPass(dataDir)
  if (await canEnter(account, dataDir)) return { folder: dataDir, account }
  if (await exists(join(dataDir, 'postgres'))) {
    throw new Error(
      `The embedded database in ${join(dataDir, 'postgres')} cannot be reached by the account "${account.name}", as which ` +
        'PostgreSQL runs when Medallion is started as root. Give that account the right to enter the folders above it ' +
        '(chmod o+x), or start Medallion as the user who started it before.',
    )
  }
  const folder = join(FALLBACK_ROOT, await fingerprint(dataDir))
  await createEnterable(folder)
  await writePrivateFile(note, `${folder}\n`)
  log(
    `The embedded database is in ${folder}: PostgreSQL refuses to run as root, and the account "${account.name}", as which ` +
      `it runs instead, cannot enter ${dataDir}.`,
  )
  return { folder, account }
}

/** The right to enter alone: not to list or to read, and everything private inside has rights of its own. */
async function letOthersPass(folder: string): Promise<void> {
  const { mode } = await stat(folder)
  if ((mode & 0o011) !== 0o011) await chmod(folder, mode | 0o011)
}

async function fingerprint(dataDir: string): Promise<string> {
  const path = await realpath(dataDir)
  return createHash('sha256').update(path).digest('hex').slice(0, 16)
}

/** Folders of ours must be enterable by other accounts, whatever the umask; those that exist already keep their rights. */
async function createEnterable(folder: string): Promise<void> {
  const created = await mkdir(folder, { recursive: true })
  if (created !== undefined && process.platform !== 'win32') await chmod(folder, 0o755)
}
