import type { Role, User } from '../contract/session.ts'

/** The columns of a picture, the same for people and rooms. */
export interface PictureColumns {
  avatar_url: string | null
  avatar_thumb_url: string | null
  avatar_version: number
  avatar_thumbhash: string | null
}

/** A person as the table `users` holds them, without the password. */
export interface UserRow extends PictureColumns {
  id: string
  username: string
  display_name: string
  role: Role
}

/** The columns of a UserRow. */
export const USER_COLUMNS = [
  'id',
  'username',
  'display_name',
  'role',
  'avatar_url',
  'avatar_thumb_url',
  'avatar_version',
  'avatar_thumbhash',
] as const

/** The picture in a row, as others see it. */
export const toPicture = (row: PictureColumns) => ({
  avatarUrl: row.avatar_url,
  avatarThumbUrl: row.avatar_thumb_url,
  avatarVersion: row.avatar_version,
  avatarThumbhash: row.avatar_thumbhash,
})

/** Turns a row into the person whom others see. */
export const toUser = (row: UserRow): User => ({
  id: row.id,
  username: row.username,
  displayName: row.display_name,
  role: row.role,
  ...toPicture(row),
})
