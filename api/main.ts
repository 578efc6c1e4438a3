import { mkdirSync } from 'node:fs'
import { createApp } from './app.ts'
import { startEmbeddedServices } from './embedded/embedded-services.ts'
import { ConfigError, readConfig, type Config } from './platform/config.ts'
import { migrate, openDatabase } from './platform/db.ts'
import { createLog } from './platform/log.ts'
import { openStorage } from './platform/storage.ts'

/** How long stopping may take before the process ends anyway, in milliseconds. */
const STOP_WITHIN_MS = 15_000

const config = readConfigOrExit()
const log = createLog(config.logLevel)
await run().catch((error: unknown) => {
  log.fatal({ err: error }, 'Medallion could not start')
  process.exitCode = 1
})

async function run(): Promise<void> {
  const embedded = await startEmbedded()
  const databaseUrl = config.databaseUrl ?? embedded.databaseUrl
  const storageSettings = config.storage ?? embedded.storage
  if (databaseUrl === undefined || storageSettings === undefined)
    throw new Error('The embedded services gave no address.')

  const db = openDatabase(databaseUrl, log)
  const storage = openStorage(storageSettings)
  await migrate(db)
  const app = createApp({
    db,
    storage,
    log,
    avatarFolder: config.avatarFolder,
    avatarPublicUrl: config.avatarPublicUrl,
  })
  await app.start()
  app.server.listen(config.port, config.host)
  app.server.once('listening', () => {
    const address = app.server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    log.info({ host: config.host, port, address: `http://${config.host}:${port}` }, 'Medallion listens')
  })
  app.server.once('error', (error) => {
    log.fatal(
      { err: error },
      `port ${config.port} of ${config.host} cannot be used; choose another with PORT`,
    )
    process.exitCode = 1
    void stop('failure')
  })

  let stopping = false
  async function stop(why: string): Promise<void> {
    if (stopping) return
    stopping = true
    log.info({ why }, 'stopping')
    setTimeout(() => {
      log.error('stopping takes too long; ending now')
      process.exit(1)
    }, STOP_WITHIN_MS).unref()
    await app.stop()
    await db.destroy()
    storage.close()
    await embedded.stop()
    log.info('stopped')
  }
  process.once('SIGTERM', () => void stop('SIGTERM'))
  process.once('SIGINT', () => void stop('SIGINT'))
}

async function startEmbedded() {
  const needs = { database: config.databaseUrl === null, objectStore: config.storage === null }
  mkdirSync(config.dataDir, { recursive: true })
  const services = await startEmbeddedServices({
    dataDir: config.dataDir,
    log: (message) => log.info(message),
    needs,
  })
  const { storage } = services
  return {
    databaseUrl: services.databaseUrl,
    storage: storage && {
      bucket: storage.bucket,
      region: storage.region,
      endpoint: storage.endpoint,
      credentials: { accessKeyId: storage.accessKeyId, secretAccessKey: storage.secretAccessKey },
    },
    stop: services.stop,
  }
}

function readConfigOrExit(): Config {
  try {
    return readConfig(process.env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(1)
  }
}
