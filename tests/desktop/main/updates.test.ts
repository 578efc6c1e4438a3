import { createHash } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import {
  createServer,
  request as httpRequest,
  type ClientRequest,
  type RequestOptions,
  type Server,
} from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  configureRequestOptions,
  configureRequestUrl,
  HttpExecutor,
  type DownloadOptions,
} from 'builder-util-runtime'
import electronUpdater from 'electron-updater'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { UpdateChannel, UpdateState } from '../../../desktop/bridge.ts'
import { Updates } from '../../../desktop/main/updates.ts'

// The real updater, as it updates an AppImage, with a real feed on this machine. Only what it asks of Electron is stood in for: the name and
// version of the program, where it may write, and that it ends.
const { AppImageUpdater } = electronUpdater
const onLinux = process.platform === 'linux'
if (!onLinux) console.log('Replacing an AppImage is left out: it can be tried on Linux alone.')

const OLD = '#!/bin/sh\nexit 0\n'
const NEW = '#!/bin/sh\n# the new version\nexit 0\n'

let folder: string
let feed: Server
let files: Map<string, string>
let asked: string[]
let quits: number

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'medallion-updates-'))
  await writeFile(join(folder, 'medallion.AppImage'), OLD, { mode: 0o755 })
  vi.stubEnv('APPIMAGE', join(folder, 'medallion.AppImage'))
  files = new Map()
  asked = []
  quits = 0
  feed = createServer((request, response) => {
    const name = new URL(request.url ?? '', 'http://feed').pathname.slice(1)
    asked.push(name)
    const file = files.get(name)
    response.writeHead(file === undefined ? 404 : 200).end(file)
  })
  await new Promise<void>((resolve) => {
    feed.listen(0, '127.0.0.1', resolve)
  })
  await writeFile(
    join(folder, 'app-update.yml'),
    `provider: generic\nurl: http://127.0.0.1:${(feed.address() as AddressInfo).port}\nupdaterCacheDirName: cache\n`,
  )
  // Before it ends the program the updater tells Electron's own.
  const require = createRequire(createRequire(import.meta.url).resolve('electron-updater'))
  const path = require.resolve('electron')
  require.cache[path] = Object.assign(Object.create(null), {
    id: path,
    exports: { autoUpdater: new EventEmitter() },
    loaded: true,
  })
})
afterEach(async () => {
  vi.unstubAllEnvs()
  feed.closeAllConnections()
  await new Promise((resolve) => {
    feed.close(resolve)
  })
  await rm(folder, { recursive: true, force: true })
})

/** Node's HTTP in the place of Electron's, with which the updater downloads in the program. */
class NodeHttp extends HttpExecutor<ClientRequest> {
  override createRequest(options: RequestOptions, callback: (response: unknown) => void): ClientRequest {
    return httpRequest(options, callback)
  }

  download(url: URL, destination: string, options: DownloadOptions): Promise<string> {
    return options.cancellationToken.createPromise((resolve, reject, onCancel) => {
      const wanted: RequestOptions = { headers: options.headers ?? undefined }
      configureRequestUrl(url, wanted)
      configureRequestOptions(wanted)
      this.doDownload(
        wanted,
        {
          destination,
          options,
          onCancel,
          // Without one it comes as null or not at all.
          callback: (error) => (error ? reject(error) : resolve(destination)),
          responseHandler: null,
        },
        0,
      )
    })
  }
}

/** Lays a version into the feed, under the channel's own name for Linux. */
function release(version: string, { channel = 'latest', content = NEW, more = '' } = {}): void {
  const name = `Medallion-${version}.AppImage`
  const sha512 = createHash('sha512').update(NEW).digest('base64')
  files.set(name, content)
  files.set(
    `${channel}-linux.yml`,
    `version: ${version}\nfiles:\n  - url: ${name}\n    sha512: ${sha512}\n    size: ${NEW.length}\n` +
      `path: ${name}\nsha512: ${sha512}\nreleaseDate: '2026-11-28T00:00:00.000Z'\n${more}`,
  )
}

function program(version: string, options: { channel?: () => UpdateChannel } = {}) {
  const updater = new AppImageUpdater(null, {
    version,
    name: 'medallion',
    isPackaged: true,
    appUpdateConfigPath: join(folder, 'app-update.yml'),
    userDataPath: folder,
    baseCachePath: folder,
    whenReady: async () => {},
    relaunch: () => {},
    quit: () => {
      quits += 1
    },
    onQuit: () => {},
  })
  Object.assign(updater, { httpExecutor: new NodeHttp(), disableDifferentialDownload: true })
  const log = vi.fn()
  const stayed = vi.fn()
  const prepareToQuit = vi.fn(async () => stayed)
  const updates = new Updates({ updater, channel: () => 'stable', prepareToQuit, log, ...options })
  const states: UpdateState[] = []
  updates.on('change', (state) => states.push(state))
  return { updates, states, log, stayed, prepareToQuit }
}

describe.runIf(onLinux)('the program', () => {
  test('fetches a newer version, and replaces itself only when it is asked to', async () => {
    release('1.1.0')
    const { updates, states, prepareToQuit } = program('1.0.0')
    await updates.check()
    expect(states.map(({ status }) => status)).toEqual(
      expect.arrayContaining(['checking', 'fetching', 'ready']),
    )
    expect(updates.state).toEqual({ status: 'ready', version: '1.1.0' })
    expect(await readFile(join(folder, 'medallion.AppImage'), 'utf8')).toBe(OLD)
    expect(prepareToQuit).not.toHaveBeenCalled()

    await updates.install()
    await vi.waitFor(() => expect(quits).toBe(1))
    expect(prepareToQuit).toHaveBeenCalledOnce()
    expect(await readFile(join(folder, 'medallion.AppImage'), 'utf8')).toBe(NEW)
    expect((await stat(join(folder, 'medallion.AppImage'))).mode & 0o111).toBe(0o111)
  })

  test('is content with the newest, and never goes back', async () => {
    release('1.0.0')
    const { updates } = program('1.1.0')
    await updates.check()
    expect(updates.state).toMatchObject({ status: 'current' })
    expect(asked).toEqual(['latest-linux.yml'])
  })

  test('takes those that are tried out only where somebody chose them', async () => {
    release('1.0.0')
    release('1.1.0-beta.1', { channel: 'beta' })
    let channel: UpdateChannel = 'stable'
    const { updates } = program('1.0.0', { channel: () => channel })
    await updates.check()
    expect(updates.state.status).toBe('current')
    channel = 'beta'
    await updates.check()
    expect(updates.state).toEqual({ status: 'ready', version: '1.1.0-beta.1' })
  })

  test('waits for its turn where a version is given out step by step', async () => {
    release('1.1.0', { more: 'stagingPercentage: 0\n' })
    const { updates } = program('1.0.0')
    await updates.check()
    expect(updates.state.status).toBe('current')
    release('1.1.0', { more: 'stagingPercentage: 100\n' })
    await updates.check()
    expect(updates.state.status).toBe('ready')
  })

  test('takes no file but the one that was announced', async () => {
    release('1.1.0', { content: `${NEW}# and something else\n` })
    const { updates, log } = program('1.0.0')
    await updates.check()
    expect(updates.state).toEqual({ status: 'failed' })
    expect(log).toHaveBeenCalledOnce()
    await updates.install()
    expect(await readFile(join(folder, 'medallion.AppImage'), 'utf8')).toBe(OLD)
  })

  test('says that it could not look, and looks again', async () => {
    const { updates } = program('1.0.0')
    await updates.check()
    expect(updates.state).toEqual({ status: 'failed' })
    release('1.1.0')
    await updates.check()
    expect(updates.state.status).toBe('ready')
  })

  test('stays where what it has fetched cannot be installed', async () => {
    release('1.1.0')
    const { updates, stayed } = program('1.0.0')
    await updates.check()
    await rm(join(folder, 'medallion.AppImage'))
    await updates.install()
    await vi.waitFor(() => expect(stayed).toHaveBeenCalledOnce())
    expect(updates.state).toEqual({ status: 'failed' })
    expect(quits).toBe(0)
  })
})

test('a program that nothing updates says why, and does nothing', async () => {
  const updates = new Updates({
    updater: 'no-feed',
    channel: () => 'stable',
    prepareToQuit: () => Promise.reject(new Error('It was not to quit.')),
    log: () => {},
  })
  updates.start()
  await updates.check()
  await updates.install()
  expect(updates.state).toEqual({ status: 'off', why: 'no-feed' })
})
