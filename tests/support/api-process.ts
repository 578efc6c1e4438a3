import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { EmbeddedStorage } from '../../api/embedded/embedded-services.ts'

/** The environment of an API process on a database and a store that run already. */
export const apiEnvironment = (
  databaseUrl: string,
  storage: EmbeddedStorage,
  folder = 'avatars/',
): Record<string, string> => ({
  DATABASE_URL: databaseUrl,
  S3_ENDPOINT: storage.endpoint,
  AWS_BUCKET_NAME: storage.bucket,
  AWS_REGION: storage.region,
  AWS_ACCESS_KEY_ID: storage.accessKeyId,
  AWS_SECRET_ACCESS_KEY: storage.secretAccessKey,
  S3_AVATAR_FOLDER: folder,
})

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** The API as a process of its own, as whoever hosts it runs it. */
export interface ApiProcess {
  readonly url: string
  readonly process: ChildProcess
  /** Ends it in order and tells its exit code. */
  stop(): Promise<number | null>
  /** Ends it as a power cut would. */
  kill(): Promise<void>
}

/** Starts `api/main.ts` over `dataDir` on a free port (or `PORT` in `env`) and waits until it listens; throws with its log when it does not. */
export async function startApi(dataDir: string, env: Record<string, string> = {}): Promise<ApiProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'api/main.ts'], {
    cwd: ROOT,
    env: {
      ...process.env,
      LOG_LEVEL: 'info',
      PORT: '0',
      DATA_DIR: dataDir,
      // Tests save more often than people do.
      AVATAR_CHANGES_PER_HOUR: '0',
      SIGN_INS_PER_HOUR: '0',
      REGISTRATIONS_PER_HOUR: '0',
      WRITES_PER_MINUTE: '0',
      SEARCHES_PER_MINUTE: '0',
      ...env,
    },
    // The channel is for what a test preloads.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const url = await listening(child)
  const exited = once(child, 'exit')
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal)
      await exited
    }
    return child.exitCode
  }
  return {
    url,
    process: child,
    stop: () => end('SIGTERM'),
    async kill() {
      await end('SIGKILL')
    },
  }
}

function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    const { stdout, stderr } = child
    if (stdout === null || stderr === null) throw new Error('The API was started without its output.')
    stderr.on('data', (data: Buffer) => {
      said += data.toString()
    })
    createInterface({ input: stdout }).on('line', (line) => {
      said += `${line}\n`
      const address = /"address":"([^"]+)"/.exec(line)?.[1]
      if (line.includes('Medallion listens') && address !== undefined) resolve(address)
    })
    child.once('exit', (code) => reject(new Error(`The API ended with ${code} before it listened:\n${said}`)))
  })
}
