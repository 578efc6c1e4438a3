import type { Db } from '../platform/db.ts'
import { AppError } from '../platform/errors.ts'

const HOUR_SECONDS = 3_600
/** How many uploads may be open for each change that is allowed: most are completed, some are given up. */
const UPLOADS_PER_CHANGE = 4

/** How often somebody may set pictures: their own, rooms' and retaken ones together. */
export interface ChangeLimit {
  /** Throws `avatar.too_many_changes` where the hour is used up already. */
  check(db: Db, userId: string): Promise<void>
  /** Counts one change; in the transaction that makes it, with the person's row held. Throws `avatar.too_many_changes`. */
  count(trx: Db, userId: string): Promise<void>
  /** How many uploads somebody may have open; Infinity without a limit. */
  readonly openUploads: number
}

/** Creates the limit of `perHour` changes within any 3,600 seconds, over all processes; 0 is no limit. */
export function createChangeLimit(perHour: number): ChangeLimit {
  const limited = perHour > 0

  async function check(db: Db, userId: string): Promise<void> {
    if (!limited) return
    // The oldest of as many as are allowed: once it is an hour old, one more is.
    const row = await db('avatar_changes')
      .where({ user_id: userId })
      .whereRaw('changed_at > now() - make_interval(secs => ?)', [HOUR_SECONDS])
      .orderBy('changed_at', 'desc')
      .offset(perHour - 1)
      .first<{ seconds: number } | undefined>(
        db.raw('ceil(extract(epoch from changed_at + make_interval(secs => ?) - now()))::int as seconds', [
          HOUR_SECONDS,
        ]),
      )
    if (row !== undefined) throw tooMany(perHour, Math.max(1, row.seconds))
  }

  return {
    check,
    openUploads: limited ? perHour * UPLOADS_PER_CHANGE : Number.POSITIVE_INFINITY,
    async count(trx, userId) {
      if (!limited) return
      await check(trx, userId)
      await trx('avatar_changes').insert({ user_id: userId })
      await trx('avatar_changes')
        .where({ user_id: userId })
        .whereRaw('changed_at < now() - make_interval(secs => ?)', [HOUR_SECONDS])
        .delete()
    },
  }
}

/** The refusal, with when it is over. */
export const tooMany = (perHour: number, seconds: number): AppError =>
  new AppError(
    'avatar.too_many_changes',
    `You have set ${perHour} pictures within an hour, which is the limit. You can set the next one in ${inWords(seconds)}.`,
    { retryAfter: seconds },
  )

function inWords(seconds: number): string {
  const minutes = Math.ceil(seconds / 60)
  return seconds < 60 ? `${seconds} seconds` : minutes === 1 ? 'a minute' : `${minutes} minutes`
}
