import { execFile, spawn } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { errorCode } from './files.ts'

const execute = promisify(execFile)

/** An account of the operating system, by its numbers. */
export type Account = { name: string; uid: number; gid: number }

/** macOS calls its PostgreSQL account `_postgres`; `nobody` is there on nearly every Unix. */
const CANDIDATES = ['postgres', '_postgres', 'nobody']

/**
 * The account that PostgreSQL runs as, since it refuses to run as root: null for whoever started this process, unless that is
 * root (or on Windows, which has no such numbers). `cluster` is a folder that may exist already: its owner goes before all others,
 * so that a database begun by an ordinary user is not taken from them by one start as root.
 */
export async function chooseAccount(cluster: string): Promise<Account | null> {
  if (process.getuid?.() !== 0) return null
  const owner = await stat(cluster).catch(() => null)
  if (owner !== null && owner.uid !== 0) return { name: `uid ${owner.uid}`, uid: owner.uid, gid: owner.gid }
  for (const name of CANDIDATES) {
    const account = await lookUp(name)
    if (account !== null) return account
  }
  throw new Error(
    `PostgreSQL refuses to run as root, and this system has none of the accounts ${CANDIDATES.join(', ')} to run it as. ` +
      'Start Medallion as an ordinary user, or set DATABASE_URL to a PostgreSQL server of your own.',
  )
}

/** Whether the account may enter a folder, or execute a file, through every folder above it. Always true for null. */
export async function canEnter(account: Account | null, path: string): Promise<boolean> {
  if (account === null) return true
  try {
    await execute('test', ['-x', path], { uid: account.uid, gid: account.gid, cwd: '/' })
    return true
  } catch (error) {
    // `test` answered no with an exit status; a letter code means that it could not be run as that account at all.
    if (errorCode(error) === undefined) return false
    throw new Error(
      `PostgreSQL refuses to run as root, and root may not run programs as "${account.name}" here (${errorCode(error)}). ` +
        'Start Medallion as an ordinary user, or set DATABASE_URL to a PostgreSQL server of your own.',
      { cause: error },
    )
  }
}

/**
 * Runs one of PostgreSQL's programs to its end, as the account. Throws with what it printed to stderr if it fails.
 */
export async function runAs(
  account: Account | null,
  program: string,
  args: string[],
  cwd: string,
): Promise<void> {
  const child = spawn(program, args, {
    ...(account === null ? {} : { uid: account.uid, gid: account.gid }),
    cwd,
    // oxlint-disable-next-line node/no-process-env -- handed on to the child; no setting is read from it
    env: { ...process.env, LC_ALL: 'C' },
    stdio: ['ignore', 'ignore', 'pipe'],
    // A console of its own on Windows, so that Ctrl-C in ours does not end the server before the API has drained.
    windowsHide: true,
  })
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text))
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => {
      if (code !== 0) return
      // On Windows the server that pg_ctl started inherits this pipe and would keep it open for ever.
      child.stderr.destroy()
      resolve()
    })
    child.once('close', (code, signal) => {
      if (code !== 0) reject(new Error(`${program} failed (${signal ?? code}): ${complaint.trim()}`))
    })
  })
}

async function lookUp(name: string): Promise<Account | null> {
  try {
    const [uid, gid] = await Promise.all([execute('id', ['-u', name]), execute('id', ['-g', name])])
    const account = { name, uid: Number(uid.stdout), gid: Number(gid.stdout) }
    // macOS gives `nobody` the uid -2, which Node cannot hand to a child.
    return account.uid > 0 && account.gid > 0 ? account : null
  } catch {
    return null
  }
}
