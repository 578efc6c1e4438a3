import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

// npm run dev: the API and the desktop, each starting anew or reloading when its source changes.

const require = createRequire(import.meta.url)
const electronVite = join(dirname(require.resolve('electron-vite/package.json')), 'bin', 'electron-vite.js')
const tsx = join(dirname(require.resolve('tsx/package.json')), 'dist', 'cli.mjs')

const processes = [
  spawn(process.execPath, [tsx, 'watch', 'api/main.ts'], { stdio: 'inherit' }),
  spawn(process.execPath, [electronVite, 'dev'], { stdio: 'inherit' }),
]
const stopAll = (): void => processes.forEach((child) => child.kill('SIGTERM'))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stopAll)
await Promise.race(processes.map((child) => once(child, 'exit')))
stopAll()
