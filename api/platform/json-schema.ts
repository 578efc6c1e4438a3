import { z } from 'zod'

/** A JSON schema, or any other part of a description. */
export type Schema = Record<string, unknown>

/** A schema of the contract as JSON Schema 2020-12: what is sent (`input`) or what is answered (`output`). */
export function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Schema {
  const { $schema: _, ...described } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    // A newer server may tell more.
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties
    },
  })
  return described
}
