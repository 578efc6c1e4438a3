import { randomUUID } from 'node:crypto'
import type { ParsedInputOf } from '../contract/endpoint.ts'
import type { Invite, sessionEndpoints } from '../contract/session.ts'
import type { Actor } from '../platform/authenticate.ts'
import type { Db } from '../platform/db.ts'
import { AppError } from '../platform/errors.ts'
import { inviteRepository } from './invite.repository.ts'
import { requireAdmin } from './require-admin.ts'
import { createToken, hashToken } from './token.ts'

type Input<Name extends keyof typeof sessionEndpoints> = ParsedInputOf<(typeof sessionEndpoints)[Name]>

export type InviteService = ReturnType<typeof createInviteService>

/** Invites: admins make them, whoever has the code makes an account with it. */
export function createInviteService({ db }: { db: Db }) {
  const invites = inviteRepository(db)

  return {
    /** The code is told here, once. Throws `session.not_admin`. */
    async create(actor: Actor, { maxUses, days }: Input<'createInvite'>) {
      await requireAdmin(db, actor)
      const code = createToken()
      const invite = await invites.insert({
        id: randomUUID(),
        codeHash: hashToken(code),
        createdBy: actor.userId,
        maxUses,
        days,
      })
      return { invite, code }
    },

    /** Throws `session.not_admin`. */
    async list(actor: Actor): Promise<{ invites: Invite[] }> {
      await requireAdmin(db, actor)
      return { invites: await invites.list() }
    },

    /** Throws `session.not_admin`, `session.invite_not_found`. */
    async revoke(actor: Actor, { id }: Input<'revokeInvite'>): Promise<void> {
      await requireAdmin(db, actor)
      if (!(await invites.remove(id)))
        throw new AppError(
          'session.invite_not_found',
          'There is no invite with that id. It may have been taken back already.',
        )
    },

    /** Throws `session.invite_invalid` where the code does not hold, whatever the reason. */
    async check(trx: Db, code: string): Promise<void> {
      if (!(await inviteRepository(trx).holds(hashToken(code)))) throw invalid()
    },

    /** Uses the code up by one account, in the transaction that makes it. Throws `session.invite_invalid`. */
    async use(trx: Db, code: string): Promise<void> {
      if (!(await inviteRepository(trx).use(hashToken(code)))) throw invalid()
    },
  }
}

const invalid = (): AppError =>
  new AppError(
    'session.invite_invalid',
    'This invite is unknown, used up, expired or taken back. Ask an admin for a new one.',
  )
