import { askForPermissions, interceptWindows } from './page-world.ts'
import { FILES, RECEIVE, runPreloadWorld, type PreloadOptions } from './preload-world.ts'
import { makeCodec } from './structured-clone.ts'
import { makeWorldBridge } from './world-bridge.ts'

// The source texts that are put into a window before its page.

// Only a window's own document gets a preload, no frame within it: as in Electron without nodeIntegrationInSubFrames.
const inWindow = (body: string): string => `if (window === window.top) { ${body} }`

const call = (fn: (...args: never[]) => unknown, ...args: string[]): string => `(${fn})(${args.join(', ')})`

/** The source for the page's own world, and for those of frames within it. */
export function pageWorld(channel: string): string {
  const secret = JSON.stringify(channel)
  const intercepts = [call(interceptWindows, secret), call(askForPermissions, secret)].join(';\n')
  return `{ ${inWindow(call(makeWorldBridge, '"page"', secret))}\n${intercepts} }`
}

/** The source for the isolated world in which the preload runs. */
export function preloadWorld(options: PreloadOptions): string {
  return inWindow(
    call(
      runPreloadWorld,
      JSON.stringify(options),
      call(makeWorldBridge, '"preload"', JSON.stringify(options.channel)),
      call(makeCodec),
      JSON.stringify({ receive: RECEIVE, files: FILES }),
    ),
  )
}
