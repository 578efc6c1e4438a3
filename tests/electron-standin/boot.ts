import { readFileSync, statSync } from 'node:fs'
import { open as openInspector } from 'node:inspector'
import Module, { createRequire, register } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Program } from './app.ts'
import { closeAllWindows, setUpWindows } from './browser-window.ts'
import { findChromium } from './chromium.ts'
import { Browser } from './devtools.ts'
import { app, electron, exportedNames } from './electron-module.ts'
import { readLaunchArguments } from './launch-arguments.ts'
import { denyEverything } from './permissions.ts'
import { closeSchemes } from './protocol.ts'

/** The version whose behaviour this stands in for. */
const VERSION = '45.4.1'

const ELECTRON = new Set(['electron', 'electron/main', 'electron/common'])

const [, executable = '', ...args] = process.argv
if (args.includes('--version')) {
  console.log(`v${VERSION}`)
  process.exit()
}
const launch = readLaunchArguments(args)
const require = createRequire(import.meta.url)

// Chromium starts while main does.
const browser = new Browser(findChromium(), launch.debugPort)
const browserReady = Promise.all([
  browser.root.send('Target.setDiscoverTargets', { discover: true }),
  denyEverything(browser),
])
const { program, entry } = findProgram(launch.app)
pretendToBeElectron()
provideElectron()
app.setUp(program, { closeWindows: closeAllWindows, killBrowser: () => browser.kill() })
setUpWindows(app, browser)
endTogether()
// Playwright attaches here and, by its loader, keeps the app from being ready before it has.
if (launch.inspectPort !== undefined) {
  Object.assign(globalThis, { require })
  openInspector(launch.inspectPort, '127.0.0.1')
}
for (const file of launch.required) require(resolve(file))
await runMain()
await browserReady
closeSchemes()
app.becomeReady()

/** The app's folder or main file, as Electron takes it. */
function findProgram(given: string): { program: Program; entry: string } {
  const path = resolve(given)
  const isFolder = statSync(path).isDirectory()
  const folder = isFolder ? path : dirname(path)
  const manifest = isFolder
    ? (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, string>)
    : {}
  return {
    program: {
      folder,
      name: manifest['productName'] ?? manifest['name'] ?? 'Electron',
      version: manifest['version'] ?? '0.0.0',
    },
    entry: isFolder ? join(folder, manifest['main'] ?? 'index.js') : path,
  }
}

function pretendToBeElectron(): void {
  process.argv = [executable, ...args]
  Object.defineProperty(process.versions, 'electron', { value: VERSION, enumerable: true })
  Object.assign(process, { type: 'browser', defaultApp: true })
}

/** Makes `electron` the stand-in's module, for `require` and for `import`. */
function provideElectron(): void {
  const loader = Module as unknown as { _load: (name: string, ...rest: unknown[]) => unknown }
  const load = loader._load
  loader._load = (name, ...rest) => (ELECTRON.has(name) ? electron : load.call(Module, name, ...rest))

  Object.assign(globalThis, { __standinElectron: electron })
  const names = exportedNames.map((name) => `export const ${name} = electron.${name}`)
  const source = `const electron = globalThis.__standinElectron\nexport default electron\n${names.join('\n')}`
  const url = `data:text/javascript,${encodeURIComponent(source)}`
  const hook = `export const resolve = (name, context, next) =>
    ${JSON.stringify([...ELECTRON])}.includes(name) ? { url: ${JSON.stringify(url)}, shortCircuit: true } : next(name, context)`
  register(`data:text/javascript,${encodeURIComponent(hook)}`)
}

async function runMain(): Promise<void> {
  try {
    await import(pathToFileURL(entry).href)
  } catch (error) {
    console.error('App threw an error during load\n', error)
    process.exit(1)
  }
}

/** App and browser end together, whoever is first. */
function endTogether(): void {
  browser.once('gone', () => {
    if (app.quitting) return
    console.error(`stand-in: Chromium has gone. It said:\n${browser.lastWords}`)
    process.exit(1)
  })
  // As Electron does: the app may object; but a second signal is obeyed.
  for (const [signal, code] of [
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ] as const)
    process.once(signal, () => {
      process.once(signal, () => app.exit(code))
      app.quit()
    })
}
