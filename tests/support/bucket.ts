import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3'
import type { EmbeddedStorage } from '../../api/embedded/embedded-services.ts'
import { createS3Client } from './embedded-s3.ts'

/** The store as whoever runs it sees it, past the API. */
export interface Bucket {
  readonly client: S3Client
  readonly name: string
  /** The keys of all objects under a prefix, sorted. */
  keys(prefix: string): Promise<string[]>
  close(): void
}

/** Opens the bucket with its owner's keys. */
export function openBucket(settings: EmbeddedStorage): Bucket {
  const client = createS3Client(settings)
  const name = settings.bucket
  return {
    client,
    name,
    async keys(prefix) {
      const keys: string[] = []
      for await (const page of paginateListObjectsV2({ client }, { Bucket: name, Prefix: prefix }))
        for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(Key)
      return keys.toSorted()
    },
    close: () => client.destroy(),
  }
}
