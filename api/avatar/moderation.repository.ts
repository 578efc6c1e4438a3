import { randomUUID } from 'node:crypto'
import type { Notice } from '../contract/avatar.ts'
import type { Db } from '../platform/db.ts'

interface NoticeRow {
  id: string
  actor_id: string | null
  reason: string
  created_at: Date
}

/** Decisions of admins about others, kept for good; each is a notice to the person concerned until they have seen it. */
export const moderationRepository = (db: Db) => ({
  async insertRemoval(actorId: string, subjectId: string, reason: string): Promise<Notice> {
    const rows = await db('moderation_actions')
      .insert({
        id: randomUUID(),
        actor_id: actorId,
        subject_id: subjectId,
        action: 'avatar_removed',
        reason,
      })
      .returning<NoticeRow[]>(['id', 'actor_id', 'reason', 'created_at'])
    return toNotice(rows[0] as NoticeRow) // an insert that does not throw returns its row
  },

  /** What somebody has not seen yet, the oldest first. */
  async listUnseen(userId: string): Promise<Notice[]> {
    const rows = await db('moderation_actions')
      .where({ subject_id: userId, seen_at: null })
      .orderBy('created_at')
      .select<NoticeRow[]>('id', 'actor_id', 'reason', 'created_at')
    return rows.map(toNotice)
  },

  /** Notes that somebody has seen a notice; false when it is not theirs. */
  async markSeen(userId: string, id: string): Promise<boolean> {
    const changed = await db('moderation_actions')
      .where({ id, subject_id: userId })
      .update({ seen_at: db.raw('coalesce(seen_at, now())') })
    return changed > 0
  },
})

const toNotice = (row: NoticeRow): Notice => ({
  id: row.id,
  kind: 'avatar_removed',
  reason: row.reason,
  actorId: row.actor_id,
  createdAt: row.created_at.toISOString(),
})
