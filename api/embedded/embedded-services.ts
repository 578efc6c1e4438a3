import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { errorCode, readTextFile, writePrivateFile } from './files.ts'
import { startEmbeddedObjectStore, type EmbeddedObjectStore } from './object-store/object-store.ts'
import { startEmbeddedPostgres } from './postgres.ts'

/** Which services to start: those that nothing else was configured for. */
export type EmbeddedServicesOptions = {
  dataDir: string
  log: (message: string) => void
  needs: { database: boolean; objectStore: boolean }
}

/** How to reach the embedded object store, in the words of the AWS SDK; path-style. */
export type EmbeddedStorage = {
  endpoint: string
  accessKeyId: string
  secretAccessKey: string
  region: string
  bucket: string
}

/** The services that run, and a way to stop them all, waiting until everything is written. */
export type EmbeddedServices = { databaseUrl?: string; storage?: EmbeddedStorage; stop(): Promise<void> }

const REGION = 'us-east-1'

const BUCKET = 'medallion'

/**
 * Starts what is needed of the embedded database and object store, both on 127.0.0.1 alone with their data under `dataDir` (created
 * if need be). Passwords and keys are random, and kept there in files that only their owner may read. Ports stay the same from start to start
 * where they are free. Throws what `startEmbeddedPostgres` throws; nothing is left running then.
 */
export async function startEmbeddedServices(options: EmbeddedServicesOptions): Promise<EmbeddedServices> {
  const { dataDir, log, needs } = options
  const database = needs.database ? await startEmbeddedPostgres({ dataDir, log }) : null
  try {
    const objectStore = needs.objectStore ? await startObjectStore(dataDir, log) : null
    return {
      ...(database === null ? {} : { databaseUrl: database.url }),
      ...(objectStore === null ? {} : { storage: objectStore.storage }),
      stop: async () => {
        await objectStore?.stop()
        await database?.stop()
      },
    }
  } catch (error) {
    await database?.stop()
    throw error
  }
}

const settings = z.object({
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  port: z.number().optional(),
})

async function startObjectStore(dataDir: string, log: (message: string) => void) {
  const dir = join(dataDir, 'object-store')
  await mkdir(dir, { recursive: true })
  const file = join(dir, 'settings.json')
  const { accessKeyId, secretAccessKey, port } = await readSettings(file)
  const credentials = { accessKeyId, secretAccessKey, region: REGION, bucket: BUCKET }
  const server = await listen(port, (port) => startEmbeddedObjectStore({ ...credentials, dir, port, log }))
  const used = Number(new URL(server.endpoint).port)
  if (used !== port) {
    await writePrivateFile(file, JSON.stringify({ accessKeyId, secretAccessKey, port: used }, null, 2))
  }
  return { storage: { ...credentials, endpoint: server.endpoint }, stop: () => server.stop() }
}

async function readSettings(file: string): Promise<z.infer<typeof settings>> {
  const content = await readTextFile(file)
  if (content !== null) return settings.parse(JSON.parse(content))
  return {
    accessKeyId: `MEDALLION${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64url'),
  }
}

/** Listens on the port of last time; where another program has it now, on one that the system picks. */
async function listen(
  kept: number | undefined,
  start: (port: number) => Promise<EmbeddedObjectStore>,
): Promise<EmbeddedObjectStore> {
  try {
    return await start(kept ?? 0)
  } catch (error) {
    if (errorCode(error) !== 'EADDRINUSE') throw error
    return await start(0)
  }
}
