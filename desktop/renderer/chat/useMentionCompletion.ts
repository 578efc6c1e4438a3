import { go } from 'fuzzysort'
import { useMemo, useState, type KeyboardEvent } from 'react'
import type { Room } from '../../../api/contract/chat.ts'
import { useUsers, type Person } from '../session/users.ts'

/** How many people are offered at once. */
const OFFERED = 6

/** What is being typed of somebody's name before the caret. */
const TYPED = /(?<![\w@.])@([\p{Letter}\p{Number}_.-]*)$/u

/** A text and where the caret stands in it. */
export interface Written {
  body: string
  caret: number
}

interface Completion {
  /** Who is meant, perhaps; nobody where no name is being typed. */
  people: readonly Person[]
  active: number
  setActive: (index: number) => void
  /** The text with this person's username in the place of what was typed of it. */
  complete: (person: Person) => Written
  /** Takes the keys that move, choose and close; true where it took one, with the text where that has changed. */
  handleKey: (event: KeyboardEvent) => boolean | Written
}

/** Offers a room's people while somebody's name is being typed behind an @. */
export function useMentionCompletion({ body, caret }: Written, room: Room): Completion {
  const known = useUsers((state) => state.people)
  const typed = TYPED.exec(body.slice(0, caret))
  const query = typed?.[1] ?? null
  const [closed, setClosed] = useState<string | null>(null)
  const [chosen, setChosen] = useState({ query, active: 0 })
  const active = chosen.query === query ? chosen.active : 0
  const isOpen = query !== null && closed !== body

  const people = useMemo(
    () =>
      isOpen
        ? findPeople(
            room.memberIds.flatMap((id) => known[id] ?? []),
            query,
          )
        : [],
    [isOpen, query, known, room.memberIds],
  )

  const setActive = (index: number): void =>
    setChosen({ query, active: (index + people.length) % people.length })

  function complete({ username }: Person): Written {
    const before = body.slice(0, caret - (query?.length ?? 0))
    const after = body.slice(caret).replace(/^ ?/, ' ')
    return { body: before + username + after, caret: before.length + username.length + 1 }
  }

  function handleKey(event: KeyboardEvent): boolean | Written {
    const person = people[active]
    if (person === undefined) return false
    if (event.key === 'ArrowDown') setActive(active + 1)
    else if (event.key === 'ArrowUp') setActive(active - 1)
    else if (event.key === 'Enter' || event.key === 'Tab') return complete(person)
    else if (event.key === 'Escape') setClosed(body)
    else return false
    return true
  }

  return { people, active, setActive, complete, handleKey }
}

function findPeople(people: Person[], query: string): Person[] {
  if (query === '')
    return people.toSorted((a, b) => a.displayName.localeCompare(b.displayName)).slice(0, OFFERED)
  return go(query, people, { keys: ['displayName', 'username'], limit: OFFERED }).map(({ obj }) => obj)
}
