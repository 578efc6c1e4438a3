import { z } from 'zod'
import { toHttpRequest, type Endpoint, type InputOf, type OutputOf } from '../../api/contract/endpoint.ts'
import { errorCode, problem } from '../../api/contract/errors.ts'
import type { Failure, Result } from '../bridge.ts'
import { connectionFailure, readRetryAfter, type Network } from './network.ts'

/** How long one request may take, in milliseconds. */
const TIMEOUT_MS = 20_000

/** Where to ask, and as whom. */
export interface Account {
  server: string
  token: string | null
}

/** How long a request may take, in milliseconds, and what stops it before. */
export interface Patience {
  timeoutMs?: number
  signal?: AbortSignal
}

/** Performs one endpoint of the contract; whatever goes wrong is a value, with the server's Retry-After where it sent one. */
export async function callApi<E extends Endpoint>(
  { fetch, isOnline }: Network,
  { server, token }: Account,
  endpoint: E,
  input: InputOf<E>,
  { timeoutMs = TIMEOUT_MS, signal }: Patience = {},
): Promise<Result<OutputOf<E>>> {
  const { method, target, body } = toHttpRequest(endpoint, input)
  const timeout = AbortSignal.timeout(timeoutMs)
  let response: Response
  let text: string
  try {
    response = await fetch(server + target, {
      method,
      redirect: 'error',
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
      headers: {
        accept: 'application/json',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body }),
    })
    text = await response.text()
  } catch (error) {
    return { ok: false, error: connectionFailure(error, isOnline, server, 'desktop.server_unreachable') }
  }
  const json = parseJson(text)
  if (!response.ok) return { ok: false, error: readProblem(response, json) }
  const answer = endpoint.response.safeParse(response.status === 204 ? undefined : json)
  // The schema's own output type, which the generic parameter hides from the compiler.
  if (answer.success) return { ok: true, value: answer.data as OutputOf<E> }
  return failed('desktop.bad_answer', `The answer to ${method} ${endpoint.path} is not what was expected.`)
}

/** A failure as a value. */
export const failed = (code: Failure['code'], detail: string): { ok: false; error: Failure } => ({
  ok: false,
  error: { code, detail },
})

/** A success that has nothing to say. */
export const DONE: Result<void> = { ok: true, value: undefined }

function readProblem(response: Response, json: unknown): Failure {
  const retryAfter = readRetryAfter(response.headers.get('retry-after'))
  const later = retryAfter === undefined ? {} : { retryAfter }
  const parsed = problem.extend({ code: z.string() }).safeParse(json)
  if (!parsed.success)
    return {
      code: 'desktop.not_medallion',
      detail: `The server answered ${response.status}, but not as Medallion does.`,
      ...later,
    }
  const { detail, requestId } = parsed.data
  // A newer server may have codes that this program does not know; its sentence still says what happened.
  const unknown = response.status >= 500 ? 'server.internal' : 'desktop.bad_answer'
  const code = errorCode.safeParse(parsed.data.code).data ?? unknown
  return { code, detail, requestId, ...later }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
