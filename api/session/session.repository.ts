import { DatabaseError } from 'pg'
import type { Device, Role, User } from '../contract/session.ts'
import type { Actor } from '../platform/authenticate.ts'
import type { Db } from '../platform/db.ts'
import { AppError } from '../platform/errors.ts'
import { toUser, USER_COLUMNS, type UserRow } from './user-row.ts'

/** A new account. */
export interface NewUser {
  id: string
  username: string
  displayName: string
  passwordHash: string
  role: Role
}

/** A new session of a person; only the token's hash is ever stored. */
export interface NewSession {
  id: string
  userId: string
  tokenHash: Buffer
  deviceName: string | null
}

interface DeviceRow {
  id: string
  device_name: string | null
  created_at: Date
  last_seen_at: Date
}

const UNIQUE_VIOLATION = '23505'
// Any numbers that no other use of PostgreSQL's advisory locks here has.
const FIRST_ACCOUNT_LOCK = 4_000_003
const ROLES_LOCK = 4_000_004

/** Accounts and their sessions in the database. */
export const sessionRepository = (db: Db) => ({
  async hasAccounts(): Promise<boolean> {
    return (await db('users').first('id')) !== undefined
  },

  /** Whether nobody has an account yet; then holds everyone else who asks until the transaction ends. */
  async claimFirstAccount(): Promise<boolean> {
    if (await this.hasAccounts()) return false
    // Two who come first at the same moment come one after the other.
    await db.raw('select pg_advisory_xact_lock(?)', [FIRST_ACCOUNT_LOCK])
    return !(await this.hasAccounts())
  },

  /** Adds an account. Throws `session.username_taken`. */
  async insertUser({ id, username, displayName, passwordHash, role }: NewUser): Promise<User> {
    try {
      const [row] = await db('users')
        .insert({
          id,
          username,
          display_name: displayName,
          password_hash: passwordHash,
          role,
        })
        .returning<UserRow[]>([...USER_COLUMNS])
      return toUser(row as UserRow) // an insert that does not throw returns its row
    } catch (error) {
      if (error instanceof DatabaseError && error.code === UNIQUE_VIOLATION)
        throw new AppError('session.username_taken', `The username ${username} is taken. Choose another.`)
      throw error
    }
  },

  async findUser(id: string): Promise<User | null> {
    const row = await db('users')
      .where({ id })
      .first<UserRow | undefined>([...USER_COLUMNS])
    return row === undefined ? null : toUser(row)
  },

  /** Finds an account by its name in either case, with the hash of its password. */
  async findAccount(username: string): Promise<{ user: User; passwordHash: string } | null> {
    const row = await db('users')
      .whereRaw('lower(username) = lower(?)', [username])
      .first<(UserRow & { password_hash: string }) | undefined>([...USER_COLUMNS, 'password_hash'])
    return row === undefined ? null : { user: toUser(row), passwordHash: row.password_hash }
  },

  /** Up to `limit` people in the order of their usernames, behind the username `after`. */
  async listUsers(filter: { query: string; after: string | null; limit: number }): Promise<User[]> {
    const search = db('users')
      .select<UserRow[]>([...USER_COLUMNS])
      .orderByRaw('lower(username)')
      .limit(filter.limit)
    if (filter.after !== null) void search.whereRaw('lower(username) > lower(?)', [filter.after])
    if (filter.query !== '') {
      const pattern = `%${filter.query.replace(/[\\%_]/g, '\\$&')}%`
      void search.where((either) =>
        either.whereILike('username', pattern).orWhereILike('display_name', pattern),
      )
    }
    return (await search).map(toUser)
  },

  async replaceDisplayName(id: string, displayName: string): Promise<User | null> {
    const [row] = await db('users')
      .where({ id })
      .update({ display_name: displayName })
      .returning<UserRow[]>([...USER_COLUMNS])
    return row === undefined ? null : toUser(row)
  },

  /** Holds everyone's role until the transaction ends. */
  async lockRoles(): Promise<void> {
    await db.raw('select pg_advisory_xact_lock(?)', [ROLES_LOCK])
  },

  async replaceRole(id: string, role: Role): Promise<User | null> {
    const [row] = await db('users')
      .where({ id })
      .update({ role })
      .returning<UserRow[]>([...USER_COLUMNS])
    return row === undefined ? null : toUser(row)
  },

  async hasAdmin(): Promise<boolean> {
    return (await db('users').where({ role: 'admin' }).first('id')) !== undefined
  },

  async insertSession({ id, userId, tokenHash, deviceName }: NewSession): Promise<void> {
    await db('sessions').insert({ id, user_id: userId, token_hash: tokenHash, device_name: deviceName })
  },

  /** Who holds the token; `unseen` when that was last noted more than so many seconds ago, by the database's clock. */
  async findActor(tokenHash: Buffer, seconds: number): Promise<(Actor & { unseen: boolean }) | null> {
    const row = await db('sessions')
      .where({ token_hash: tokenHash })
      .first<{ id: string; user_id: string; unseen: boolean } | undefined>([
        'id',
        'user_id',
        db.raw('last_seen_at < now() - make_interval(secs => ?) as unseen', [seconds]),
      ])
    return row === undefined ? null : { sessionId: row.id, userId: row.user_id, unseen: row.unseen }
  },

  async replaceLastSeen(sessionId: string): Promise<void> {
    await db('sessions').where({ id: sessionId }).update({ last_seen_at: db.fn.now() })
  },

  async listDevices({ userId, sessionId }: Actor): Promise<Device[]> {
    const rows = await db('sessions')
      .where({ user_id: userId })
      .orderBy('created_at')
      .select<DeviceRow[]>(['id', 'device_name', 'created_at', 'last_seen_at'])
    return rows.map((row) => ({
      id: row.id,
      deviceName: row.device_name,
      createdAt: row.created_at.toISOString(),
      lastSeenAt: row.last_seen_at.toISOString(),
      current: row.id === sessionId,
    }))
  },

  /** Whether there was such a session of this person. */
  async removeSession(userId: string, sessionId: string): Promise<boolean> {
    return (await db('sessions').where({ id: sessionId, user_id: userId }).delete()) > 0
  },
})
