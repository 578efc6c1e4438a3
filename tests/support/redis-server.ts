import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { findFreePort } from '../../api/embedded/free-port.ts'

/** A Redis of one test suite's own, which it may kill. */
export interface RedisServer {
  readonly url: string
  /** Ends it at once (SIGKILL). */
  kill(): Promise<void>
  /** Starts it again on its port, empty. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** Whether Redis is installed here: `redis-server` is on the PATH. */
export const hasRedis = (): boolean => spawnSync('redis-server', ['--version']).status === 0

/** Starts `redis-server` on a free port of 127.0.0.1; it keeps nothing on the disk. */
export async function startRedis(): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'medallion-redis-'))
  const port = await findFreePort()
  let running = await launch(folder, port)

  async function kill(): Promise<void> {
    if (running.exitCode !== null || running.signalCode !== null) return
    const exited = once(running, 'exit')
    running.kill('SIGKILL')
    await exited
  }

  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    async restart() {
      await kill()
      running = await launch(folder, port)
    },
    async stop() {
      await kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function launch(folder: string, port: number): Promise<ChildProcess> {
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const child = spawn('redis-server', [...settings, '--dir', folder], { stdio: ['ignore', 'pipe', 'ignore'] })
  let said = ''
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`Redis ended with ${code} before it was ready:\n${said}`)))
    // Goes on reading afterwards, so that Redis never waits for its output to be taken.
    createInterface({ input: child.stdout }).on('line', (line) => {
      said += `${line}\n`
      if (line.includes('Ready to accept connections')) resolve()
    })
  })
  return child
}
