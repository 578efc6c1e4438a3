import { randomUUID } from 'node:crypto'
import { bodyParser } from '@koa/bodyparser'
import Koa, { type Context, type Next } from 'koa'
import type { ErrorCode } from '../contract/errors.ts'
import { AppError, ERRORS, toAppError } from './errors.ts'
import type { Log } from './log.ts'
import type { Answered } from './metrics.ts'
import { PROBLEM_TYPE, toProblem } from './problem.ts'

/** The greatest JSON body, in bytes: a message of 8,000 characters fits in any script, escaped or not. */
const MAX_BODY_BYTES = 64 * 1024

/** What every request passes on its way. */
interface HttpOptions {
  log: Log
  /** How many proxies stand before the API; 0 believes no X-Forwarded-For. */
  trustProxy: number
  /** Hears of each request that was answered. */
  onAnswered(answered: Answered): void
}

/** Creates the Koa application with what every request passes: id, log line, problem+json, limits; routes come after. */
export function createHttp({ log, trustProxy, onAnswered }: HttpOptions): Koa {
  // Only the last so many addresses of X-Forwarded-For were written by our own proxies; whatever is before them anyone can make up.
  const app = new Koa({ proxy: trustProxy > 0, maxIpsCount: trustProxy })
  app.silent = true
  // A client that leaves midway is no fault of ours.
  app.on('error', (error: unknown) => log.debug({ err: error }, 'a response could not be sent'))
  app.use(identify)
  app.use(logRequest(log, onAnswered))
  app.use(answerProblems(log))
  app.use(refuseOtherTypes)
  app.use(
    bodyParser({
      enableTypes: ['json'],
      jsonLimit: MAX_BODY_BYTES,
      // DELETE bodies are ignored, as is everything on GET.
      parsedMethods: ['POST', 'PUT', 'PATCH'],
      onError: (error, ctx) => {
        // Reads the rest away: the next request on this connection would wait behind it for ever.
        ctx.req.unpipe()
        ctx.req.resume()
        throw unreadable(error)
      },
    }),
  )
  return app
}

async function identify(ctx: Context, next: Next): Promise<void> {
  ctx.state['requestId'] = randomUUID()
  ctx.set('x-request-id', requestId(ctx))
  ctx.set('x-content-type-options', 'nosniff')
  ctx.set('cache-control', 'no-store')
  await next()
}

const requestId = (ctx: Context): string => String(ctx.state['requestId'])

function logRequest(log: Log, onAnswered: HttpOptions['onAnswered']) {
  return async (ctx: Context, next: Next): Promise<void> => {
    const start = performance.now()
    await next()
    const ms = Math.round((performance.now() - start) * 10) / 10
    // The path without its query: a search is nobody else's business.
    log.info(
      { requestId: requestId(ctx), method: ctx.method, path: ctx.path, status: ctx.status, ms },
      'request',
    )
    // The pattern, never the path: what is counted by must not grow with what is asked for.
    const route: unknown = ctx['_matchedRoute']
    onAnswered({
      method: ctx.method,
      route: typeof route === 'string' ? route : 'none',
      status: ctx.status,
      seconds: ms / 1000,
      code: (ctx.state['code'] as ErrorCode | undefined) ?? null, // set by `answer` alone
    })
  }
}

function answerProblems(log: Log) {
  return async (ctx: Context, next: Next): Promise<void> => {
    try {
      await next()
      if (ctx.status === 404 && ctx.body === undefined)
        throw new AppError('request.not_found', `There is nothing at ${ctx.method} ${ctx.path}.`)
      if (ctx.status === 405 || ctx.status === 501)
        throw new AppError('request.method_not_allowed', `${ctx.path} does not take ${ctx.method}.`)
    } catch (error) {
      const known = toAppError(error)
      if (known.code === 'server.internal')
        log.error({ requestId: requestId(ctx), err: error }, 'unexpected error')
      else if (ERRORS[known.code].status >= 500)
        log.warn({ requestId: requestId(ctx), err: known.cause ?? known }, known.message)
      answer(ctx, known)
    }
  }
}

function answer(ctx: Context, error: AppError): void {
  const { status } = ERRORS[error.code]
  ctx.state['code'] = error.code
  ctx.status = status
  if (status === 401) ctx.set('www-authenticate', 'Bearer')
  if (error.retryAfter !== null) ctx.set('retry-after', String(error.retryAfter))
  ctx.body = toProblem(error, requestId(ctx))
  ctx.type = PROBLEM_TYPE
}

async function refuseOtherTypes(ctx: Context, next: Next): Promise<void> {
  const length = ctx.request.length ?? (ctx.get('transfer-encoding') === '' ? 0 : 1)
  if (length > 0 && ['POST', 'PUT', 'PATCH'].includes(ctx.method) && !ctx.is('application/json'))
    throw new AppError('request.unsupported_type', 'Send the body as application/json.')
  await next()
}

function unreadable(error: Error): AppError {
  const status = 'status' in error ? error.status : undefined
  if (status === 413)
    return new AppError('request.too_large', `The body is over the limit of ${MAX_BODY_BYTES / 1024} KiB.`)
  if (status === 415)
    return new AppError(
      'request.unsupported_type',
      'Send the body as UTF-8 without a content encoding other than gzip.',
    )
  return new AppError('request.invalid', 'The body is not valid JSON.')
}
