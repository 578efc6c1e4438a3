import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { catalogue } from '../../api/contract/catalogue.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

const operation = z.looseObject({
  operationId: z.string(),
  security: z.array(z.unknown()),
  parameters: z.array(z.looseObject({ name: z.string(), in: z.string(), required: z.boolean() })).default([]),
  responses: z.record(z.string(), z.unknown()),
})
const description = z.looseObject({
  openapi: z.literal('3.1.0'),
  paths: z.record(z.string(), z.record(z.string(), operation)),
})

describe('the description of the API', () => {
  test('is open to everyone, and valid OpenAPI 3.1', async () => {
    const answer = await fetch(`${app.url}/api/openapi.json`)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
    expect(await new Validator().validate(await answer.json())).toMatchObject({ valid: true })
  })

  test('has every endpoint of the contract, with its parameters, and the socket', async () => {
    const { paths } = description.parse(await (await fetch(`${app.url}/api/openapi.json`)).json())
    const described = Object.fromEntries(
      Object.entries(paths).flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, { operationId }]) => [operationId, `${method} ${path}`]),
      ),
    )
    for (const [name, { method, path }] of Object.entries(catalogue))
      expect(described[name]).toBe(`${method.toLowerCase()} ${path.replace(/:(\w+)/g, '{$1}')}`)
    expect(described['connect']).toBe('get /ws')

    const list = paths['/api/rooms/{id}/messages']?.['get']
    expect(list?.parameters.map((parameter) => [parameter.name, parameter.in, parameter.required])).toEqual([
      ['id', 'path', true],
      ['before', 'query', false],
      ['after', 'query', false],
      ['limit', 'query', false],
    ])
    expect(Object.keys(list?.responses ?? {})).toEqual(['200', 'default'])
    expect(paths['/api/auth/login']?.['post']?.security).toEqual([])
  })
})
