import { resolve } from 'node:path'
import { z } from 'zod'
import type { Registration } from '../contract/session.ts'

const empty = (value: unknown) => (value === '' ? undefined : value)
const optional = <Schema extends z.ZodType>(schema: Schema) => z.preprocess(empty, schema.optional())

/** `avatars` and `/avatars/` alike become `avatars/`, and `/` the bucket's own top: keys never begin with a slash. */
const folder = (value: string) => value.replace(/^\/+|\/+$/g, '').replace(/(?<=.)$/, '/')

const portRange = 'must be a whole number from 0 to 65535'
const port = z.coerce.number(portRange).int(portRange).min(0, portRange).max(65_535, portRange)

const countRange = 'must be a whole number from 0 (no limit) to 100000'
const proxyRange = 'must be the number of proxies before the API, from 0 to 10'
const count = z.coerce.number(countRange).int(countRange).min(0, countRange).max(100_000, countRange)
/** Names and addresses that only this machine can reach. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/

const dayRange = 'must be a number of days, more than 0 and at most 365'

/** What a header can carry, and nobody guesses. */
const tokenForm = 'must have 16 to 1024 letters, digits and signs of ASCII, without spaces'

const environment = z
  .object({
    PORT: z.preprocess(empty, port.default(4000)),
    HOST: z.preprocess(empty, z.string().default('127.0.0.1')),
    DATA_DIR: z.preprocess(empty, z.string().default('.medallion')),
    LOG_LEVEL: z.preprocess(
      empty,
      z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    ),
    DATABASE_URL: optional(z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// address' })),
    REDIS_URL: optional(z.url({ protocol: /^rediss?$/, error: 'must be a redis:// or rediss:// address' })),
    AWS_BUCKET_NAME: optional(z.string()),
    AWS_REGION: optional(z.string()),
    AWS_ACCESS_KEY_ID: optional(z.string()),
    AWS_SECRET_ACCESS_KEY: optional(z.string()),
    S3_ENDPOINT: optional(z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' })),
    S3_AVATAR_FOLDER: z.preprocess(empty, z.string().default('avatars/').transform(folder)),
    S3_ATTACHMENT_FOLDER: z.preprocess(empty, z.string().default('attachments/').transform(folder)),
    AVATAR_PUBLIC_URL: optional(
      z
        .url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' })
        .transform((url) => url.replace(/\/+$/, '')),
    ),
    AVATAR_CHANGES_PER_HOUR: z.preprocess(empty, count.default(60)),
    SERVER_NAME: z.preprocess(
      empty,
      z.string().max(64, 'must have at most 64 characters').default('Medallion'),
    ),
    REGISTRATION: optional(z.enum(['open', 'invite', 'closed'], 'must be open, invite or closed')),
    SIGN_INS_PER_HOUR: z.preprocess(empty, count.default(30)),
    REGISTRATIONS_PER_HOUR: z.preprocess(empty, count.default(60)),
    WRITES_PER_MINUTE: z.preprocess(empty, count.default(300)),
    SEARCHES_PER_MINUTE: z.preprocess(empty, count.default(120)),
    TRUST_PROXY: z.preprocess(
      empty,
      z.coerce.number(proxyRange).int(proxyRange).min(0, proxyRange).max(10, proxyRange).default(0),
    ),
    METRICS_TOKEN: optional(z.string().regex(/^[\x21-\x7e]{16,1024}$/, tokenForm)),
    EVENT_KEEP_DAYS: z.preprocess(
      empty,
      z.coerce.number(dayRange).gt(0, dayRange).max(365, dayRange).default(7),
    ),
  })
  .superRefine(
    (env, context) => {
      const missing = (name: string, why: string) =>
        context.addIssue({ code: 'custom', path: [name], message: `is missing: ${why}` })
      if (env.AWS_BUCKET_NAME !== undefined && env.AWS_REGION === undefined)
        missing('AWS_REGION', 'AWS_BUCKET_NAME is set')
      if (env.S3_ENDPOINT !== undefined && env.AWS_BUCKET_NAME === undefined)
        missing('AWS_BUCKET_NAME', 'S3_ENDPOINT is set')
      if (env.AWS_ACCESS_KEY_ID !== undefined && env.AWS_SECRET_ACCESS_KEY === undefined)
        missing('AWS_SECRET_ACCESS_KEY', 'AWS_ACCESS_KEY_ID is set')
      if (env.AWS_SECRET_ACCESS_KEY !== undefined && env.AWS_ACCESS_KEY_ID === undefined)
        missing('AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY is set')
    },
    // Also when another setting is at fault: all are named at once.
    { when: () => true },
  )

/** How to reach the bucket. Without `credentials` the AWS SDK looks for them where it always does (role, profile). */
export interface StorageSettings {
  bucket: string
  region: string
  /** Null for Amazon's own S3. */
  endpoint: string | null
  credentials: { accessKeyId: string; secretAccessKey: string } | null
}

/** Everything that can be set from outside. Null where the embedded service stands in. */
export interface Config {
  port: number
  host: string
  dataDir: string
  logLevel: string
  databaseUrl: string | null
  /** What connects several API processes; null for PostgreSQL's own notifications. */
  redisUrl: string | null
  storage: StorageSettings | null
  /** The bucket's folder for pictures, ending with a slash; empty for the bucket itself. */
  avatarFolder: string
  /** The same for images that messages carry. */
  attachmentFolder: string
  /** Where pictures are served publicly, without a slash at the end; null when they go through the API. */
  avatarPublicUrl: string | null
  /** How many pictures a person may set within an hour; 0 is no limit. */
  avatarChangesPerHour: number
  /** How long events are kept for clients that come back, in days. */
  eventKeepDays: number
  /** What the workspace is called before anybody has signed in. */
  serverName: string
  /** Who may make an account. */
  registration: Registration
  /** How often things may be tried; 0 is no limit. */
  accessLimits: {
    signInsPerHour: number
    registrationsPerHour: number
    writesPerMinute: number
    searchesPerMinute: number
  }
  /** How many proxies stand before the API and add to X-Forwarded-For; 0 believes no such header. */
  trustProxy: number
  /** What whoever reads the metrics must show; null serves none. */
  metricsToken: string | null
}

/** Settings that cannot be used; the message has a line for each fault. */
export class ConfigError extends Error {}

/** Reads the settings from the environment; throws a ConfigError that names every fault at once. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const parsed = environment.safeParse(env)
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `  ${issue.path.join('.')} ${issue.message}`)
    throw new ConfigError(`Medallion cannot start with these settings:\n${faults.join('\n')}`)
  }
  const settings = parsed.data
  return {
    port: settings.PORT,
    host: settings.HOST,
    dataDir: resolve(settings.DATA_DIR),
    logLevel: settings.LOG_LEVEL,
    databaseUrl: settings.DATABASE_URL ?? null,
    redisUrl: settings.REDIS_URL ?? null,
    storage: storageSettings(settings),
    avatarFolder: settings.S3_AVATAR_FOLDER,
    attachmentFolder: settings.S3_ATTACHMENT_FOLDER,
    avatarPublicUrl: settings.AVATAR_PUBLIC_URL ?? null,
    avatarChangesPerHour: settings.AVATAR_CHANGES_PER_HOUR,
    eventKeepDays: settings.EVENT_KEEP_DAYS,
    serverName: settings.SERVER_NAME,
    // Whom a stranger can reach, a stranger cannot simply join.
    registration: settings.REGISTRATION ?? (LOOPBACK.test(settings.HOST) ? 'open' : 'invite'),
    accessLimits: {
      signInsPerHour: settings.SIGN_INS_PER_HOUR,
      registrationsPerHour: settings.REGISTRATIONS_PER_HOUR,
      writesPerMinute: settings.WRITES_PER_MINUTE,
      searchesPerMinute: settings.SEARCHES_PER_MINUTE,
    },
    trustProxy: settings.TRUST_PROXY,
    metricsToken: settings.METRICS_TOKEN ?? null,
  }
}

// The bucket's name alone decides: a region or keys may be set on a machine for other programs.
function storageSettings(env: z.output<typeof environment>): StorageSettings | null {
  if (env.AWS_BUCKET_NAME === undefined || env.AWS_REGION === undefined) return null
  const keys = { accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY }
  return {
    bucket: env.AWS_BUCKET_NAME,
    region: env.AWS_REGION,
    endpoint: env.S3_ENDPOINT ?? null,
    credentials:
      keys.accessKeyId !== undefined && keys.secretAccessKey !== undefined
        ? { accessKeyId: keys.accessKeyId, secretAccessKey: keys.secretAccessKey }
        : null,
  }
}
