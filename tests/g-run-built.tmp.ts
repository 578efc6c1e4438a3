import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { mkdtemp } from 'node:fs/promises'
import { startPostgres } from '/work/trees/g/tests/support/postgres-server.ts'
import { startRedis } from '/work/trees/g/tests/support/redis-server.ts'
import { startEmbeddedServices } from '/work/trees/g/api/embedded/embedded-services.ts'
import { apiEnvironment } from '/work/trees/g/tests/support/api-process.ts'
import { Client } from '/work/trees/g/tests/support/client.ts'
import { Listener } from '/work/trees/g/tests/support/listener.ts'
import { sessionEndpoints } from '/work/trees/g/api/contract/session.ts'
import { chatEndpoints } from '/work/trees/g/api/contract/chat.ts'
import { differentPictures } from '/work/trees/g/tests/support/photos.ts'
import { savePicture, fetchPicture } from '/work/trees/g/tests/support/upload.ts'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'

const pg = await startPostgres(); const redis = await startRedis()
const services = await startEmbeddedServices({ dataDir: await mkdtemp('/tmp/g-built-'), log: () => {}, needs: { database: false, objectStore: true } })
const base = apiEnvironment(pg.url, { ...services.storage!, bucket: 'made-by-compose' })
const env = { ...base, REDIS_URL: redis.url, NODE_ENV: 'production', HOST: '127.0.0.1', PATH: process.env.PATH! }
const script = /--eval\n\s+- \|\n((?:        .*\n)+)/.exec(readFileSync('/work/trees/g/compose.yaml', 'utf8'))![1]!.replace(/^ {8}/gm, '')
for (const n of [1, 2]) {
  const made = spawnSync('node', ['--input-type=module', '--eval', script], { cwd: '/tmp/g-image/app', env, timeout: 20000 })
  console.log('bucket one-shot', n, 'exit', made.status, made.error, made.signal, String(made.stderr).split('\n').filter((l) => /Error/.test(l)).join(' '))
}
async function start(port: number) {
  const child = spawn('unshare', ['-m', 'sh', '-c', 'mount -o remount,ro,bind / && exec setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs node --enable-source-maps dist/api/main.js'], { cwd: '/tmp/g-image/app', env: { ...env, PORT: String(port) }, stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface({ input: child.stdout })) { if (!line.includes('"request"')) console.log(line.slice(0, 200)); if (line.includes('Medallion listens')) break }
  child.stdout.resume()
  return child
}
const children = await Promise.all([start(4711), start(4712)])
const [a, b] = ['http://127.0.0.1:4711', 'http://127.0.0.1:4712']
for (const url of [a, b]) for (const path of ['/healthz', '/readyz']) { const r = await fetch(url + path); console.log(url + path, r.status, await r.text()) }
const { token, user } = await new Client(a, null).ok(sessionEndpoints.register, { username: 'ada', displayName: 'Ada', password: 'correct horse battery' })
const { room } = await new Client(b, token).ok(chatEndpoints.createRoom, { name: 'Built', memberIds: [] })
const listener = await Listener.connect(b, token)
const began = performance.now()
await new Client(a, token).ok(chatEndpoints.sendMessage, { id: room.id, clientId: randomUUID(), body: 'Hello' })
await listener.next('message:created')
console.log('sent at one, heard at the other after', (performance.now() - began).toFixed(1), 'ms')
const [picture] = await differentPictures(1)
const saved = await savePicture(new Client(b, token), picture!)
console.log('picture', (await fetchPicture(new Client(a, token), saved.avatarUrl)).status, saved.avatarVersion)
const check = spawnSync('node', ['--eval', 'fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))'], { env: { ...env, PORT: '4711' } })
console.log('healthcheck exit', check.status)
await listener.close()
for (const child of children) { child.kill('SIGTERM'); console.log('stopped', await once(child, 'exit')) }
await redis.stop(); await services.stop(); await pg.remove()
