import { readFileSync, statSync } from 'node:fs'
import { open as openInspector } from 'node:inspector'
import Module, { createRequire, register } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Program } from './app.ts'
import { closeAllWindows, setUpWindows } from './browser-window.ts'
import { findChromium } from './chromium.ts'
import { Browser } from './devtools.ts'
import { app, electron } from './electron-module.ts'
import { markReady } from './protocol.ts'

/** The version whose behaviour this stands in for. */
const VERSION = '45.4.1'

const require = createRequire(import.meta.url)
const launch = readArguments(process.argv.slice(2))
const { program, entry } = findProgram(launch.app)

pretendToBeElectron()
provideElectron()
const browser = new Browser(findChromium(), launch.debugPort)
app.setUp(program, { closeWindows: closeAllWindows, killBrowser: () => browser.kill() })
setUpWindows(app, browser)
endTogether()
// Playwright attaches here and then has its loader run before the app does.
if (launch.inspectPort !== undefined) {
  Object.assign(globalThis, { require })
  openInspector(launch.inspectPort, '127.0.0.1')
}
for (const file of launch.required) require(resolve(file))

await browser.root.send('Target.setDiscoverTargets', { discover: true })
await import(pathToFileURL(entry).href).catch((error: unknown) => {
  console.error('App threw an error during load\n', error)
  browser.kill()
  process.exit(1)
})
// Electron, too, is ready only after the app's main module has run.
markReady()
app.becomeReady()

interface Launch {
  app: string
  required: string[]
  inspectPort: number | undefined
  debugPort: string | undefined
}

function readArguments(args: string[]): Launch {
  const launch: Launch = { app: '', required: [], inspectPort: undefined, debugPort: undefined }
  for (let index = 0; index < args.length; index += 1) {
    const argument = args[index] ?? ''
    const [name, value] = argument.split('=', 2)
    if (argument === '-r' || argument === '--require') {
      index += 1
      launch.required.push(args[index] ?? '')
    } else if (name === '--inspect') launch.inspectPort = Number(value)
    else if (name === '--remote-debugging-port') launch.debugPort = value
    else if (!argument.startsWith('-') && launch.app === '') launch.app = argument
  }
  return { ...launch, app: launch.app === '' ? '.' : launch.app }
}

/** The app's folder or main file, as Electron takes it. */
function findProgram(given: string): { program: Program; entry: string } {
  const path = resolve(given)
  const folder = statSync(path).isDirectory() ? path : dirname(path)
  const manifest = statSync(path).isDirectory()
    ? (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, string>)
    : {}
  return {
    program: {
      folder,
      name: manifest['productName'] ?? manifest['name'] ?? 'Electron',
      version: manifest['version'] ?? '0.0.0',
    },
    entry: folder === path ? join(folder, manifest['main'] ?? 'index.js') : path,
  }
}

function pretendToBeElectron(): void {
  Object.defineProperty(process.versions, 'electron', { value: VERSION, enumerable: true })
  Object.assign(process, { type: 'browser', defaultApp: true })
}

/** Makes `electron` the stand-in's module, for `require` and for `import`. */
function provideElectron(): void {
  const loader = Module as unknown as { _load: (name: string, ...rest: unknown[]) => unknown }
  const load = loader._load
  loader._load = (name, ...rest) => (name === 'electron' ? electron : load.call(Module, name, ...rest))

  Object.assign(globalThis, { __standinElectron: electron })
  const names = Object.keys(electron).map((name) => `export const ${name} = electron.${name}`)
  const source = `const electron = globalThis.__standinElectron\nexport default electron\n${names.join('\n')}`
  const url = `data:text/javascript,${encodeURIComponent(source)}`
  const hook = `export const resolve = (name, context, next) =>
    name === 'electron' ? { url: ${JSON.stringify(url)}, shortCircuit: true } : next(name, context)`
  register(`data:text/javascript,${encodeURIComponent(hook)}`)
}

/** App and browser end together, whoever is first. */
function endTogether(): void {
  browser.once('gone', () => {
    if (app.quitting) return
    console.error('stand-in: Chromium has gone')
    process.exit(1)
  })
  process.once('SIGTERM', () => app.exit(143))
  process.once('SIGINT', () => app.exit(130))
}
