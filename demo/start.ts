import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { startApi } from '../tests/support/api-process.ts'
import { seed, type DemoPerson } from './seed.ts'
import { playWalkthrough } from './walkthrough.ts'
import { findWindowHost } from './window-host.ts'

// npm start: the whole of Medallion on one machine, with two people in it.

const dataDir = resolve(process.env.DATA_DIR ?? '.medallion')

buildDesktop()
mkdirSync(dataDir, { recursive: true })
console.log('Starting the API, with its own PostgreSQL and picture store …')
const api = await startApi(dataDir)
try {
  console.log(`The API listens at ${api.url}.`)
  const { ada, grace } = await seed(api.url)
  const host = await findWindowHost()
  if ('electron' in host) {
    await openTwoWindows(host.electron, ada, grace)
  } else {
    console.log(`No window can be opened (${host.reason}), so Medallion plays its walkthrough by itself.`)
    process.exitCode = await playWalkthrough(api.url, { ada, grace })
  }
} finally {
  await api.stop()
}

function buildDesktop(): void {
  console.log('Building the desktop …')
  const built = spawnSync('npm', ['run', '--silent', 'build'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  if (built.status !== 0) throw new Error(`The desktop could not be built:\n${built.stdout}\n${built.stderr}`)
}

/** Opens a window for each, side by side, and waits until both are closed. */
async function openTwoWindows(electron: string, ada: DemoPerson, grace: DemoPerson): Promise<void> {
  console.log(
    'Two windows open: Ada at the left, Grace at the right. Change a picture in one and watch the other.',
  )
  const open = (name: string, person: DemoPerson, left: number) =>
    spawn(electron, ['.'], {
      stdio: 'ignore',
      env: {
        ...process.env,
        MEDALLION_USER_DATA: join(dataDir, `desktop-${name}`),
        MEDALLION_WINDOW: `${left},80,900,760`,
        MEDALLION_SESSION: JSON.stringify({ server: api.url, token: person.token }),
      },
    })
  const windows = [open('ada', ada, 20), open('grace', grace, 940)]
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => windows.forEach((window) => window.kill()))
  await Promise.all(windows.map((window) => once(window, 'exit')))
}
