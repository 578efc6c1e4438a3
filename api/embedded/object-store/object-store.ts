import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { ObjectFiles } from './object-files.ts'
import { performOperation, type S3Answer, type S3Store } from './operations.ts'
import { discardBody } from './request-body.ts'
import { toS3Error } from './s3-error.ts'
import { parseS3Request, type S3Request } from './s3-request.ts'
import { errorXml } from './s3-xml.ts'
import { authenticate, type StoreCredentials } from './signature.ts'

/** Well beyond what an image in a message weighs. */
const DEFAULT_MAX_OBJECT_BYTES = 64 * 1024 * 1024

/** How much of a refused body is read, so that its sender gets the answer rather than a broken connection. */
const MAX_DISCARDED_BYTES = 16 * 1024 * 1024

/** Long enough for the largest image on a slow link. */
const REQUEST_TIMEOUT_MS = 300_000

const KEEP_ALIVE_MS = 60_000

/** How long requests under way may take to end when the store stops. */
const DRAIN_MS = 5_000

/**
 * `dir` holds the objects; `bucket` is created if need be. `port` 0 (the default) lets the system pick one. `log` hears of failures of
 * the store itself, never of refusals. `maxObjectBytes` defaults to 64 MiB. `now` is the clock, for tests.
 */
export type EmbeddedObjectStoreOptions = StoreCredentials & {
  dir: string
  bucket: string
  host?: string
  port?: number
  maxObjectBytes?: number
  log: (message: string) => void
  now?: () => Date
}

/** A running store: its address (`http://host:port`, path-style), and a way to stop it that lets requests under way end. */
export type EmbeddedObjectStore = { endpoint: string; stop(): Promise<void> }

/**
 * Starts a small, strict S3 endpoint over a folder: the operations that Medallion uses, every one signed, presigned uploads bound to their length,
 * type and digest as S3 binds them. Throws EADDRINUSE if the port is taken.
 */
export async function startEmbeddedObjectStore(
  options: EmbeddedObjectStoreOptions,
): Promise<EmbeddedObjectStore> {
  const { dir, bucket, region, host = '127.0.0.1', port = 0, now = () => new Date(), log } = options
  const files = await ObjectFiles.open(dir)
  await files.createBucket(bucket)
  const store: S3Store = {
    files,
    region,
    now,
    maxObjectBytes: options.maxObjectBytes ?? DEFAULT_MAX_OBJECT_BYTES,
  }

  const server = createServer((message, response) => {
    respond(message, response, store, options).catch((error: unknown) => {
      log(`The object store could not answer a request: ${String(error)}`)
      response.destroy()
    })
  })
  server.requestTimeout = REQUEST_TIMEOUT_MS
  server.keepAliveTimeout = KEEP_ALIVE_MS
  server.listen(port, host)
  await once(server, 'listening')
  return { endpoint: endpointOf(server, host), stop: () => stop(server) }
}

async function respond(
  message: IncomingMessage,
  response: ServerResponse,
  store: S3Store,
  options: EmbeddedObjectStoreOptions,
): Promise<void> {
  const requestId = randomUUID()
  response.setHeader('x-amz-request-id', requestId)
  let request: S3Request | null = null
  try {
    request = parseS3Request(message)
    const payloadHash = await authenticate(request, options, store.now())
    const answer = await performOperation(request, payloadHash, store)
    send(response, answer)
  } catch (error) {
    const refusal = toS3Error(error)
    if (refusal.status >= 500 && refusal.code !== 'NotImplemented')
      options.log(describeFailure(message, error))
    if (request !== null) await discardBody(request, MAX_DISCARDED_BYTES)
    const path = (message.url ?? '').split('?')[0] ?? ''
    send(response, { status: refusal.status, body: errorXml(refusal, path, requestId) })
  }
}

function send(response: ServerResponse, { status, headers = {}, body = '' }: S3Answer): void {
  const isXml = typeof body === 'string' && body !== ''
  response.writeHead(status, {
    // S3's answers to HEAD and DELETE have no body, whose length a 204 must not name either.
    ...(status === 204 ? {} : { 'content-length': Buffer.byteLength(body) }),
    ...(isXml ? { 'content-type': 'application/xml' } : {}),
    ...headers,
  })
  response.end(body)
}

/** Without the query, which may hold a signature. */
function describeFailure(message: IncomingMessage, error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  return `The object store failed at ${message.method} ${(message.url ?? '').split('?')[0]}: ${String(cause)}`
}

function endpointOf(server: Server, host: string): string {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The object store has no TCP address.')
  return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`
}

async function stop(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  server.closeIdleConnections()
  const deadline = setTimeout(() => server.closeAllConnections(), DRAIN_MS)
  await closed
  clearTimeout(deadline)
}
