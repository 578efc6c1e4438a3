import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { id, integer, line, time, typed } from './fields.ts'

/** 3 to 32 of a–z 0–9 . _ - in either case; two names that differ only in case are the same name. */
export const username = z
  .string()
  .regex(
    /^[a-zA-Z0-9._-]{3,32}$/,
    'must be 3 to 32 of the letters a–z, digits, full stop, underscore and hyphen',
  )

/** The name that other people see, 1 to 64 characters. */
export const displayName = line(64)

/** 10 to 128 characters, any. */
export const password = z.string().min(10).max(128)

/** What somebody may do in the workspace: an `admin` also takes away pictures of others and passes the role on. */
export const role = z.enum(['admin', 'member'])
export type Role = z.output<typeof role>

/**
 * The picture of a person or a room: addresses of the two renditions, null where there is none. `avatarVersion` only grows: drop
 * anything older than what you show. `avatarThumbhash` is some 25 bytes in base64 (https://evanw.github.io/thumbhash/), to be
 * painted until the picture is there. What an older server does not tell has a default.
 */
export const picture = z.object({
  avatarUrl: z.string().nullable().default(null),
  avatarThumbUrl: z.string().nullable().default(null),
  avatarVersion: z.number().int().min(0).default(0),
  avatarThumbhash: z.string().nullable().default(null),
})
export type Picture = z.output<typeof picture>

/** A person, as everyone in the workspace sees them. */
export const user = z.object({
  id,
  username: z.string(),
  displayName: z.string(),
  role: role.default('member'),
  ...picture.shape,
})
export type User = z.output<typeof user>

/** A device on which a person is signed in. */
export const device = z.object({
  id,
  deviceName: z.string().nullable(),
  createdAt: time,
  lastSeenAt: time,
  current: z.boolean(),
})
export type Device = z.output<typeof device>

/** Who may make an account: anyone, whoever has an invite, or nobody. */
export const registration = z.enum(['open', 'invite', 'closed'])
export type Registration = z.output<typeof registration>

/** An invite, as admins see it; its code is told once, to whoever made it. Held until `expiresAt`, for `maxUses` accounts. */
export const invite = z.object({
  id,
  createdAt: time,
  expiresAt: time,
  uses: z.number().int().min(0),
  maxUses: z.number().int().min(1),
})
export type Invite = z.output<typeof invite>

const signedIn = z.object({ token: z.string(), user })
const none = z.object({})

/** Accounts, signing in, devices and people. */
export const sessionEndpoints = {
  register: endpoint({
    method: 'POST',
    path: '/api/auth/register',
    auth: 'none',
    request: z.object({
      username,
      displayName,
      password,
      deviceName: line(64).optional(),
      /** The code of an invite, where the server asks for one. */
      invite: typed(128).trim().optional(),
    }),
    response: signedIn,
    status: 201,
  }),
  login: endpoint({
    method: 'POST',
    path: '/api/auth/login',
    auth: 'none',
    // Not `username` and `password`: a name that cannot exist is a wrong name, not a malformed request.
    request: z.object({
      username: typed(128),
      password: z.string().max(1024),
      deviceName: line(64).optional(),
    }),
    response: signedIn,
  }),
  /** What the screen for signing in shows. While there is no account, `registration` is `open`: the first one is the admin's. */
  describeServer: endpoint({
    method: 'GET',
    path: '/api/server',
    auth: 'none',
    request: none,
    response: z.object({ name: z.string(), version: z.string(), registration }),
  }),
  logout: endpoint({
    method: 'POST',
    path: '/api/auth/logout',
    request: none,
    response: z.void(),
    status: 204,
  }),
  listDevices: endpoint({
    method: 'GET',
    path: '/api/auth/sessions',
    request: none,
    response: z.object({ sessions: z.array(device) }),
  }),
  revokeDevice: endpoint({
    method: 'DELETE',
    path: '/api/auth/sessions/:id',
    request: z.object({ id }),
    response: z.void(),
    status: 204,
  }),
  getMe: endpoint({
    method: 'GET',
    path: '/api/users/me',
    request: none,
    response: z.object({ user }),
  }),
  updateMe: endpoint({
    method: 'PATCH',
    path: '/api/users/me',
    request: z.object({ displayName }),
    response: z.object({ user }),
  }),
  /** People by name, ordered by username; `query` finds a part of the username or display name. */
  listUsers: endpoint({
    method: 'GET',
    path: '/api/users',
    request: z.object({
      query: typed(64).optional(),
      after: typed(64).optional(),
      limit: integer(1, 100).default(50),
    }),
    response: z.object({ users: z.array(user), nextCursor: z.string().nullable() }),
  }),
  getUser: endpoint({
    method: 'GET',
    path: '/api/users/:id',
    request: z.object({ id }),
    response: z.object({ user }),
  }),
  /** For admins: passes the role on, or takes it; the last admin stays one. */
  setRole: endpoint({
    method: 'PUT',
    path: '/api/users/:id/role',
    request: z.object({ id, role }),
    response: z.object({ user }),
  }),
  /** For admins: makes an invite for `maxUses` accounts, valid for `days`. */
  createInvite: endpoint({
    method: 'POST',
    path: '/api/invites',
    request: z.object({ maxUses: integer(1, 1_000).default(1), days: integer(1, 90).default(7) }),
    response: z.object({ invite, code: z.string() }),
    status: 201,
  }),
  /** For admins: the invites that still hold, newest first. */
  listInvites: endpoint({
    method: 'GET',
    path: '/api/invites',
    request: none,
    response: z.object({ invites: z.array(invite) }),
  }),
  /** For admins: takes an invite back; accounts made with it stay. */
  revokeInvite: endpoint({
    method: 'DELETE',
    path: '/api/invites/:id',
    request: z.object({ id }),
    response: z.void(),
    status: 204,
  }),
} as const
