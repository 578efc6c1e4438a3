import { AVATAR_TYPE, type Rendition } from '../contract/avatar.ts'
import type { Db } from '../platform/db.ts'
import { recordEntries, type LogEntry } from '../platform/event-log.ts'
import type { Storage, StoredObject } from '../platform/storage.ts'
import { BOTH, type AvatarKeys } from './avatar-keys.ts'
import { pictureColumns } from './picture-columns.ts'
import { CACHE_CONTROL, LONGEST_UPLOAD_MS } from './picture.service.ts'
import { recentRepository } from './recent.repository.ts'

/** One difference between bucket and database. */
export type Difference =
  | { kind: 'orphan'; object: StoredObject }
  | { kind: 'missing'; owner: Owner; key: string; rendition: Rendition }

/** What has a picture: a row of `users` or `rooms`. */
interface Owner {
  table: 'users' | 'rooms'
  id: string
}

/** What else has objects in the bucket, in a folder of its own, which may lie within the pictures' one. */
export interface OtherObjects {
  /** Ending with a slash, or empty. */
  folder: string
  /** Every key that is served. */
  listServed: (db: Db) => Promise<string[]>
}

/** What comparing and mending need to know beside the pictures' columns. */
export interface Reconciler {
  db: Db
  storage: Storage
  keys: AvatarKeys
  others: OtherObjects
  /** What tells everyone concerned that an owner's picture has changed. */
  newsOf: (trx: Db, owner: Owner) => Promise<LogEntry[]>
}

/**
 * Every difference between the bucket and the database: objects that nobody serves, queues for deletion or may still be uploading, and
 * pictures whose objects are not there (of other objects those are not looked for). It may run while the API does.
 */
export async function* findDifferences({ db, storage, keys, others }: Reconciler): AsyncIterable<Difference> {
  const objects = await listObjects(storage, [keys.folder, others.folder])
  // Read after the bucket was: what was set meanwhile is known, what was replaced is queued.
  const pictures = await listPictures(db)
  const served = new Set([
    ...pictures.flatMap(({ key }) => BOTH.map((rendition) => keys.served(key, rendition))),
    ...(await others.listServed(db)),
  ])
  const queued = new Set(await db('object_deletions').pluck<string[]>('object_key'))
  const oldest = Date.now() - LONGEST_UPLOAD_MS
  for (const object of objects)
    if (!served.has(object.key) && !queued.has(object.key) && object.modifiedAt.getTime() < oldest)
      yield { kind: 'orphan', object }

  const present = new Set(objects.map(({ key }) => key))
  for (const { owner, key } of pictures)
    for (const rendition of BOTH)
      if (!present.has(keys.served(key, rendition)) && (await isMissing(owner, key, rendition)))
        yield { kind: 'missing', owner, key, rendition }

  /** Looked at again, one by one: the listing is older than the rows. */
  async function isMissing({ table, id }: Owner, key: string, rendition: Rendition): Promise<boolean> {
    if ((await storage.read(keys.served(key, rendition), 1)) !== null) return false
    return (await db(table).where({ id, avatar_key: key }).first('id')) !== undefined
  }
}

/**
 * Mends a difference and tells how. An orphan is deleted. A picture that is missing is written again where the person's former pictures
 * have it; else it is taken away, so that everyone sees initials instead of nothing.
 */
export async function mend(reconciler: Reconciler, difference: Difference): Promise<string> {
  const { db, storage, keys, newsOf } = reconciler
  if (difference.kind === 'orphan') {
    await storage.remove(difference.object.key)
    return 'deleted'
  }
  const { owner, key } = difference
  const kept = await recentRepository(db).findByKey(key)
  if (kept !== null) {
    for (const rendition of BOTH)
      await storage.write(keys.served(key, rendition), kept[rendition], {
        contentType: AVATAR_TYPE,
        cacheControl: CACHE_CONTROL,
      })
    return 'written again'
  }
  await db.transaction(async (trx) => {
    const columns = pictureColumns(trx, owner.table)
    const current = await columns.lock(owner.id)
    if (current?.key !== key) return
    // Nobody has decided on this, so what they did decide keeps its time.
    await columns.replace(owner.id, null, current.madeAgo ?? 0)
    await trx('object_deletions').insert(
      BOTH.map((rendition) => ({ object_key: keys.served(key, rendition), due_at: db.fn.now() })),
    )
    await recordEntries(trx, await newsOf(trx, owner))
  })
  return 'taken away'
}

/** What is in these folders; one may lie within another, or be the same. */
async function listObjects(storage: Storage, folders: string[]): Promise<StoredObject[]> {
  const found = new Map<string, StoredObject>()
  for (const folder of folders) for await (const object of storage.list(folder)) found.set(object.key, object)
  return [...found.values()]
}

async function listPictures(db: Db): Promise<Array<{ owner: Owner; key: string }>> {
  const of = async (table: Owner['table']) => {
    const rows = await db(table)
      .whereNotNull('avatar_key')
      .select<Array<{ id: string; avatar_key: string }>>('id', 'avatar_key')
    return rows.map(({ id, avatar_key: key }) => ({ owner: { table, id }, key }))
  }
  return [...(await of('users')), ...(await of('rooms'))]
}
