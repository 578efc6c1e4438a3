import type { Rendition } from '../contract/avatar.ts'

/** Both renditions, where something is done to each. */
export const BOTH = ['full', 'thumb'] as const

/** What the two renditions' files are called, in keys and in addresses. */
export const FILES = { full: '256.webp', thumb: '64.webp' } as const satisfies Record<Rendition, string>

/** The files of both renditions. */
export type RenditionFiles = Record<Rendition, Buffer>

/** Whose pictures: a person's id, or `rooms/` and a room's. The part of keys and addresses that comes first. */
export type AvatarPlace = string

/** The place of a room's pictures. */
export const roomPlace = (roomId: string): AvatarPlace => `rooms/${roomId}`

/** Where a picture's objects and addresses are. Served keys are never written twice, so that they can be cached for ever. */
export interface AvatarKeys {
  /** What the address of every picture begins with, without a slash at the end. */
  readonly base: string
  /** The bucket's folder, ending with a slash, or empty. */
  readonly folder: string
  /** Where a client may put a rendition: never served. */
  pending(place: AvatarPlace, uploadId: string, rendition: Rendition): string
  /** Where the checked bytes go: no presigned address can write here. */
  served(avatarKey: string, rendition: Rendition): string
  /** The address at which clients read the rendition, absolute with a public base, else on the API. */
  url(avatarKey: string, rendition: Rendition): string
}

/** The part of key and address that names one picture; the column `avatar_key`. */
export const avatarKey = (place: AvatarPlace, uploadId: string): string => `${place}/${uploadId}`

/** Creates the naming for the bucket's `folder` (ending with a slash) and the public base address, if there is one. */
export function createAvatarKeys(folder: string, publicUrl: string | null): AvatarKeys {
  const base = publicUrl ?? '/api/avatars'
  return {
    base,
    folder,
    pending: (place, uploadId, rendition) => `${folder}pending/${place}/${uploadId}/${FILES[rendition]}`,
    served: (key, rendition) => `${folder}${key}/${FILES[rendition]}`,
    url: (key, rendition) => `${base}/${key}/${FILES[rendition]}`,
  }
}
