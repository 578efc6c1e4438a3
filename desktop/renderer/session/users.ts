import { create } from 'zustand'
import type { Picture as ToldPicture, User } from '../../../api/contract/session.ts'
import { call } from '../platform/call.ts'

/** Who somebody is, apart from the picture. */
export type Person = Pick<User, 'id' | 'username' | 'displayName' | 'role'>

/** The addresses of somebody's picture, both null where there is none; of two, the one with the greater version holds. */
export interface Picture {
  fullUrl: string | null
  thumbUrl: string | null
  /** Some bytes in base64 to paint until the picture is there. */
  thumbhash: string | null
  version: number
}

/** A picture as it is to be shown; null where there is none. */
export type ShownPicture = Pick<Picture, 'fullUrl' | 'thumbUrl' | 'thumbhash'>

/** The picture in what the server tells of a person or a room. */
export const toPicture = (told: ToldPicture): Picture => ({
  fullUrl: told.avatarUrl,
  thumbUrl: told.avatarThumbUrl,
  thumbhash: told.avatarThumbhash,
  version: told.avatarVersion,
})

interface Users {
  /** Who is signed in here; null while nobody is. */
  selfId: string | null
  people: Record<string, Person>
  pictures: Record<string, Picture>
}

const nobody: Users = { selfId: null, people: {}, pictures: {} }

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

/** At most so many of the people known, as the server tells of them. */
export function knownUsers(limit: number): User[] {
  const { people, pictures } = useUsers.getState()
  return Object.values(people)
    .slice(0, limit)
    .map((person) => ({ ...person, ...toTold(pictures[person.id]) }))
}

const toTold = (picture: Picture | undefined): ToldPicture => ({
  avatarUrl: picture?.fullUrl ?? null,
  avatarThumbUrl: picture?.thumbUrl ?? null,
  avatarThumbhash: picture?.thumbhash ?? null,
  avatarVersion: picture?.version ?? 0,
})

const isNewer = (pictures: Users['pictures'], userId: string, picture: Picture): boolean =>
  picture.version > (pictures[userId]?.version ?? -1)

/** Takes over people as the server told of them; a picture older than the one known is dropped. */
export function addUsers(users: readonly User[]): void {
  set((state) => {
    const people = { ...state.people }
    const newer: Users['pictures'] = {}
    for (const user of users) {
      const { id, username, displayName, role } = user
      people[id] = { id, username, displayName, role }
      const picture = toPicture(user)
      if (isNewer(state.pictures, id, picture) && isNewer(newer, id, picture)) newer[id] = picture
    }
    // Copied once for all of them, and not at all for none.
    if (Object.keys(newer).length === 0) return { people }
    return { people, pictures: { ...state.pictures, ...newer } }
  })
}

/** Takes over somebody's new picture, also that of a person not known yet; an older version than the known is dropped. */
export function setPicture(userId: string, picture: Picture): void {
  set((state) =>
    isNewer(state.pictures, userId, picture) ? { pictures: { ...state.pictures, [userId]: picture } } : state,
  )
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

/** The most people that the API gives at once. */
export const PEOPLE_AT_ONCE = 100
/** How many people pages are to save asking for, each, in the mean; where fewer are left, they are asked for one by one. */
const WORTH_A_PAGE = 10

/**
 * Fetches anew who is known here and not in `first`, the first page of everyone, behind which `next` stands: by pages while those are far
 * fewer than the people, then each by itself.
 */
export async function refreshBehind(first: readonly User[], next: string | null): Promise<void> {
  const { selfId, people } = useUsers.getState()
  const stale = new Set(Object.keys(people))
  for (const { id } of first) stale.delete(id)
  const mostPages = stale.size / WORTH_A_PAGE
  try {
    let after = next
    for (let pages = 0; after !== null && pages < mostPages && stale.size >= WORTH_A_PAGE; pages += 1) {
      const page = await call('listUsers', { after, limit: PEOPLE_AT_ONCE })
      // Somebody else may have signed in meanwhile.
      if (useUsers.getState().selfId !== selfId) return
      addUsers(page.users.filter(({ id }) => stale.delete(id)))
      after = page.nextCursor
    }
  } catch {
    // They are shown as they were known until events, or the next time, tell otherwise.
    return
  }
  refreshUsers([...stale])
}

/** Fetches these people anew; each is asked for once, a few at a time. */
function refreshUsers(ids: readonly string[]): void {
  for (const id of ids) waiting.add(id)
  while (running < AT_ONCE) {
    const id = nextWaiting()
    if (id === undefined) return
    void fetchUser(id)
  }
}

function nextWaiting(): string | undefined {
  for (const id of waiting) if (!inFlight.has(id)) return id
  return undefined
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
