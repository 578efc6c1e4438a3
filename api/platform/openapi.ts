import { z } from 'zod'
import { catalogue } from '../contract/catalogue.ts'
import type { Endpoint } from '../contract/endpoint.ts'
import { problem } from '../contract/errors.ts'
import { clientFrame, serverFrame } from '../contract/events.ts'
import { schemaOf, type Schema } from './json-schema.ts'

/** A description of the whole API as OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0), made from the contract; `version` is the program's. */
export function describeApi(version: string): Schema {
  const paths: Record<string, Record<string, Schema>> = {}
  for (const [name, endpoint] of Object.entries(catalogue)) {
    const path = endpoint.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operation(name, endpoint) }
  }
  paths['/ws'] = { get: socket }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Medallion',
      version,
      description:
        'Accounts, rooms, messages and profile pictures. Errors are application/problem+json with a stable code.',
    },
    paths,
    components: {
      schemas: {
        Problem: schemaOf(problem, 'output'),
        ServerFrame: schemaOf(serverFrame, 'output'),
        ClientFrame: schemaOf(clientFrame, 'input'),
      },
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
    },
  }
}

const socket: Schema = {
  operationId: 'connect',
  summary: 'The WebSocket on which everything that changes is told.',
  description:
    'Each server frame is a text message as ServerFrame describes it, the first is `hello`; each client frame is one as ClientFrame ' +
    'does; /api/asyncapi.json describes each by itself. With the cursor of the last durable event that was heard, those missed since follow, unless `hello` says `resync`.',
  security: [{ bearer: [] }],
  parameters: [{ name: 'cursor', in: 'query', required: false, schema: { type: 'string' } }],
  responses: {
    '101': { description: 'The socket is open.' },
    '401': { description: 'No valid token; answered before the upgrade.' },
  },
}

function operation(name: string, endpoint: Endpoint): Schema {
  const { properties, required } = objectSchema(endpoint.request)
  const inPath = new Set([...endpoint.path.matchAll(/:(\w+)/g)].map(([, part]) => part))
  const rest = Object.entries(properties).filter(([property]) => !inPath.has(property))
  const inBody = endpoint.method !== 'GET' && endpoint.method !== 'DELETE'
  const parameter = ([property, schema]: [string, unknown]): Schema => ({
    name: property,
    in: inPath.has(property) ? 'path' : 'query',
    required: inPath.has(property) || required.includes(property),
    schema,
  })
  const parameters = Object.entries(properties).filter(([property]) => inPath.has(property) || !inBody)
  return {
    operationId: name,
    security: endpoint.auth === 'bearer' ? [{ bearer: [] }] : [],
    ...(parameters.length === 0 ? {} : { parameters: parameters.map(parameter) }),
    ...(inBody && rest.length > 0
      ? {
          requestBody: {
            required: true,
            content: json({
              type: 'object',
              properties: Object.fromEntries(rest),
              required: required.filter((property) => !inPath.has(property)),
            }),
          },
        }
      : {}),
    responses: {
      [endpoint.status]: answer(endpoint, 'Done.'),
      ...(endpoint.repeatStatus === undefined
        ? {}
        : { [endpoint.repeatStatus]: answer(endpoint, 'Its effect was there already.') }),
      default: {
        description: 'Refused or failed; `code` says why.',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  }
}

const answer = (endpoint: Endpoint, description: string): Schema =>
  endpoint.status === 204
    ? { description }
    : { description, content: json(schemaOf(endpoint.response, 'output')) }

const json = (schema: Schema): Schema => ({ 'application/json': { schema } })

/** Every request is one flat object. */
function objectSchema(schema: z.ZodType): { properties: Record<string, unknown>; required: string[] } {
  return z
    .looseObject({
      properties: z.record(z.string(), z.unknown()).default({}),
      required: z.array(z.string()).default([]),
    })
    .parse(schemaOf(schema, 'input'))
}
