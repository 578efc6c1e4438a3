import type { AddressInfo } from 'node:net'
import { randomUUID } from 'node:crypto'
import { createApp, type App } from '../../api/app.ts'
import type { StorageSettings } from '../../api/platform/config.ts'
import { openDatabase, type Db } from '../../api/platform/db.ts'
import type { OpenWire } from '../../api/platform/bus.ts'
import { createLog } from '../../api/platform/log.ts'
import { postgresWire } from '../../api/platform/postgres-wire.ts'
import { openStorage, type Storage } from '../../api/platform/storage.ts'
import type { AccessLimitSettings } from '../../api/session/access-limits.ts'
import { sessionEndpoints, type Registration, type User } from '../../api/contract/session.ts'
import { createTestDatabase, testStorage, type TestDatabase } from './test-cluster.ts'
import { Client } from './client.ts'
import type { Listener } from './listener.ts'

/** Somebody signed in at a test app. */
export interface Person {
  user: User
  username: string
  password: string
  token: string
  client: Client
}

/** The real app on a port of its own, with its own database and its own folder in the bucket. */
export interface TestApp {
  url: string
  app: App
  db: Db
  databaseUrl: string
  storage: Storage
  storageSettings: StorageSettings
  /** The bucket's folder for this app's pictures; what messages carry is below it, in `attachments/`. */
  folder: string
  anonymous: Client
  /** Registers somebody new. */
  person(displayName?: string): Promise<Person>
  /** Waits until these have heard every event of what was committed before: the log has one order, and a last event ends it. */
  everythingTold(...listeners: Listener[]): Promise<void>
  /** Starts the app again over the same database and bucket, as after a restart. */
  restart(): Promise<void>
  stop(): Promise<void>
}

interface Options {
  /** The database and the bucket's folder of several apps that stand beside one another; the caller drops it. */
  shared?: { database: TestDatabase; folder: string }
  /** Puts another store in the bucket's place, wholly or in part. */
  storage?: Partial<Storage>
  publicUrl?: string
  /** How many pictures somebody may set within an hour; any number unless said. */
  changesPerHour?: number
  /** Who may make an account; anyone unless said. */
  registration?: Registration
  /** Limits on signing in, registering, writing and searching; none unless said. */
  accessLimits?: Partial<AccessLimitSettings>
  /** How many proxies stand before it; none unless said. */
  trustProxy?: number
  metricsToken?: string
  /** What connects it with others; PostgreSQL unless said. */
  openWire?: OpenWire
  /** The hub's heartbeat, in milliseconds; the API's own unless said. */
  heartbeatMs?: number
  /** Turns the database's address into the one that the app uses, as with a gate between them. */
  databaseThrough?: (url: string) => Promise<string>
}

/** Starts a test app; stop it when done. */
export async function startTestApp(options: Options = {}): Promise<TestApp> {
  const database = options.shared?.database ?? (await createTestDatabase())
  const { accessKeyId, secretAccessKey, ...place } = testStorage()
  const storageSettings = { ...place, credentials: { accessKeyId, secretAccessKey } }
  const folder = options.shared?.folder ?? `test-${randomUUID()}/`
  const log = createLog(process.env.LOG_LEVEL ?? 'silent')
  const db = openDatabase((await options.databaseThrough?.(database.url)) ?? database.url, log)
  const storage = { ...openStorage(storageSettings), ...options.storage }

  const start = async (): Promise<{ app: App; url: string }> => {
    const app = createApp({
      db,
      storage,
      log,
      avatarFolder: folder,
      attachmentFolder: `${folder}attachments/`,
      avatarPublicUrl: options.publicUrl ?? null,
      avatarChangesPerHour: options.changesPerHour ?? 0,
      openWire: options.openWire ?? postgresWire(database.url),
      eventKeepDays: 7,
      serverName: 'Test workspace',
      registration: options.registration ?? 'open',
      // Tests sign in and write more often than people do.
      accessLimits: {
        signInsPerHour: 0,
        registrationsPerHour: 0,
        writesPerMinute: 0,
        searchesPerMinute: 0,
        ...options.accessLimits,
      },
      trustProxy: options.trustProxy ?? 0,
      metricsToken: options.metricsToken ?? null,
      ...(options.heartbeatMs === undefined ? {} : { heartbeatMs: options.heartbeatMs }),
    })
    await app.start()
    await new Promise<void>((resolve) => {
      app.server.listen(0, '127.0.0.1', resolve)
    })
    return { app, url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}` }
  }

  async function person(displayName = 'Somebody'): Promise<Person> {
    const username = `u-${randomUUID().slice(0, 8)}`
    const password = 'correct horse battery'
    const { token, user } = await new Client(running.url, null).ok(sessionEndpoints.register, {
      username,
      displayName,
      password,
    })
    return { user, username, password, token, client: new Client(running.url, token) }
  }

  let running = await start()
  return {
    get url() {
      return running.url
    },
    get app() {
      return running.app
    },
    get anonymous() {
      return new Client(running.url, null)
    },
    db,
    databaseUrl: database.url,
    storage,
    storageSettings,
    folder,
    person,
    async everythingTold(...listeners) {
      const { user } = await person('The last event')
      await Promise.all(
        listeners.map((listener) => listener.next('user:updated', ({ data }) => data.user.id === user.id)),
      )
    },
    async restart() {
      await running.app.stop()
      running = await start()
    },
    async stop() {
      await running.app.stop()
      await db.destroy()
      storage.close()
      if (options.shared === undefined) await database.drop()
    },
  }
}
