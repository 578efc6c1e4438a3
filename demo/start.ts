import { spawn, spawnSync } from 'node:child_process'
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
  const reason = 'electron' in host ? await openTwoWindows(host.electron, ada, grace) : host.reason
  if (reason !== null) {
    console.log(`No window can be opened (${reason}), so Medallion plays its walkthrough by itself.`)
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

/** Opens a window for each, side by side, and waits until both are closed; tells why, where they could not be opened. */
async function openTwoWindows(electron: string, ada: DemoPerson, grace: DemoPerson): Promise<string | null> {
  console.log(
    'Two windows open: Ada at the left, Grace at the right. Change a picture in one and watch the other.',
  )
  const open = (name: string, person: DemoPerson, left: number) =>
    spawn(electron, ['.'], {
      stdio: ['ignore', 'ignore', 'pipe'],
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
  const failures = await Promise.all(windows.map(failureOf))
  return failures.find((failure) => failure !== null) ?? null
}

/** Waits until a window's program ends; its last words, where it ended as a failure. */
async function failureOf(window: ReturnType<typeof spawn>): Promise<string | null> {
  let words = ''
  window.stderr?.on('data', (data: Buffer) => {
    words = `${words}${data.toString()}`.slice(-2_000)
  })
  const code = await new Promise<number | string | null>((resolve) => {
    window.once('exit', resolve)
    window.once('error', (error) => resolve(error.message))
  })
  if (code === 0 || code === null) return null
  return words.trim().split('\n').at(-1) ?? `Electron ended with ${code}`
}
