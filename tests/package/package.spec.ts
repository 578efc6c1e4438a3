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

let folder: string
let unpacked: string

// Packed once for all.
test.describe.configure({ mode: 'default' })

// The packager is real; Electron's 100 MB are not fetched for it: a file with the fuses in it stands in for the executable.
test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'medallion-package-'))
  const electron = join(folder, 'electron')
  await mkdir(electron)
  const wire = Buffer.concat([
    SENTINEL,
    Buffer.from([1, FUSES.length]),
    Buffer.from('0'.repeat(FUSES.length)),
  ])
  await writeFile(join(electron, 'electron'), Buffer.concat([Buffer.alloc(64), wire, Buffer.alloc(64)]))
  await chmod(join(electron, 'electron'), 0o755)
  await writeFile(join(electron, 'version'), 'v0')
  const output = join(folder, 'dist')
  await run(
    'npx',
    [
      'electron-builder',
      '--linux',
      'dir',
      '--x64',
      '--publish',
      'never',
      '--config',
      'packaging/electron-builder.yml',
      '-c.publish.provider=generic',
      '-c.publish.url=https://updates.example.com/medallion',
      `-c.electronDist=${electron}`,
      `-c.directories.output=${output}`,
    ],
    { timeout: 60_000 },
  )
  unpacked = join(output, 'linux-unpacked')
})
test.afterAll(() => rm(folder, { recursive: true, force: true }))

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

test('the package knows where its updates come from', async () => {
  const feed = await readFile(join(unpacked, 'resources/app-update.yml'), 'utf8')
  expect(feed).toContain('provider: generic')
  expect(feed).toContain('url: https://updates.example.com/medallion')
  expect(feed).toContain('updaterCacheDirName: medallion-updater')
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
