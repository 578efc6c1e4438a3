import { XMLBuilder, XMLParser } from 'fast-xml-parser'
import { z } from 'zod'
import type { ObjectDescription } from './object-files.ts'
import { S3Error } from './s3-error.ts'

/** The most keys that S3 deletes in one request. */
const MAX_DELETED_KEYS = 1000

const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@' })

// Keys are text even where they look like numbers, and a list of one is a list.
const parser = new XMLParser({
  parseTagValue: false,
  trimValues: false,
  isArray: (name) => name === 'Object',
})

const deletion = z.object({
  Delete: z.object({
    Object: z
      .array(z.object({ Key: z.string().min(1) }))
      .min(1)
      .max(MAX_DELETED_KEYS),
    Quiet: z.string().optional(),
  }),
})

const configuration = z.object({
  CreateBucketConfiguration: z.object({ LocationConstraint: z.string().optional() }),
})

/** The body of an error answer. */
export function errorXml(error: S3Error, resource: string, requestId: string): string {
  return document({
    Error: { Code: error.code, Message: error.message, Resource: resource, RequestId: requestId },
  })
}

/** The body of ListObjectsV2's answer. */
export function listXml(list: {
  bucket: string
  prefix: string
  maxKeys: number
  objects: readonly ObjectDescription[]
  continuationToken: string | undefined
  nextContinuationToken: string | undefined
}): string {
  return document({
    ListBucketResult: {
      ...NAMESPACE,
      Name: list.bucket,
      Prefix: list.prefix,
      MaxKeys: list.maxKeys,
      KeyCount: list.objects.length,
      IsTruncated: list.nextContinuationToken !== undefined,
      ContinuationToken: list.continuationToken,
      NextContinuationToken: list.nextContinuationToken,
      Contents: list.objects.map((object) => ({
        Key: object.key,
        LastModified: object.lastModified,
        ETag: object.etag,
        Size: object.size,
        StorageClass: 'STANDARD',
      })),
    },
  })
}

/** The body of DeleteObjects' answer. */
export function deletedXml(keys: readonly string[]): string {
  return document({ DeleteResult: { ...NAMESPACE, Deleted: keys.map((key) => ({ Key: key })) } })
}

/** The keys that a DeleteObjects request names, and whether it wants to hear of failures alone. Throws MalformedXML. */
export function parseDeletion(body: Buffer): { keys: string[]; quiet: boolean } {
  const { Delete: request } = parse(body, deletion)
  return { keys: request.Object.map((object) => object.Key), quiet: request.Quiet === 'true' }
}

/** The region that a CreateBucket request asks for, if it does. Throws MalformedXML. */
export function parseLocationConstraint(body: Buffer): string | undefined {
  return body.length === 0
    ? undefined
    : parse(body, configuration).CreateBucketConfiguration.LocationConstraint
}

const NAMESPACE = { '@xmlns': 'http://s3.amazonaws.com/doc/2006-03-01/' }

function document(content: object): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build(content)}`
}

function parse<Shape>(body: Buffer, schema: z.ZodType<Shape>): Shape {
  try {
    return schema.parse(parser.parse(body, true))
  } catch (error) {
    throw new S3Error('MalformedXML', 'The XML you provided was not well-formed or did not validate.', {
      cause: error,
    })
  }
}
