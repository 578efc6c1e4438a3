import type { Db } from '../platform/db.ts'

/** How long a process counts without a sign of life, in seconds: three beats. */
const PROCESS_EXPIRES_SECONDS = 30

/** Which API process has whom online, in the database. */
export const presenceRepository = (db: Db, processId: string) => ({
  /** Notes that this process lives, and forgets those that do not; tells whether it was not known (any more). */
  async beat(): Promise<boolean> {
    const { rows } = await db.raw<{ rows: Array<{ is_new: boolean }> }>(
      // Of a row that was there already, xmax is this very update.
      `insert into api_processes (id) values (?) on conflict (id) do update set seen_at = now()
       returning xmax = 0 as is_new`,
      [processId],
    )
    await db.raw(`delete from api_processes where seen_at < now() - make_interval(secs => ?)`, [
      PROCESS_EXPIRES_SECONDS,
    ])
    return rows[0]?.is_new ?? true
  },

  async add(userIds: string[]): Promise<void> {
    await db.raw(
      `insert into online_people (process_id, user_id) select ?, unnest(?::uuid[]) on conflict do nothing`,
      [processId, userIds],
    )
  },

  async remove(userIds: string[]): Promise<void> {
    await db('online_people').where({ process_id: processId }).whereIn('user_id', userIds).delete()
  },

  /** Who is online at other processes. */
  async listElsewhere(): Promise<string[]> {
    return db('online_people').whereNot({ process_id: processId }).distinct().pluck<string[]>('user_id')
  },

  /** This process is going. */
  async removeProcess(): Promise<void> {
    await db('api_processes').where({ id: processId }).delete()
  },
})
