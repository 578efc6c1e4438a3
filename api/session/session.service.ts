import { randomUUID } from 'node:crypto'
import type { ParsedInputOf } from '../contract/endpoint.ts'
import {
  username as usernames,
  type Device,
  type Registration,
  type sessionEndpoints,
  type User,
} from '../contract/session.ts'
import type { Actor, FindActor } from '../platform/authenticate.ts'
import type { Db } from '../platform/db.ts'
import { AppError } from '../platform/errors.ts'
import type { Transact } from '../platform/event-log.ts'
import type { Log } from '../platform/log.ts'
import type { AccessLimits } from './access-limits.ts'
import type { InviteService } from './invite.service.ts'
import { hashPassword, verifyPassword } from './password.ts'
import { requireAdmin } from './require-admin.ts'
import { sessionRepository } from './session.repository.ts'
import { createToken, hashToken } from './token.ts'

type Input<Name extends keyof typeof sessionEndpoints> = ParsedInputOf<(typeof sessionEndpoints)[Name]>

/** How stale `lastSeenAt` may be, in seconds: not every request needs a write. */
const SEEN_EVERY_SECONDS = 60

export type SessionService = ReturnType<typeof createSessionService>

/** Accounts, signing in, devices and people. */
export function createSessionService({
  db,
  transact,
  log,
  registration,
  invites,
  limits,
}: {
  db: Db
  transact: Transact
  log: Log
  registration: Registration
  invites: InviteService
  limits: AccessLimits
}) {
  const sessions = sessionRepository(db)

  /** Who holds the token, noting that they were here. */
  const findActor: FindActor = async (token) => {
    const actor = await sessions.findActor(hashToken(token), SEEN_EVERY_SECONDS)
    if (actor === null) return null
    if (actor.unseen)
      sessions
        .replaceLastSeen(actor.sessionId)
        .catch((error: unknown) => log.warn({ err: error }, 'last seen could not be noted'))
    return { userId: actor.userId, sessionId: actor.sessionId }
  }

  return {
    findActor,

    /** Who may make an account now: the first of all can always be made. */
    async currentRegistration(): Promise<Registration> {
      return (await sessions.hasAccounts()) ? registration : 'open'
    },

    /**
     * Throws `session.username_taken`, `session.registration_closed`, `session.invite_needed`, `session.invite_invalid`,
     * `session.too_many_registrations`.
     */
    async register(
      { username, displayName, password, deviceName, invite }: Input<'register'>,
      address: string,
    ) {
      await limits.register(address)
      // Before the password is hashed, which is work that a stranger should not be able to ask for.
      if (await sessions.hasAccounts()) await admit(db, invite, 'check')
      const passwordHash = await hashPassword(password)
      return transact(async (trx, record) => {
        const repository = sessionRepository(trx)
        const isFirst = await repository.claimFirstAccount()
        if (!isFirst) await admit(trx, invite, 'use')
        const user = await repository.insertUser({
          id: randomUUID(),
          username,
          displayName,
          passwordHash,
          role: isFirst ? 'admin' : 'member',
        })
        await record([{ topic: 'everyone', event: { type: 'user:updated', data: { user } } }])
        return openSession(trx, user, deviceName)
      })
    },

    /** Throws `session.bad_credentials`, whether the name or the password is wrong, and `session.too_many_attempts`. */
    async login({ username, password, deviceName }: Input<'login'>, address: string) {
      await limits.signIn(username, address)
      // Nobody's, whatever the database makes of its letters in lower case: they were counted as other letters.
      const exists = usernames.safeParse(username).success
      const account = exists ? await sessions.findAccount(username) : null
      if (!(await verifyPassword(account?.passwordHash ?? null, password)) || account === null)
        throw new AppError('session.bad_credentials', 'The username or the password is wrong.')
      await limits.signedIn(username, address)
      return openSession(db, account.user, deviceName)
    },

    async logout(actor: Actor): Promise<void> {
      await endSession(actor.userId, actor.sessionId)
    },

    async listDevices(actor: Actor): Promise<{ sessions: Device[] }> {
      return { sessions: await sessions.listDevices(actor) }
    },

    /** Throws `session.not_found`. */
    async revokeDevice(actor: Actor, { id }: Input<'revokeDevice'>): Promise<void> {
      if (!(await endSession(actor.userId, id)))
        throw new AppError(
          'session.not_found',
          'You have no device with that id. It may have been signed out already.',
        )
    },

    /** Throws `session.user_not_found`. */
    async getUser(id: string): Promise<{ user: User }> {
      return { user: found(await sessions.findUser(id)) }
    },

    async updateMe(actor: Actor, { displayName }: Input<'updateMe'>): Promise<{ user: User }> {
      return transact(async (trx, record) => {
        const user = found(await sessionRepository(trx).replaceDisplayName(actor.userId, displayName))
        await record([{ topic: 'everyone', event: { type: 'user:updated', data: { user } } }])
        return { user }
      })
    },

    /** For admins. Throws `session.not_admin`, `session.user_not_found`, `session.last_admin`. */
    async setRole(actor: Actor, { id, role }: Input<'setRole'>): Promise<{ user: User }> {
      return transact(async (trx, record) => {
        const repository = sessionRepository(trx)
        await repository.lockRoles()
        await requireAdmin(trx, actor)
        const before = found(await repository.findUser(id))
        const user = found(await repository.replaceRole(id, role))
        if (!(await repository.hasAdmin()))
          throw new AppError(
            'session.last_admin',
            'The workspace needs an admin. Make somebody else one first.',
          )
        if (user.role !== before.role)
          await record([{ topic: 'everyone', event: { type: 'user:updated', data: { user } } }])
        return { user }
      })
    },

    async listUsers({ query, after, limit }: Input<'listUsers'>) {
      const users = await sessions.listUsers({
        query: query?.trim() ?? '',
        after: after ?? null,
        limit: limit + 1,
      })
      const page = users.slice(0, limit)
      return { users: page, nextCursor: users.length > limit ? (page.at(-1)?.username ?? null) : null }
    },
  }

  /** Lets in whoever may make an account, using up the invite or only looking at it. */
  async function admit(trx: Db, code: string | undefined, how: 'check' | 'use'): Promise<void> {
    if (registration === 'open') return
    if (registration === 'closed')
      throw new AppError(
        'session.registration_closed',
        'This server takes no new accounts. Ask whoever runs it.',
      )
    if (code === undefined || code === '')
      throw new AppError(
        'session.invite_needed',
        'An account here needs an invite. Ask an admin of the workspace for its code.',
      )
    await invites[how](trx, code)
  }

  /** Ends a session and, wherever they are connected, its sockets. */
  function endSession(userId: string, sessionId: string): Promise<boolean> {
    return transact(async (trx, record) => {
      const ended = await sessionRepository(trx).removeSession(userId, sessionId)
      if (ended)
        await record([{ topic: `session:${sessionId}`, control: { close: 'This session has ended.' } }])
      return ended
    })
  }
}

function found(user: User | null): User {
  if (user === null) throw new AppError('session.user_not_found', 'There is nobody with that id.')
  return user
}

/** Opens a session in the given transaction; the token is told once and never again. */
async function openSession(trx: Db, user: User, deviceName: string | undefined) {
  const token = createToken()
  await sessionRepository(trx).insertSession({
    id: randomUUID(),
    userId: user.id,
    tokenHash: hashToken(token),
    deviceName: deviceName ?? null,
  })
  return { token, user }
}
