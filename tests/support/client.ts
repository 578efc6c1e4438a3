import { toHttpRequest, type Endpoint, type InputOf, type OutputOf } from '../../api/contract/endpoint.ts'
import { problem, type Problem } from '../../api/contract/errors.ts'

/** An answer as it came, before anybody decided whether it is right. */
export interface RawAnswer {
  status: number
  headers: Headers
  body: unknown
}

/** Speaks to the API by the contract, as any program outside would. */
export class Client {
  readonly url: string
  readonly token: string | null
  readonly #timeoutMs: number

  /** Without an answer within `timeoutMs` (a minute unless said), a call fails. */
  constructor(url: string, token: string | null, timeoutMs = 60_000) {
    this.url = url
    this.token = token
    this.#timeoutMs = timeoutMs
  }

  /** Sends one request and takes whatever comes. */
  async raw(
    method: string,
    target: string,
    body?: string,
    headers: Record<string, string> = {},
  ): Promise<RawAnswer> {
    const response = await fetch(this.url + target, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(this.#timeoutMs),
      headers: {
        ...(this.token === null ? {} : { authorization: `Bearer ${this.token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : parse(text) }
  }

  /** Calls an endpoint and takes whatever comes. */
  call<E extends Endpoint>(endpoint: E, input: InputOf<E>): Promise<RawAnswer> {
    const { method, target, body } = toHttpRequest(endpoint, input)
    return this.raw(method, target, body)
  }

  /** Calls an endpoint that must succeed, with the status that the contract says. */
  async ok<E extends Endpoint>(endpoint: E, input: InputOf<E>): Promise<OutputOf<E>> {
    const answer = await this.call(endpoint, input)
    if (answer.status !== endpoint.status && answer.status !== endpoint.repeatStatus)
      throw new Error(
        `${endpoint.method} ${endpoint.path} answered ${answer.status}: ${JSON.stringify(answer.body)}`,
      )
    // The schema's own output type, which the generic parameter hides from the compiler.
    return endpoint.response.parse(answer.body) as OutputOf<E>
  }

  /** Calls an endpoint that must fail, and gives the problem. */
  async fails<E extends Endpoint>(endpoint: E, input: InputOf<E>): Promise<Problem> {
    return asProblem(await this.call(endpoint, input))
  }
}

/** Reads an answer as a problem; throws when it is none. */
export function asProblem(answer: RawAnswer): Problem {
  const { data: parsed } = problem.safeParse(answer.body)
  if (parsed === undefined)
    throw new Error(`Answered ${answer.status} with what is no problem: ${JSON.stringify(answer.body)}`)
  if (parsed.status !== answer.status)
    throw new Error(`The problem says ${parsed.status}, the answer ${answer.status}.`)
  if (!answer.headers.get('content-type')?.startsWith('application/problem+json'))
    throw new Error('A problem must be application/problem+json.')
  return parsed
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
