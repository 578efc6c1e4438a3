import { useEffect } from 'react'
import { t } from '../platform/texts.ts'
import { ensureUsers, useUsers, type Person } from './users.ts'

/** A person by id, undefined until known; whoever shows a stranger thereby has them fetched. */
export function useUser(userId: string | undefined): Person | undefined {
  const person = useUsers((state) => (userId === undefined ? undefined : state.people[userId]))
  useEffect(() => {
    if (userId !== undefined) ensureUsers([userId])
  }, [userId])
  return person
}

/** The id of who is signed in. Throws where nobody is: it is for what is only shown to somebody. */
export function useSelfId(): string {
  const selfId = useUsers((state) => state.selfId)
  if (selfId === null) throw new Error('Nobody is signed in.')
  return selfId
}

/** What to call somebody who is not known yet. */
export const UNKNOWN_NAME = t('session.someone')
