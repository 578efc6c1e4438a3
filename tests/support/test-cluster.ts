import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import knex from 'knex'
import { Client } from 'pg'
import { inject } from 'vitest'
import type { TestProject } from 'vitest/node'
import {
  startEmbeddedServices,
  type EmbeddedServices,
  type EmbeddedStorage,
} from '../../api/embedded/embedded-services.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The database server that all tests share: a connection string with the right to create databases. */
    databaseServerUrl: string
    /** A migrated, empty database on it, which every test database is a copy of. */
    templateDatabase: string
    /** The object store that all tests share. */
    storage: EmbeddedStorage
  }
}

/** A database of one test suite's own. `drop` removes it, whoever is still connected. */
export type TestDatabase = { url: string; drop(): Promise<void> }

const MIGRATIONS = fileURLToPath(new URL('../../migrations', import.meta.url))

let services: EmbeddedServices | null = null
let dataDir: string | null = null
let dropTemplate: (() => Promise<void>) | null = null

/**
 * Vitest's globalSetup: one database server and one object store for the whole run, in a temporary folder. `DATABASE_URL`
 * and `S3_ENDPOINT` (with `AWS_*`), where set, name servers to use instead.
 */
export async function setup(project: TestProject): Promise<void> {
  const { DATABASE_URL, S3_ENDPOINT } = process.env
  dataDir = await mkdtemp(join(tmpdir(), 'medallion-tests-'))
  try {
    services = await startEmbeddedServices({
      dataDir,
      log: () => {},
      needs: { database: DATABASE_URL === undefined, objectStore: S3_ENDPOINT === undefined },
    })
    const serverUrl = services.databaseUrl ?? required('DATABASE_URL')
    const template = `medallion_template_${randomUUID().slice(0, 8)}`
    dropTemplate = await createMigrated(serverUrl, template)
    project.provide('databaseServerUrl', serverUrl)
    project.provide('templateDatabase', template)
    project.provide('storage', services.storage ?? configuredStorage())
  } catch (error) {
    await teardown()
    throw error
  }
}

/** Vitest's counterpart of `setup`: stops what was started and removes its files. */
export async function teardown(): Promise<void> {
  await dropTemplate?.()
  await services?.stop()
  if (dataDir !== null) await rm(dataDir, { recursive: true, force: true })
}

/** Creates a database with every migration applied and nothing in it, in some 50 ms. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = inject('databaseServerUrl')
  const name = `medallion_test_${randomUUID().replaceAll('-', '')}`
  await execute(serverUrl, `create database ${name} template ${inject('templateDatabase')}`)
  return {
    url: withDatabase(serverUrl, name),
    drop: () => execute(serverUrl, `drop database if exists ${name} with (force)`),
  }
}

/** The object store that all tests share. Suites keep apart by the keys that they use. */
export function testStorage(): EmbeddedStorage {
  return inject('storage')
}

async function createMigrated(serverUrl: string, name: string): Promise<() => Promise<void>> {
  await execute(serverUrl, `create database ${name}`)
  const db = knex({ client: 'pg', connection: withDatabase(serverUrl, name), pool: { min: 0, max: 1 } })
  try {
    const files = await readdir(MIGRATIONS)
    if (files.some((file) => file.endsWith('.js'))) {
      await db.migrate.latest({ directory: MIGRATIONS, loadExtensions: ['.js'] })
    }
  } finally {
    await db.destroy()
  }
  return () => execute(serverUrl, `drop database if exists ${name} with (force)`)
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

function withDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}

function configuredStorage(): EmbeddedStorage {
  return {
    endpoint: required('S3_ENDPOINT'),
    accessKeyId: required('AWS_ACCESS_KEY_ID'),
    secretAccessKey: required('AWS_SECRET_ACCESS_KEY'),
    region: required('AWS_REGION'),
    bucket: required('AWS_BUCKET_NAME'),
  }
}

function required(name: string): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`Set ${name} too: S3_ENDPOINT names a store that needs it.`)
  return value
}
