import type { User } from '../contract/session.ts'

/** A person as the table `users` holds them, without the password. */
export interface UserRow {
  id: string
  username: string
  display_name: string
  avatar_url: string | null
  avatar_thumb_url: string | null
  avatar_version: number
}

/** The columns of a UserRow. */
export const USER_COLUMNS = [
  'id',
  'username',
  'display_name',
  'avatar_url',
  'avatar_thumb_url',
  'avatar_version',
] as const

/** Turns a row into the person whom others see. */
export const toUser = (row: UserRow): User => ({
  id: row.id,
  username: row.username,
  displayName: row.display_name,
  avatarUrl: row.avatar_url,
  avatarThumbUrl: row.avatar_thumb_url,
  avatarVersion: row.avatar_version,
})
