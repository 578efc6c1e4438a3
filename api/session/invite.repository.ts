import type { Invite } from '../contract/session.ts'
import type { Db } from '../platform/db.ts'

/** A new invite; only its code's hash is ever stored. */
export interface NewInvite {
  id: string
  codeHash: Buffer
  createdBy: string
  maxUses: number
  days: number
}

interface InviteRow {
  id: string
  created_at: Date
  expires_at: Date
  uses: number
  max_uses: number
}

const COLUMNS = ['id', 'created_at', 'expires_at', 'uses', 'max_uses'] as const

/** Invites in the database. */
export const inviteRepository = (db: Db) => {
  const holding = () => db('invites').whereRaw('expires_at > now() and uses < max_uses')

  return {
    async insert({ id, codeHash, createdBy, maxUses, days }: NewInvite): Promise<Invite> {
      const [row] = await db('invites')
        .insert({
          id,
          code_hash: codeHash,
          created_by: createdBy,
          max_uses: maxUses,
          expires_at: db.raw('now() + make_interval(days => ?)', [days]),
        })
        .returning<InviteRow[]>([...COLUMNS])
      return toInvite(row as InviteRow) // an insert that does not throw returns its row
    },

    /** Those that still hold, newest first. */
    async list(): Promise<Invite[]> {
      const rows = await holding()
        .orderBy('created_at', 'desc')
        .select<InviteRow[]>([...COLUMNS])
      return rows.map(toInvite)
    },

    async holds(codeHash: Buffer): Promise<boolean> {
      return (await holding().where({ code_hash: codeHash }).first('id')) !== undefined
    },

    /** Counts one use; false where the invite does not hold. Two who come for the last use come one after the other. */
    async use(codeHash: Buffer): Promise<boolean> {
      return (await holding().where({ code_hash: codeHash }).increment('uses', 1)) > 0
    },

    async remove(id: string): Promise<boolean> {
      return (await db('invites').where({ id }).delete()) > 0
    },
  }
}

const toInvite = (row: InviteRow): Invite => ({
  id: row.id,
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
  uses: row.uses,
  maxUses: row.max_uses,
})
