import { go } from 'fuzzysort'
import { useId, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import type { Room } from '../../../api/contract/chat.ts'
import { Avatar } from '../avatar/Avatar.tsx'
import { call } from '../platform/call.ts'
import { t } from '../platform/texts.ts'
import { showCallFailure } from '../session/show-call-failure.ts'
import { useUsers, type Person } from '../session/users.ts'
import { UNKNOWN_NAME, useSelfId } from '../session/useUser.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { RoomAvatar } from './RoomAvatar.tsx'
import { partnerId, putRoom, selectRoom, useRooms } from './rooms.ts'
import { shortCount } from './short-count.ts'
import styles from './Switcher.module.css'
import { usePeopleSearch } from './usePeopleSearch.ts'

/** How many places are offered at once. */
const OFFERED = 30

/** Where one can go: a room, or a person with or without a direct chat so far. */
interface Place {
  key: string
  name: string
  hint: string
  room: Room | undefined
  userId: string | undefined
}

/** Goes to any room or person by a few letters of its name: the latest first, arrow keys and Enter. */
export function Switcher({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title={t('chat.find.switcher')} hideTitle width={520}>
      <Places onClose={onClose} />
    </Dialog>
  )
}

function Places({ onClose }: { onClose: () => void }) {
  const [query, setQuery] = useState('')
  const [active, setActive] = useState(0)
  const places = usePlaces(query)
  const listId = useId()
  const list = useRef<HTMLDivElement>(null)
  const current = places[Math.min(active, places.length - 1)]
  const optionId = (place: Place): string => `${listId}-${place.key}`

  async function go(place: Place): Promise<void> {
    onClose()
    if (place.room) return selectRoom(place.room.id)
    if (place.userId === undefined) return undefined
    try {
      const { room } = await call('openDm', { userId: place.userId })
      putRoom(room)
      selectRoom(room.id)
    } catch (error) {
      showCallFailure(t('chat.notOpened', { name: place.name }), error)
    }
    return undefined
  }

  function move(to: number): void {
    const index = (to + places.length) % places.length
    setActive(index)
    list.current?.children[index]?.scrollIntoView({ block: 'nearest' })
  }

  function handleKey(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'ArrowDown') move(active + 1)
    else if (event.key === 'ArrowUp') move(active - 1)
    else if (event.key === 'Enter' && current) void go(current)
    else return
    event.preventDefault()
  }

  return (
    <div className={styles.switcher}>
      <input
        type="text"
        className={styles.field}
        aria-label={t('chat.find.place')}
        aria-autocomplete="list"
        aria-controls={listId}
        aria-activedescendant={current && optionId(current)}
        placeholder={t('chat.find.place')}
        value={query}
        maxLength={64}
        autoComplete="off"
        spellCheck={false}
        data-initial-focus
        onChange={(event) => {
          setQuery(event.target.value)
          setActive(0)
        }}
        onKeyDown={handleKey}
      />
      {/* A select cannot show pictures, and the field keeps the focus while arrow keys move through the places. */}
      {/* oxlint-disable jsx-a11y/prefer-tag-over-role */}
      <div ref={list} id={listId} role="listbox" aria-label={t('chat.find.places')} className={styles.list}>
        {places.map((place, index) => (
          <div
            key={place.key}
            id={optionId(place)}
            role="option"
            aria-selected={place === current}
            tabIndex={-1}
            data-active={place === current || undefined}
            className={styles.option}
            onPointerMove={() => setActive(index)}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => void go(place)}
            onKeyDown={(event) => event.key === 'Enter' && void go(place)}
          >
            {place.userId !== undefined && <Avatar userId={place.userId} size={28} />}
            {place.userId === undefined && place.room && <RoomAvatar room={place.room} size={28} />}
            <span className={styles.name}>{place.name}</span>
            <span className={styles.hint}>{place.hint}</span>
            {place.room !== undefined && place.room.unreadCount > 0 && (
              <span className={styles.unread}>{shortCount(place.room.unreadCount)}</span>
            )}
          </div>
        ))}
      </div>
      {places.length === 0 && <p className={styles.none}>{t('chat.find.noPlace')}</p>}
    </div>
  )
}

/** The places whose name goes with the query, the best first; without one, the latest. */
function usePlaces(query: string): readonly Place[] {
  const selfId = useSelfId()
  const rooms = useRooms((state) => state.rooms)
  const people = useUsers((state) => state.people)
  // Whom nobody here has heard of yet is known to the server.
  const found = usePeopleSearch(query).people

  return useMemo(() => {
    const byTime = Object.values(rooms).toSorted((a, b) => latest(b).localeCompare(latest(a)))
    const places = byTime.map((room) => placeOf(room, people, selfId))
    const wanted = query.trim()
    if (wanted === '') return places.slice(0, OFFERED)
    const partners = new Set(places.map(({ userId }) => userId))
    const strangers = [
      ...new Map([...Object.values<Person>(people), ...found].map((one) => [one.id, one])).values(),
    ]
      .filter(({ id }) => !partners.has(id) && id !== selfId)
      .map(({ id, displayName, username }) => ({
        key: id,
        name: displayName,
        hint: `@${username}`,
        room: undefined,
        userId: id,
      }))
    return go(wanted, [...places, ...strangers], { keys: ['name', 'hint'], limit: OFFERED }).map(
      ({ obj }) => obj,
    )
  }, [rooms, people, found, query, selfId])
}

function placeOf(room: Room, people: Record<string, Person>, selfId: string): Place {
  if (room.kind === 'group')
    return { key: room.id, name: room.name ?? t('chat.room'), hint: t('chat.room'), room, userId: undefined }
  const userId = partnerId(room, selfId)
  const person = people[userId]
  return {
    key: room.id,
    name: person?.displayName ?? UNKNOWN_NAME,
    hint: person ? `@${person.username}` : '',
    room,
    userId,
  }
}

const latest = (room: Room): string => room.lastMessage?.createdAt ?? ''
