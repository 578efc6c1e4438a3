import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { Client as PgClient } from 'pg'
import { checkRendition } from '../../api/avatar/avatar.image.ts'
import { AVATAR_TYPE } from '../../api/contract/avatar.ts'
import { sessionEndpoints } from '../../api/contract/session.ts'
import { openStorage } from '../../api/platform/storage.ts'
import { startApi } from '../support/api-process.ts'
import { openBucket } from '../support/bucket.ts'
import { Client } from '../support/client.ts'
import { Listener } from '../support/listener.ts'
import { differentPictures, type Renditions } from '../support/photos.ts'
import { complete, digest, presign, upload } from '../support/upload.ts'
import { measure, type Benchmark, type Measurement } from './measure.ts'

const SAVES = 100

/** From the click on Save to everybody's screen, the part that is the API's: how long it takes until the event is there. */
export const benchmark: Benchmark = {
  title:
    'A picture is completed: from sending the request to the event at another socket (embedded services)',
  async run() {
    const dataDir = await mkdtemp(join(tmpdir(), 'medallion-bench-'))
    const api = await startApi(dataDir, {
      DATABASE_URL: '',
      AWS_BUCKET_NAME: '',
      S3_ENDPOINT: '',
      LOG_LEVEL: 'info',
    })
    try {
      const pictures = await differentPictures(10)
      return [
        ...(await measureSaving(api.url, pictures)),
        ...(await measureParts(dataDir, pictures)),
        { ...(await measureYardstick(dataDir, pictures)), yardstick: true },
      ]
    } finally {
      await api.stop()
      await rm(dataDir, { recursive: true, force: true })
    }
  },
}

async function measureSaving(url: string, pictures: Renditions[]): Promise<Measurement[]> {
  const [ada, grace] = [await register(url, 'ada'), await register(url, 'grace')]
  const listener = await Listener.connect(url, grace.token ?? '')
  const answered: number[] = []
  const heard: number[] = []
  const presigned = await measure(SAVES, (n) => presign(ada, at(pictures, n)))
  for (let n = 0; n < SAVES + 10; n += 1) {
    const { uploadId } = await upload(ada, at(pictures, n))
    listener.forget()
    const start = performance.now()
    const elapsed = (): number => performance.now() - start
    const [answer, event] = await Promise.all([
      complete(ada, uploadId).then(elapsed),
      listener.next('user:avatar:updated').then(elapsed),
    ])
    // The first ten only warm it up.
    if (n < 10) continue
    answered.push(answer)
    heard.push(event)
  }
  await listener.close()
  return [
    { what: 'complete sent → event at another socket', samples: heard },
    { what: 'complete sent → answered', samples: answered },
    { what: 'presign sent → answered', samples: presigned },
  ]
}

/** The two parts of saving that cost computing time, alone. */
async function measureParts(dataDir: string, pictures: Renditions[]): Promise<Measurement[]> {
  const { accessKeyId, secretAccessKey, ...place } = await readStorage(dataDir)
  const storage = openStorage({ ...place, credentials: { accessKeyId, secretAccessKey } })
  const sign = (file: Buffer) =>
    storage.presignPut('key', { bytes: file.length, sha256: digest(file), contentType: AVATAR_TYPE }, 300)
  const signing = await measure(SAVES, (n) => {
    const { full, thumb } = at(pictures, n)
    return Promise.all([sign(full), sign(thumb)])
  })
  const checking = await measure(SAVES, (n) => {
    const { full, thumb } = at(pictures, n)
    return Promise.all([checkRendition(full, 'full'), checkRendition(thumb, 'thumb')])
  })
  storage.close()
  return [
    { what: 'signing a pair of uploads', samples: signing },
    { what: 'checking both renditions', samples: checking },
  ]
}

/** One round trip to the database, and one file written to the store and read again. */
async function measureYardstick(dataDir: string, pictures: Renditions[]): Promise<Measurement> {
  const database = new PgClient({ connectionString: await readDatabaseUrl(dataDir) })
  await database.connect()
  const { client, name: Bucket, close } = openBucket(await readStorage(dataDir))
  const samples = await measure(SAVES, async (n) => {
    const Key = `yardstick-${n}`
    await database.query('select 1')
    await client.send(new PutObjectCommand({ Bucket, Key, Body: at(pictures, n).full }))
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }))
    await Body?.transformToByteArray()
  })
  await database.end()
  close()
  return { what: 'yardstick: SELECT 1, PUT and GET of 256.webp', samples }
}

async function register(url: string, username: string): Promise<Client> {
  const { token } = await new Client(url, null).ok(sessionEndpoints.register, {
    username,
    displayName: username,
    password: 'correct horse battery',
  })
  return new Client(url, token)
}

async function readStorage(dataDir: string) {
  const settings: unknown = JSON.parse(await readFile(join(dataDir, 'object-store/settings.json'), 'utf8'))
  // What the embedded store writes of itself.
  const { accessKeyId, secretAccessKey, port } = settings as Record<string, string>
  return {
    accessKeyId: accessKeyId ?? '',
    secretAccessKey: secretAccessKey ?? '',
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    bucket: 'medallion',
  }
}

async function readDatabaseUrl(dataDir: string): Promise<string> {
  const home = await readFile(join(dataDir, 'postgres-location'), 'utf8').catch(() => dataDir)
  const read = async (name: string): Promise<string> =>
    (await readFile(join(home.trim(), 'postgres', name), 'utf8')).trim()
  return `postgres://medallion:${await read('password')}@127.0.0.1:${await read('port')}/medallion?sslmode=disable`
}

function at(pictures: Renditions[], n: number): Renditions {
  const picture = pictures[n % pictures.length]
  if (picture === undefined) throw new Error('There are no pictures.')
  return picture
}
