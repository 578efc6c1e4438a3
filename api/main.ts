import { once } from 'node:events'
import { createApp } from './app.ts'
import { openServices } from './open-services.ts'
import { ConfigError, readConfig, type Config } from './platform/config.ts'
import { migrate, openDatabase } from './platform/db.ts'
import { createLog } from './platform/log.ts'
import { postgresWire } from './platform/postgres-wire.ts'
import { redisWire } from './platform/redis-wire.ts'
import { openStorage } from './platform/storage.ts'

/** How long stopping may take before the process ends anyway, in milliseconds. */
const STOP_WITHIN_MS = 15_000

const config = readConfigOrExit()
const log = createLog(config.logLevel)

/** How to close what is open by now, in the order of opening. */
const opened: Array<() => Promise<void> | void> = []
let stopping = false

process.once('SIGTERM', () => void stop('SIGTERM'))
process.once('SIGINT', () => void stop('SIGINT'))
const started = start()
started.catch((error: unknown) => {
  log.fatal({ err: error }, `Medallion could not start: ${explain(error)}`)
  process.exitCode = 1
  void stop('failure')
})

async function start(): Promise<void> {
  const { databaseUrl, storage: storageSettings, stop: stopServices } = await openServices(config, log)
  opened.push(stopServices)

  const storage = openStorage(storageSettings)
  opened.push(storage.close)
  await migrate(databaseUrl, log)
  const db = openDatabase(databaseUrl, log)
  opened.push(() => db.destroy())
  const app = createApp({
    db,
    storage,
    log,
    avatarFolder: config.avatarFolder,
    attachmentFolder: config.attachmentFolder,
    avatarPublicUrl: config.avatarPublicUrl,
    avatarChangesPerHour: config.avatarChangesPerHour,
    openWire: config.redisUrl === null ? postgresWire(databaseUrl) : redisWire(config.redisUrl),
    eventKeepDays: config.eventKeepDays,
    serverName: config.serverName,
    registration: config.registration,
    accessLimits: config.accessLimits,
    trustProxy: config.trustProxy,
    metricsToken: config.metricsToken,
  })
  opened.push(app.stop)
  await app.start()
  app.server.listen(config.port, config.host)
  await once(app.server, 'listening')
  app.server.on('error', (error) => log.error({ err: error }, 'a connection could not be accepted'))
  const address = app.server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  log.info({ host: config.host, port, address: `http://${config.host}:${port}` }, 'Medallion listens')
}

/** Closes everything in the reverse order, also when starting is still under way or has failed; the process ends by itself then. */
async function stop(why: string): Promise<void> {
  if (stopping) return
  stopping = true
  log.info({ why }, 'stopping')
  setTimeout(() => {
    log.error('stopping takes too long; ending now')
    process.exit(1)
  }, STOP_WITHIN_MS).unref()
  await started.catch(() => {})
  for (const close of opened.toReversed())
    await Promise.resolve(close()).catch((error: unknown) =>
      log.warn({ err: error }, 'a part could not be closed in order'),
    )
  log.info('stopped')
}

function explain(error: unknown): string {
  const { port, host } = config
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (error instanceof Error && 'syscall' in error && error.syscall === 'listen')
    return `port ${port} of ${host} cannot be used (${String(code)}). Choose another with PORT or HOST, or stop what has it.`
  return error instanceof Error ? error.message : String(error)
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
