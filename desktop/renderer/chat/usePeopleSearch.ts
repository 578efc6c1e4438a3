import { useEffect, useState } from 'react'
import type { User } from '../../../api/contract/session.ts'
import { call } from '../platform/call.ts'
import { sentenceFor } from '../platform/sentences.ts'
import { addUsers } from '../session/users.ts'

/** After how long without a keystroke the search begins, in milliseconds. */
const PAUSE_MS = 180
const PAGE = 30

/** What a search has found so far. */
export interface PeopleSearch {
  people: readonly User[]
  status: 'searching' | 'done' | 'failed'
  failure: string | null
  /** Fetches the next page; null where there is none. */
  more: (() => void) | null
}

interface Found {
  query: string
  people: readonly User[]
  nextCursor: string | null
  failure: string | null
}

/** Finds people by a part of their name, everyone where `query` is empty; a page at a time. */
export function usePeopleSearch(query: string): PeopleSearch {
  const [found, setFound] = useState<Found | null>(null)
  const wanted = query.trim()
  const [page, setPage] = useState<{ query: string; cursor: string | null }>({ query: wanted, cursor: null })
  // Another search begins at its first page, also when it is one from before.
  if (page.query !== wanted) setPage({ query: wanted, cursor: null })
  const { cursor } = page

  useEffect(() => {
    let over = false
    const fetchPage = async () => {
      try {
        const input = { query: wanted, limit: PAGE, ...(cursor !== null && { after: cursor }) }
        const { users, nextCursor } = await call('listUsers', input)
        addUsers(users)
        if (over) return
        setFound((before) => ({
          query: wanted,
          people: cursor !== null && before?.query === wanted ? [...before.people, ...users] : users,
          nextCursor,
          failure: null,
        }))
      } catch (error) {
        if (!over) setFound({ query: wanted, people: [], nextCursor: null, failure: sentenceFor(error) })
      }
    }
    const timer = setTimeout(() => void fetchPage(), cursor === null && wanted !== '' ? PAUSE_MS : 0)
    return () => {
      over = true
      clearTimeout(timer)
    }
  }, [wanted, cursor])

  const next = found?.query === wanted ? found.nextCursor : null
  return {
    people: found?.people ?? [],
    status: found?.query !== wanted ? 'searching' : found.failure === null ? 'done' : 'failed',
    failure: found?.query === wanted ? found.failure : null,
    more: next === null ? null : () => setPage({ query: wanted, cursor: next }),
  }
}
