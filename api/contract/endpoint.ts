import type { z } from 'zod'

/** The HTTP methods that Medallion's API uses. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/**
 * One HTTP endpoint as one value: the API mounts it, the desktop and the tests call it.
 * `request` describes one flat object: path parameters, and the query (GET, DELETE) or the JSON body (POST, PUT, PATCH).
 * `status` answers success; `repeatStatus`, where there is one, answers a request whose effect was already there.
 */
export interface Endpoint<Request extends z.ZodType = z.ZodType, Response extends z.ZodType = z.ZodType> {
  readonly method: Method
  readonly path: `/api/${string}`
  /** `none`: reachable without signing in. */
  readonly auth: 'bearer' | 'none'
  readonly request: Request
  readonly response: Response
  readonly status: 200 | 201 | 204
  readonly repeatStatus?: 200
}

/** What a caller passes to an endpoint. */
export type InputOf<E extends Endpoint> = z.input<E['request']>

/** What a service receives: the input, parsed. */
export type ParsedInputOf<E extends Endpoint> = z.output<E['request']>

/** What an endpoint answers on success. */
export type OutputOf<E extends Endpoint> = z.output<E['response']>

/** Defines an endpoint, keeping the exact types of its two schemas; `auth` is `bearer` and `status` 200 unless said. */
export function endpoint<Request extends z.ZodType, Response extends z.ZodType>(
  definition: Omit<Endpoint<Request, Response>, 'auth' | 'status'> &
    Partial<Pick<Endpoint<Request, Response>, 'auth' | 'status'>>,
): Endpoint<Request, Response> {
  return { auth: 'bearer', status: 200, ...definition }
}

/** A request as HTTP wants it: `target` is path and query, `body` the JSON text where there is one. */
export interface HttpRequest {
  method: Method
  target: string
  body?: string
}

/** Turns an endpoint and its input into an HTTP request; throws a TypeError when a path parameter is missing. */
export function toHttpRequest<E extends Endpoint>(endpoint: E, input: InputOf<E>): HttpRequest {
  const rest = new Map<string, unknown>(Object.entries(input ?? {}))
  const path = endpoint.path.replace(/:(\w+)/g, (_, name: string) => {
    const value = rest.get(name)
    rest.delete(name)
    if (typeof value !== 'string') throw new TypeError(`${endpoint.path} needs the path parameter ${name}.`)
    return encodeURIComponent(value)
  })
  if (endpoint.method === 'GET' || endpoint.method === 'DELETE') {
    const query = new URLSearchParams()
    for (const [name, value] of rest)
      if (typeof value === 'string' || typeof value === 'number') query.set(name, String(value))
    return { method: endpoint.method, target: query.size > 0 ? `${path}?${query}` : path }
  }
  return { method: endpoint.method, target: path, body: JSON.stringify(Object.fromEntries(rest)) }
}
