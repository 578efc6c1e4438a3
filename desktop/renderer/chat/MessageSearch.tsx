import { Search } from 'lucide-react'
import { useRef, useState, type KeyboardEvent } from 'react'
import type { Message, Room } from '../../../api/contract/chat.ts'
import { Avatar } from '../avatar/Avatar.tsx'
import { fullTime, shortWhen, useToday } from '../platform/dates.ts'
import { t } from '../platform/texts.ts'
import { UNKNOWN_NAME, useUser } from '../session/useUser.ts'
import { useUsers } from '../session/users.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { InlineError } from '../ui/InlineError.tsx'
import { Spinner } from '../ui/Spinner.tsx'
import { jumpTo } from './jump.ts'
import { Highlighted } from './Highlighted.tsx'
import { messageWords } from './message-words.ts'
import styles from './MessageSearch.module.css'
import { useRooms } from './rooms.ts'
import { useMessageSearch } from './useMessageSearch.ts'
import { useRoomName } from './useRoomName.ts'

/** Finds messages by their words, in all rooms or one, of all or of one person, and goes to them. */
export function MessageSearch({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title={t('chat.find.search')} width={620}>
      <Finder onClose={onClose} />
    </Dialog>
  )
}

function Finder({ onClose }: { onClose: () => void }) {
  const [q, setQ] = useState('')
  const [roomId, setRoomId] = useState<string | null>(null)
  const [senderId, setSenderId] = useState<string | null>(null)
  const search = useMessageSearch({ q, roomId, senderId })
  const results = useRef<HTMLOListElement>(null)

  function open(message: Message): void {
    onClose()
    void jumpTo(message.roomId, message.seq)
  }

  function handleKey(event: KeyboardEvent): void {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    const rows = [...(results.current?.querySelectorAll('button') ?? [])]
    const at = rows.indexOf(document.activeElement as HTMLButtonElement) // -1 for whatever else has the focus
    rows[at + (event.key === 'ArrowDown' ? 1 : -1)]?.focus()
    event.preventDefault()
  }

  return (
    // Arrow keys lead from the field into what was found, and through it.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className={styles.search} onKeyDown={handleKey}>
      <div className={styles.field}>
        <Search size={17} aria-hidden="true" />
        <input
          type="search"
          aria-label={t('chat.find.words')}
          placeholder={t('chat.find.wordsHint')}
          value={q}
          maxLength={200}
          spellCheck={false}
          data-initial-focus
          onChange={(event) => setQ(event.target.value)}
        />
        {search.status === 'searching' && <Spinner size={16} />}
      </div>
      <div className={styles.filters}>
        <RoomFilter value={roomId} onValue={setRoomId} />
        <PersonFilter roomId={roomId} value={senderId} onValue={setSenderId} />
      </div>
      {search.failure !== null && <InlineError>{search.failure}</InlineError>}
      <ol
        ref={results}
        className={styles.results}
        aria-label={t('chat.find.found')}
        onScroll={({ currentTarget: at }) => {
          if (at.scrollHeight - at.scrollTop - at.clientHeight < 200) search.more?.()
        }}
      >
        {search.messages.map((message) => (
          <li key={message.id}>
            <Result message={message} query={q} onOpen={() => open(message)} />
          </li>
        ))}
      </ol>
      <output className={styles.note}>
        {search.status === 'idle' && t('chat.find.before')}
        {search.status === 'done' && search.messages.length === 0 && t('chat.find.nothing')}
      </output>
    </div>
  )
}

function Result({ message, query, onOpen }: { message: Message; query: string; onOpen: () => void }) {
  const name = useUser(message.senderId)?.displayName ?? UNKNOWN_NAME
  const room = useRooms((state) => state.rooms[message.roomId])
  const sent = new Date(message.createdAt)
  return (
    <button type="button" className={styles.result} onClick={onOpen}>
      <Avatar userId={message.senderId} size={32} />
      <span className={styles.words}>
        <span className={styles.head}>
          <b>{name}</b>
          {room && <RoomName room={room} />}
          <time dateTime={message.createdAt} title={fullTime(sent)}>
            {shortWhen(sent, useToday())}
          </time>
        </span>
        <span className={styles.body}>
          <Highlighted text={messageWords(message)} query={query} />
        </span>
      </span>
    </button>
  )
}

const RoomName = ({ room }: { room: Room }) => <span className={styles.room}>{useRoomName(room)}</span>

interface FilterProps {
  value: string | null
  onValue: (value: string | null) => void
}

function RoomFilter({ value, onValue }: FilterProps) {
  const rooms = useRooms((state) => state.rooms)
  return (
    <select
      aria-label={t('chat.find.in')}
      value={value ?? ''}
      onChange={(event) => onValue(event.target.value || null)}
    >
      <option value="">{t('chat.find.inAll')}</option>
      {Object.values(rooms).map((room) => (
        <RoomOption key={room.id} room={room} />
      ))}
    </select>
  )
}

const RoomOption = ({ room }: { room: Room }) => <option value={room.id}>{useRoomName(room)}</option>

function PersonFilter({ roomId, value, onValue }: FilterProps & { roomId: string | null }) {
  const people = useUsers((state) => state.people)
  const rooms = useRooms((state) => state.rooms)
  const within = roomId === null ? Object.values(rooms) : [rooms[roomId]].filter((room) => room !== undefined)
  const ids = new Set(within.flatMap(({ memberIds }) => memberIds))
  const known = [...ids].flatMap((id) => people[id] ?? [])
  return (
    <select
      aria-label={t('chat.find.from')}
      value={value ?? ''}
      onChange={(event) => onValue(event.target.value || null)}
    >
      <option value="">{t('chat.find.fromAll')}</option>
      {known
        .toSorted((a, b) => a.displayName.localeCompare(b.displayName))
        .map(({ id, displayName }) => (
          <option key={id} value={id}>
            {displayName}
          </option>
        ))}
    </select>
  )
}
