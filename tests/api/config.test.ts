import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ConfigError, readConfig } from '../../api/platform/config.ts'

/** What is said of settings that cannot be used, line by line. */
function faultsOf(env: Record<string, string>): string[] {
  try {
    readConfig(env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const [head, ...faults] = error.message.split('\n')
    expect(head).toBe('Medallion cannot start with these settings:')
    return faults.map((fault) => fault.trim())
  }
  throw new Error('The settings were taken.')
}

const BUCKET = { AWS_BUCKET_NAME: 'medallion', AWS_REGION: 'eu-central-1' }

describe('the settings', () => {
  const defaults = {
    port: 4000,
    host: '127.0.0.1',
    dataDir: resolve('.medallion'),
    logLevel: 'info',
    databaseUrl: null,
    redisUrl: null,
    storage: null,
    avatarFolder: 'avatars/',
    attachmentFolder: 'attachments/',
    avatarPublicUrl: null,
    avatarChangesPerHour: 60,
    eventKeepDays: 7,
    serverName: 'Medallion',
    registration: 'open',
    accessLimits: {
      signInsPerHour: 30,
      registrationsPerHour: 60,
      writesPerMinute: 300,
      searchesPerMinute: 120,
    },
    trustProxy: 0,
    metricsToken: null,
  }

  test('have a default each', () => {
    expect(readConfig({})).toEqual(defaults)
  })

  test.each([
    ['127.0.0.1', 'open'],
    ['localhost', 'open'],
    ['::1', 'open'],
    ['0.0.0.0', 'invite'],
    ['::', 'invite'],
    ['127.0.0.1.example.com', 'invite'],
  ])('let in at HOST=%s, unless said otherwise: %s', (HOST, registration) => {
    expect(readConfig({ HOST }).registration).toBe(registration)
    expect(readConfig({ HOST, REGISTRATION: 'closed' }).registration).toBe('closed')
  })

  test('count as not set when they are empty', () => {
    const names = [
      'PORT',
      'HOST',
      'DATA_DIR',
      'LOG_LEVEL',
      'DATABASE_URL',
      'S3_ENDPOINT',
      'S3_AVATAR_FOLDER',
      'S3_ATTACHMENT_FOLDER',
      'AWS_BUCKET_NAME',
      'AWS_REGION',
      'AWS_ACCESS_KEY_ID',
      'AWS_SECRET_ACCESS_KEY',
      'AVATAR_PUBLIC_URL',
      'AVATAR_CHANGES_PER_HOUR',
      'REDIS_URL',
      'EVENT_KEEP_DAYS',
      'SERVER_NAME',
      'REGISTRATION',
      'SIGN_INS_PER_HOUR',
      'REGISTRATIONS_PER_HOUR',
      'WRITES_PER_MINUTE',
      'SEARCHES_PER_MINUTE',
      'TRUST_PROXY',
      'METRICS_TOKEN',
    ]
    expect(readConfig(Object.fromEntries(names.map((name) => [name, ''])))).toEqual(defaults)
  })

  test('are read', () => {
    expect(
      readConfig({
        ...BUCKET,
        PORT: '8080',
        HOST: '0.0.0.0',
        DATA_DIR: '/var/lib/medallion',
        LOG_LEVEL: 'warn',
        DATABASE_URL: 'postgresql://medallion:secret@db:5432/medallion?sslmode=require',
        AWS_ACCESS_KEY_ID: 'key',
        AWS_SECRET_ACCESS_KEY: 'secret',
        S3_ENDPOINT: 'https://s3.example.org',
        S3_AVATAR_FOLDER: 'team/pictures/',
        S3_ATTACHMENT_FOLDER: '/team/images',
        AVATAR_PUBLIC_URL: 'https://cdn.example.org/avatars',
        AVATAR_CHANGES_PER_HOUR: '0',
        REDIS_URL: 'rediss://cache:6380/2',
        EVENT_KEEP_DAYS: '0.5',
        SERVER_NAME: 'The lab',
        REGISTRATION: 'closed',
        SIGN_INS_PER_HOUR: '5',
        REGISTRATIONS_PER_HOUR: '0',
        WRITES_PER_MINUTE: '60',
        SEARCHES_PER_MINUTE: '20',
        TRUST_PROXY: '1',
        METRICS_TOKEN: 'sixteen-characters',
        SOMETHING_ELSE: 'x',
      }),
    ).toEqual({
      port: 8080,
      host: '0.0.0.0',
      dataDir: resolve('/var/lib/medallion'),
      logLevel: 'warn',
      databaseUrl: 'postgresql://medallion:secret@db:5432/medallion?sslmode=require',
      storage: {
        bucket: 'medallion',
        region: 'eu-central-1',
        endpoint: 'https://s3.example.org',
        credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
      },
      avatarFolder: 'team/pictures/',
      attachmentFolder: 'team/images/',
      avatarPublicUrl: 'https://cdn.example.org/avatars',
      avatarChangesPerHour: 0,
      redisUrl: 'rediss://cache:6380/2',
      eventKeepDays: 0.5,
      serverName: 'The lab',
      registration: 'closed',
      accessLimits: {
        signInsPerHour: 5,
        registrationsPerHour: 0,
        writesPerMinute: 60,
        searchesPerMinute: 20,
      },
      trustProxy: 1,
      metricsToken: 'sixteen-characters',
    })
  })

  test.each(['0', '1', '65535'])('take the port %s', (PORT) => {
    expect(readConfig({ PORT }).port).toBe(Number(PORT))
  })

  test('make a relative folder absolute', () => {
    expect(readConfig({ DATA_DIR: 'some/where' }).dataDir).toBe(resolve('some/where'))
  })

  test.each([
    ['avatars', 'avatars/'],
    ['avatars/', 'avatars/'],
    ['/avatars//', 'avatars/'],
    ['team/pictures', 'team/pictures/'],
    ['/', ''],
    ['///', ''],
  ])('turn the folder %s into %j: keys never begin with a slash', (S3_AVATAR_FOLDER, folder) => {
    expect(readConfig({ S3_AVATAR_FOLDER }).avatarFolder).toBe(folder)
  })

  test.each(['https://cdn.example.org', 'https://cdn.example.org/', 'https://cdn.example.org///'])(
    'take %s without the slash at its end',
    (AVATAR_PUBLIC_URL) => {
      expect(readConfig({ AVATAR_PUBLIC_URL }).avatarPublicUrl).toBe('https://cdn.example.org')
    },
  )
})

describe('the bucket', () => {
  test('needs no keys: a role may give them', () => {
    expect(readConfig(BUCKET).storage).toEqual({
      bucket: 'medallion',
      region: 'eu-central-1',
      endpoint: null,
      credentials: null,
    })
  })

  test('is not there without its name, whatever else a machine has set for other programs', () => {
    const others = { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' }
    expect(readConfig(others).storage).toBeNull()
  })

  test.each([
    [{ AWS_BUCKET_NAME: 'medallion' }, 'AWS_REGION is missing: AWS_BUCKET_NAME is set'],
    [{ S3_ENDPOINT: 'http://127.0.0.1:9000' }, 'AWS_BUCKET_NAME is missing: S3_ENDPOINT is set'],
    [{ ...BUCKET, AWS_ACCESS_KEY_ID: 'key' }, 'AWS_SECRET_ACCESS_KEY is missing: AWS_ACCESS_KEY_ID is set'],
    [{ ...BUCKET, AWS_SECRET_ACCESS_KEY: 'x' }, 'AWS_ACCESS_KEY_ID is missing: AWS_SECRET_ACCESS_KEY is set'],
  ])('of %j lacks something', (env, fault) => {
    expect(faultsOf(env)).toEqual([fault])
  })
})

describe('faults', () => {
  test.each([
    ['PORT', 'http'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '80.5'],
    ['LOG_LEVEL', 'loud'],
    ['DATABASE_URL', 'mysql://db/medallion'],
    ['DATABASE_URL', 'db:5432'],
    ['DATABASE_URL', 'not an address'],
    ['S3_ENDPOINT', 'ftp://store'],
    ['AVATAR_CHANGES_PER_HOUR', '-1'],
    ['AVATAR_CHANGES_PER_HOUR', '1.5'],
    ['AVATAR_CHANGES_PER_HOUR', 'many'],
    ['REGISTRATION', 'everyone'],
    ['SIGN_INS_PER_HOUR', '-1'],
    ['REGISTRATIONS_PER_HOUR', '1.5'],
    ['WRITES_PER_MINUTE', 'many'],
    ['TRUST_PROXY', 'yes'],
    ['METRICS_TOKEN', 'short'],
    ['METRICS_TOKEN', 'sixteen characters and spaces'],
    ['METRICS_TOKEN', 'sechzehn-Wörter-und-mehr'],
    ['REDIS_URL', 'cache:6379'],
    ['EVENT_KEEP_DAYS', '0'],
    ['EVENT_KEEP_DAYS', 'a week'],
    ['EVENT_KEEP_DAYS', '366'],
    ['AVATAR_PUBLIC_URL', 'cdn.example.org'],
    ['AVATAR_PUBLIC_URL', 'javascript:alert(1)'],
  ])('%s=%s is one', (name, value) => {
    const faults = faultsOf({ ...BUCKET, [name]: value })
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatch(new RegExp(`^${name} .+`))
  })

  test('are all told at once, of single settings and of those that belong together', () => {
    const faults = faultsOf({
      PORT: 'http',
      LOG_LEVEL: 'loud',
      DATABASE_URL: 'mysql://db',
      AWS_BUCKET_NAME: 'medallion',
      AWS_ACCESS_KEY_ID: 'key',
      AVATAR_PUBLIC_URL: 'cdn',
    })
    const names = [
      'PORT',
      'LOG_LEVEL',
      'DATABASE_URL',
      'AVATAR_PUBLIC_URL',
      'AWS_REGION',
      'AWS_SECRET_ACCESS_KEY',
    ]
    expect(new Set(faults.map((fault) => fault.split(' ')[0]))).toEqual(new Set(names))
    expect(faults).toHaveLength(names.length)
  })

  test('never repeat what was set: it may be a secret', () => {
    const faults = faultsOf({
      DATABASE_URL: 'mysql://medallion:hunter2@db',
      AWS_SECRET_ACCESS_KEY: 'hunter2',
    })
    expect(faults.join()).not.toContain('hunter2')
  })
})
