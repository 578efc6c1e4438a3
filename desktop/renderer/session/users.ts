import { create } from 'zustand'
import type { User } from '../../../api/contract/session.ts'
import { call } from '../platform/call.ts'

/** Who somebody is, apart from the picture. */
export type Person = Pick<User, 'id' | 'username' | 'displayName'>

/** The addresses of somebody's picture, both null where there is none; of two, the one with the greater version holds. */
export interface Picture {
  fullUrl: string | null
  thumbUrl: string | null
  version: number
}

/** A picture as it is to be shown; null where there is none. */
export type ShownPicture = Pick<Picture, 'fullUrl' | 'thumbUrl'>

/**
 * What one's own picture is about to become, shown instead of the picture that the server knows.
 * `fraction` tells how far the upload is, as a part of 1.
 */
export interface PictureChange extends ShownPicture {
  id: number
  fraction: number
}

interface Users {
  /** Who is signed in here; null while nobody is. */
  selfId: string | null
  people: Record<string, Person>
  pictures: Record<string, Picture>
  change: PictureChange | null
}

const nobody: Users = { selfId: null, people: {}, pictures: {}, change: null }

/** The one home of people and pictures: every surface that shows somebody reads them here. */
export const useUsers = create<Users>(() => nobody)

const set = useUsers.setState

/** Forgets everyone: for signing out. */
export function resetUsers(): void {
  set(nobody, true)
  waiting.clear()
}

/** Makes somebody the one who is signed in. */
export function setSelf(user: User): void {
  set({ selfId: user.id })
  addUsers([user])
}

function withPicture(pictures: Users['pictures'], userId: string, picture: Picture): Users['pictures'] {
  const known = pictures[userId]
  if (known && known.version >= picture.version) return pictures
  return { ...pictures, [userId]: picture }
}

/** Takes over people as the server told of them; a picture older than the one known is dropped. */
export function addUsers(users: readonly User[]): void {
  set((state) => {
    const people = { ...state.people }
    let pictures = state.pictures
    for (const { id, username, displayName, avatarUrl, avatarThumbUrl, avatarVersion } of users) {
      people[id] = { id, username, displayName }
      pictures = withPicture(pictures, id, {
        fullUrl: avatarUrl,
        thumbUrl: avatarThumbUrl,
        version: avatarVersion,
      })
    }
    return { people, pictures }
  })
}

/** Takes over somebody's new picture, also that of a person not known yet; an older version than the known is dropped. */
export function setPicture(userId: string, picture: Picture): void {
  set((state) => ({ pictures: withPicture(state.pictures, userId, picture) }))
}

let changes = 0

/** Shows one's own picture changed before the server knows; the answer is the id that the two functions below take. */
export function beginChange(picture: ShownPicture): number {
  changes += 1
  set({ change: { id: changes, fullUrl: picture.fullUrl, thumbUrl: picture.thumbUrl, fraction: 0 } })
  return changes
}

/** Tells how far a change is; does nothing where a later one has taken its place. */
export function advanceChange(id: number, fraction: number): void {
  set((state) => (state.change?.id === id ? { change: { ...state.change, fraction } } : state))
}

/**
 * Ends a change: with the user that the server answered, or, where it failed, back to the picture from before.
 * False where a later change has taken its place.
 */
export function settleChange(id: number, answer: User | null): boolean {
  const current = useUsers.getState().change?.id === id
  if (answer) addUsers([answer])
  if (current) set({ change: null })
  return current
}

/** Somebody's picture as it is to be shown: for oneself, what it is about to become. */
export function shownPicture(state: Users, userId: string): ShownPicture | undefined {
  return state.change && userId === state.selfId ? state.change : state.pictures[userId]
}

/** How many people are fetched at the same time. */
const AT_ONCE = 6
const waiting = new Set<string>()
const inFlight = new Set<string>()
let running = 0

/** Fetches those of these people who are not known yet; each is asked for once, a few at a time. Failures are tried again when next asked for. */
export function ensureUsers(ids: readonly string[]): void {
  const { people } = useUsers.getState()
  refreshUsers(ids.filter((id) => !people[id] && !inFlight.has(id)))
}

/** Fetches these people anew; each is asked for once, a few at a time. */
export function refreshUsers(ids: readonly string[]): void {
  for (const id of ids) waiting.add(id)
  while (running < AT_ONCE) {
    const id = [...waiting].find((candidate) => !inFlight.has(candidate))
    if (id === undefined) return
    void fetchUser(id)
  }
}

async function fetchUser(id: string): Promise<void> {
  running += 1
  inFlight.add(id)
  waiting.delete(id)
  const { selfId } = useUsers.getState()
  try {
    const { user } = await call('getUser', { id })
    // Somebody else may have signed in meanwhile, perhaps to another server.
    if (useUsers.getState().selfId === selfId) addUsers([user])
  } catch {
    // Shown without a name until somebody asks again: at the latest after the next connection.
  } finally {
    running -= 1
    inFlight.delete(id)
    refreshUsers([])
  }
}
