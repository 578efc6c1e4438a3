import { mkdirSync } from 'node:fs'
import type { Config, StorageSettings } from './platform/config.ts'
import type { Log } from './platform/log.ts'
import { startEmbeddedServices } from './embedded/embedded-services.ts'

/** The database and the bucket, configured or embedded; `stop` ends what is embedded. */
export interface Services {
  databaseUrl: string
  storage: StorageSettings
  stop: () => Promise<void>
}

/** Finds the database and the bucket, and starts what is not configured. Throws what `startEmbeddedServices` throws. */
export async function openServices(config: Config, log: Log): Promise<Services> {
  const needs = { database: config.databaseUrl === null, objectStore: config.storage === null }
  // A configured server may run where nothing can be written.
  if (needs.database || needs.objectStore) mkdirSync(config.dataDir, { recursive: true })
  const embedded = await startEmbeddedServices({
    dataDir: config.dataDir,
    log: (message) => log.info(message),
    needs,
  })
  const { databaseUrl = config.databaseUrl, storage } = embedded
  const settings = config.storage ?? (storage === undefined ? null : withCredentials(storage))
  if (databaseUrl === null || settings === null) throw new Error('The embedded services gave no address.')
  return { databaseUrl, storage: settings, stop: embedded.stop }
}

function withCredentials(
  storage: Omit<StorageSettings, 'credentials'> & Record<'accessKeyId' | 'secretAccessKey', string>,
) {
  const { accessKeyId, secretAccessKey, ...place } = storage
  return { ...place, credentials: { accessKeyId, secretAccessKey } }
}
