import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { listPackage } from '@electron/asar'
import { expect, test } from '@playwright/test'

const run = promisify(execFile)

/** What marks the fuses in Electron's executable (https://github.com/electron/fuses). */
const SENTINEL = Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX')
/** The order in which Electron keeps its fuses. */
const FUSES = [
  'runAsNode',
  'enableCookieEncryption',
  'enableNodeOptionsEnvironmentVariable',
  'enableNodeCliInspectArguments',
  'enableEmbeddedAsarIntegrityValidation',
  'onlyLoadAppFromAsar',
  'loadBrowserProcessSpecificV8Snapshot',
  'grantFileProtocolExtraPrivileges',
] as const
/** The greatest size of what an update brings beside Electron itself, in bytes; 14 MB of it are the decoders of HEIC and TIFF. */
const BUDGET = 24 * 1024 * 1024

const UPDATES_URL = 'https://updates.example.com/medallion'

let folder: string
let electron: string
let unpacked: string

// Packed once for all.
test.describe.configure({ mode: 'default' })

// The packager is real; Electron's 100 MB are not fetched for it: a file with the fuses in it stands in for the executable.
test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'medallion-package-'))
  electron = join(folder, 'electron')
  await mkdir(electron)
  const wire = Buffer.concat([
    SENTINEL,
    Buffer.from([1, FUSES.length]),
    Buffer.from('0'.repeat(FUSES.length)),
  ])
  await writeFile(join(electron, 'electron'), Buffer.concat([Buffer.alloc(64), wire, Buffer.alloc(64)]))
  await chmod(join(electron, 'electron'), 0o755)
  await writeFile(join(electron, 'version'), 'v0')
  unpacked = await pack('dist', { MEDALLION_UPDATES_URL: UPDATES_URL })
})
test.afterAll(() => rm(folder, { recursive: true, force: true }))

/** Packs into a folder of this name; returns where the unpacked program is. */
async function pack(name: string, env: Record<string, string>, ...args: string[]): Promise<string> {
  const output = join(folder, name)
  await run(
    process.execPath,
    [
      'node_modules/electron-builder/cli.js',
      '--linux',
      'dir',
      '--x64',
      '--publish',
      'never',
      '--config',
      'packaging/electron-builder.mjs',
      `-c.electronDist=${electron}`,
      `-c.directories.output=${output}`,
      ...args,
    ],
    // A token would have the packager think of releases on GitHub.
    // oxlint-disable-next-line node/no-process-env -- what a program needs beside it
    { timeout: 60_000, env: { ...process.env, MEDALLION_UPDATES_URL: '', GH_TOKEN: 'none', ...env } },
  )
  return join(output, 'linux-unpacked')
}

/** What the packager tells the updater. */
const updateNotes = (from: string): Promise<string> =>
  readFile(join(from, 'resources/app-update.yml'), 'utf8')

test('the package holds the built bundles and nothing else', async () => {
  const archive = join(unpacked, 'resources/app.asar')
  const files = listPackage(archive, { isPack: false }).map((name) => name.replaceAll('\\', '/'))
  expect(files).toEqual(
    expect.arrayContaining([
      '/package.json',
      '/out/main/index.js',
      '/out/preload/index.cjs',
      '/out/renderer/index.html',
    ]),
  )
  const strangers = files.filter(
    (name) => !/^\/(package\.json|out(\/(main|preload|renderer)(\/.*)?)?)$/.test(name),
  )
  expect(strangers).toEqual([])
  expect(files.filter((name) => /node_modules|\.tsx?$|\.map$/.test(name))).toEqual([])
  expect((await stat(archive)).size).toBeLessThan(BUDGET)
})

test('the fuses are set: no Node by environment or argument, and code from the archive alone', async () => {
  const executable = await readFile(join(unpacked, 'medallion'))
  const start = executable.indexOf(SENTINEL) + SENTINEL.length + 2
  const set = Object.fromEntries(FUSES.map((name, n) => [name, executable[start + n] === '1'.charCodeAt(0)]))
  expect(set).toEqual({
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  })
})

test('the address for updates goes along, and the channel of the version', async () => {
  expect(await updateNotes(unpacked)).toMatch(`provider: generic\nurl: ${UPDATES_URL}\n`)
  const beta = await pack(
    'beta',
    { MEDALLION_UPDATES_URL: UPDATES_URL },
    '-c.extraMetadata.version=1.2.3-beta.1',
  )
  expect(await updateNotes(beta)).toContain('channel: beta\n')
})

test('without an address there is no updater', async () => {
  const none = await pack('none', {})
  await expect(updateNotes(none)).rejects.toThrow('ENOENT')
})
