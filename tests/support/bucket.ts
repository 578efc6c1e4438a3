import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3'
import type { EmbeddedStorage } from '../../api/embedded/embedded-services.ts'
import { openStorage, type Storage } from '../../api/platform/storage.ts'
import { createS3Client } from './embedded-s3.ts'

/** The keys of all objects under a prefix, in their order. */
export async function listKeys(client: S3Client, Bucket: string, Prefix: string): Promise<string[]> {
  const keys: string[] = []
  for await (const page of paginateListObjectsV2({ client }, { Bucket, Prefix }))
    for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(Key)
  return keys.toSorted()
}

/** The store as whoever runs it sees it, past the API. */
export interface Bucket {
  readonly client: S3Client
  readonly name: string
  keys(prefix: string): Promise<string[]>
  close(): void
}

/** Opens the bucket with its owner's keys. */
export function openBucket(settings: EmbeddedStorage): Bucket {
  const client = createS3Client(settings)
  return {
    client,
    name: settings.bucket,
    keys: (prefix) => listKeys(client, settings.bucket, prefix),
    close: () => client.destroy(),
  }
}

/** A store that can be away: while `away` is true every call goes to an address where nobody listens. */
export interface SwitchableStorage extends Storage {
  away: boolean
}

/** Opens the store at `settings`, which is there at first. */
export function openSwitchableStorage({
  accessKeyId,
  secretAccessKey,
  ...place
}: EmbeddedStorage): SwitchableStorage {
  const settings = { ...place, credentials: { accessKeyId, secretAccessKey } }
  const here = openStorage(settings)
  // Port 1 is assigned to a service that nobody runs any more: connections are refused at once.
  const nowhere = openStorage({ ...settings, endpoint: 'http://127.0.0.1:1' })
  const store: SwitchableStorage = {
    away: false,
    presignPut: (...call) => current().presignPut(...call),
    presignGet: (...call) => current().presignGet(...call),
    read: (...call) => current().read(...call),
    write: (...call) => current().write(...call),
    remove: (...call) => current().remove(...call),
    ping: () => current().ping(),
    close() {
      here.close()
      nowhere.close()
    },
  }
  const current = (): Storage => (store.away ? nowhere : here)
  return store
}
