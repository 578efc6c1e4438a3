import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { findPostgresPackage, openPostgresBinaries } from '../../../api/embedded/postgres-binaries.ts'
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../../api/embedded/postgres.ts'
import { startChild } from '../../support/embedded-child.ts'

const isRoot = process.getuid?.() === 0

let dataDir: string
let logged: string[]
/** Undone in reverse order after each test, whatever became of it. */
let undo: (() => Promise<unknown>)[]

beforeEach(async () => {
  undo = []
  logged = []
  dataDir = await temporaryFolder()
})

afterEach(async () => {
  for (const step of undo.toReversed()) await step()
}, 60_000)

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'medallion-postgres-'))
  undo.push(() => rm(folder, { recursive: true, force: true }))
  return folder
}

async function start(folder = dataDir): Promise<EmbeddedPostgres> {
  const database = await startEmbeddedPostgres({ dataDir: folder, log: (message) => logged.push(message) })
  undo.push(() => database.stop())
  return database
}

async function query(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows
  } finally {
    await client.end()
  }
}

async function setting(url: string, name: string): Promise<unknown> {
  return (await query(url, `select current_setting('${name}') as value`))[0]?.['value']
}

/** The pid of the server, from its own file. */
async function serverPid(folder = dataDir): Promise<number> {
  const content = await readFile(join(folder, 'postgres', 'data', 'postmaster.pid'), 'utf8')
  return Number(content.split('\n')[0])
}

describe('the embedded database', { timeout: 60_000 }, () => {
  test('is a durable PostgreSQL on this machine alone, behind a password in a private file', async () => {
    const { url } = await start()
    expect(new URL(url)).toMatchObject({
      protocol: 'postgres:',
      hostname: '127.0.0.1',
      pathname: '/medallion',
    })
    expect(await setting(url, 'listen_addresses')).toBe('127.0.0.1')
    expect(await setting(url, 'unix_socket_directories')).toBe('')
    expect(await setting(url, 'fsync')).toBe('on')
    expect(await setting(url, 'data_checksums')).toBe('on')
    expect(await setting(url, 'server_encoding')).toBe('UTF8')
    expect(await query(url, 'select datcollate from pg_database where datname = current_database()')).toEqual(
      [{ datcollate: 'C' }],
    )
    expect(await query(url, `select 'a' < 'B' as folded, 'É' ilike 'é' as cases`)).toEqual([
      { folded: false, cases: true },
    ])

    const password = join(dataDir, 'postgres', 'password')
    expect((await stat(password)).mode & 0o777).toBe(0o600)
    expect(url).toContain(await readFile(password, 'utf8'))
    const guess = new URL(url)
    guess.password = 'guessed'
    await expect(query(guess.href, 'select 1')).rejects.toThrow('password authentication failed')
  })

  test('keeps its data and its address from start to start', async () => {
    const first = await start()
    await query(first.url, 'create table kept as select 42 as answer')
    await first.stop()
    await expect(query(first.url, 'select 1')).rejects.toThrow('ECONNREFUSED')
    const second = await start()
    expect(second.url).toBe(first.url)
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }])
  })

  test('moves to another port where a stranger has taken the one of last time', async () => {
    const first = await start()
    await first.stop()
    const stranger = createServer().listen(Number(new URL(first.url).port), '127.0.0.1')
    await once(stranger, 'listening')
    undo.push(async () => stranger.close())
    const second = await start()
    expect(new URL(second.url).port).not.toBe(new URL(first.url).port)
    expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('outlives a killed API, which adopts it when it comes back', async () => {
    const killed = await startChild('embedded-postgres-child.ts', dataDir)
    undo.push(() => killed.kill())
    await query(killed.firstLine, 'create table kept as select 42 as answer')
    const pid = await serverPid()
    await killed.kill()

    const { url } = await start()
    expect(url).toBe(killed.firstLine)
    expect(await serverPid()).toBe(pid)
    expect(logged.join('\n')).toContain('Adopted')
    expect(await query(url, 'select answer from kept')).toEqual([{ answer: 42 }])
  })

  test('is refused to a second process, and stays with the first', async () => {
    const { url } = await start()
    await expect(startChild('embedded-postgres-child.ts', dataDir)).rejects.toThrow(
      `is in use by another Medallion (process ${process.pid})`,
    )
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('is handed over when the first process stops while a second one waits for it', async () => {
    const first = await start()
    const waiting = start()
    const blocked = `select 1 from pg_locks where locktype = 'advisory' and not granted`
    await vi.waitUntil(async () => (await query(first.url, blocked)).length > 0, { timeout: 4_000 })
    await first.stop()
    const second = await waiting
    expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('is created once when two processes begin at the same moment', async () => {
    const both = [0, 1].map(() => startChild('embedded-postgres-child.ts', dataDir))
    const outcomes = await Promise.allSettled(both)
    const started = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
    const refused = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [String(outcome.reason)] : [],
    )
    for (const child of started) undo.push(() => child.kill())
    expect(started).toHaveLength(1)
    expect(refused).toEqual([expect.stringContaining('is in use by another Medallion')])
    expect(await readdir(dataDir)).toEqual(['postgres'])
    await started[0]?.kill()
    await start()
  })

  test('starts in spite of a pid file that names another program by now', async () => {
    const first = await start()
    await first.stop()
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
      stdio: 'ignore',
      ...(await ownerOf(join(dataDir, 'postgres', 'data'))),
    })
    await once(stranger, 'spawn')
    undo.push(async () => stranger.kill('SIGKILL'))
    const port = new URL(first.url).port
    const lines = [
      stranger.pid,
      join(dataDir, 'postgres', 'data'),
      1_700_000_000,
      port,
      '',
      '127.0.0.1',
      '',
      'ready   ',
    ]
    await writeFile(join(dataDir, 'postgres', 'data', 'postmaster.pid'), `${lines.join('\n')}\n`)

    const { url } = await start()
    expect(await serverPid()).not.toBe(stranger.pid)
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }])
    expect(stranger.exitCode).toBeNull()
  })

  test('is started again, at the same address, when its server is killed', async () => {
    const { url } = await start()
    await query(url, 'create table kept as select 42 as answer')
    process.kill(await serverPid(), 'SIGKILL')
    await vi.waitUntil(() => logged.some((message) => message.includes('runs again')), { timeout: 30_000 })
    expect(await query(url, 'select answer from kept')).toEqual([{ answer: 42 }])
  })

  test('says so when its data was written by another major version', async () => {
    const first = await start()
    await first.stop()
    await writeFile(join(dataDir, 'postgres', 'data', 'PG_VERSION'), '15\n')
    await expect(start()).rejects.toThrow(/written by PostgreSQL 15, but the one installed is \d+/)
  })

  test('names DATABASE_URL on a platform that it has no binaries for', () => {
    expect(() => findPostgresPackage('freebsd', 'x64')).toThrow('DATABASE_URL')
  })

  test('finds its libraries where npm ran no install scripts', async () => {
    const copy = join(await temporaryFolder(), 'package')
    await cp(findPostgresPackage(), copy, { recursive: true, verbatimSymlinks: true })
    const links = await readLinks(copy)
    for (const link of links) await rm(link, { force: true })
    await chmod(join(copy, 'native', 'bin', 'initdb'), 0o644)
    await openPostgresBinaries(copy, dataDir, null, () => {})
    for (const link of links) expect((await stat(link)).isFile()).toBe(true)
    if (process.platform !== 'win32')
      expect((await stat(join(copy, 'native', 'bin', 'initdb'))).mode & 0o111).toBe(0o111)
  })
})

// Only root runs PostgreSQL as another account than its own; anyone else has nothing to enter.
describe.runIf(isRoot)('the embedded database, started as root', { timeout: 60_000 }, () => {
  const account = { name: 'nobody', uid: 65534, gid: 65534 }

  test('goes where its account can enter, and is found there by the next start', async () => {
    const closed = join(dataDir, 'closed', 'data')
    await mkdir(closed, { recursive: true })
    await chmod(join(dataDir, 'closed'), 0o700)
    const first = await start(closed)
    const home = (await readFile(join(closed, 'postgres-location'), 'utf8')).trim()
    // Before the step that stops the server: these are undone backwards.
    undo.splice(-1, 0, () => rm(home, { recursive: true, force: true }))
    expect(logged.join('\n')).toContain(home)
    await query(first.url, 'create table kept as select 42 as answer')
    await first.stop()

    await chmod(join(dataDir, 'closed'), 0o755)
    const second = await start(closed)
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }])
  })

  test('copies the binaries where its account can enter', async () => {
    const closed = await temporaryFolder()
    const hidden = join(closed, 'package')
    await cp(findPostgresPackage(), hidden, { recursive: true, verbatimSymlinks: true })
    const binaries = await openPostgresBinaries(hidden, dataDir, account, (message) => logged.push(message))
    expect(binaries.initdb.startsWith(dataDir)).toBe(true)
    expect(logged).toEqual([expect.stringContaining('Copying')])
    await openPostgresBinaries(hidden, dataDir, account, (message) => logged.push(message))
    expect(logged).toHaveLength(1)
  })
})

async function ownerOf(folder: string): Promise<{ uid?: number; gid?: number }> {
  if (!isRoot) return {}
  const { uid, gid } = await stat(folder)
  return { uid, gid }
}

async function readLinks(packageDir: string): Promise<string[]> {
  const list: { target: string }[] = JSON.parse(
    await readFile(join(packageDir, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]'),
  )
  return list.map(({ target }) => join(packageDir, target))
}
