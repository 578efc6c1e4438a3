import type Router from '@koa/router'
import type { Context } from 'koa'
import type { z } from 'zod'
import type { Endpoint, OutputOf, ParsedInputOf } from '../contract/endpoint.ts'
import { authenticate, type Actor, type FindActor } from './authenticate.ts'
import { limitedAddress } from './client-address.ts'
import { AppError } from './errors.ts'

/** The answer to a request whose effect was already there: told with the endpoint's `repeatStatus`. */
export class Repeated<T> {
  readonly value: T
  constructor(value: T) {
    this.value = value
  }
}

type Answer<E extends Endpoint> = Promise<OutputOf<E> | Repeated<OutputOf<E>>>

/** Puts endpoints of the contract onto the router. */
export interface Mount {
  /** For signed-in people: finds who asks, parses the input, calls the service, parses the answer. */
  signedIn<E extends Endpoint>(
    endpoint: E,
    service: (actor: Actor, input: ParsedInputOf<E>) => Answer<E>,
  ): void
  /** For anyone: as above, without a person; `address` is theirs as limits count it. */
  open<E extends Endpoint>(
    endpoint: E,
    service: (input: ParsedInputOf<E>, address: string) => Answer<E>,
  ): void
}

/** Counts a change by somebody from an address; throws where there were too many. */
export type CountWrite = (userId: string, address: string) => Promise<void>

/** Creates the two ways of mounting; throws at start when an endpoint's `auth` is not the way that it is mounted. */
export function createMount(router: Router, findActor: FindActor, countWrite: CountWrite): Mount {
  function mount<E extends Endpoint>(
    endpoint: E,
    auth: E['auth'],
    serve: (ctx: Context) => Promise<OutputOf<E> | Repeated<OutputOf<E>>>,
  ): void {
    if (endpoint.auth !== auth)
      throw new Error(`${endpoint.method} ${endpoint.path} is mounted against its auth.`)
    router.register(endpoint.path, [endpoint.method], async (ctx: Context) => {
      const answer = await serve(ctx)
      const repeated = answer instanceof Repeated
      ctx.status = repeated ? (endpoint.repeatStatus ?? endpoint.status) : endpoint.status
      // Parsed on the way out as well: nothing that the contract does not declare leaves the server.
      if (ctx.status !== 204) ctx.body = endpoint.response.parse(repeated ? answer.value : answer)
    })
  }

  return {
    signedIn: (endpoint, service) =>
      mount(endpoint, 'bearer', async (ctx) => {
        const actor = await authenticate(ctx.req, findActor)
        if (endpoint.method !== 'GET') await countWrite(actor.userId, limitedAddress(ctx.ip))
        return service(actor, parseInput(endpoint, ctx))
      }),
    open: (endpoint, service) =>
      mount(endpoint, 'none', async (ctx) => service(parseInput(endpoint, ctx), limitedAddress(ctx.ip))),
  }
}

function parseInput<E extends Endpoint>(endpoint: E, ctx: Context): ParsedInputOf<E> {
  const fromBody = endpoint.method === 'POST' || endpoint.method === 'PUT' || endpoint.method === 'PATCH'
  const params: unknown = ctx['params']
  const sent: unknown = fromBody ? ctx.request.body : ctx.query
  const input = isObject(sent) && isObject(params) ? { ...sent, ...params } : sent
  const parsed = endpoint.request.safeParse(input ?? {})
  // The schema's own output type, which the generic parameter hides from the compiler.
  if (parsed.success) return parsed.data as ParsedInputOf<E>
  throw invalid(parsed.error)
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** So many faults are told; a list of thousands of wrong ids is no reason for an answer of its size. */
const MAX_FAULTS = 20

function invalid(error: z.ZodError): AppError {
  const faults = error.issues
    .slice(0, MAX_FAULTS)
    .map((issue) => ({ path: issue.path.join('.'), message: issue.message }))
  const detail = faults.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ')
  return new AppError('request.invalid', detail, { faults })
}
