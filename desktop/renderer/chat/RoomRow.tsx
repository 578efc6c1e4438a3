import type { Message, Room } from '../../../api/contract/chat.ts'
import { BellOff } from 'lucide-react'
import type { KeyboardEvent } from 'react'
import { shortWhen, useToday } from '../platform/dates.ts'
import { t } from '../platform/texts.ts'
import { isMuted, usePreferences } from '../session/preferences.ts'
import { useSelfId, useUser } from '../session/useUser.ts'
import { useOnline } from './presence.ts'
import { PresenceAvatar } from './PresenceAvatar.tsx'
import { RoomAvatar } from './RoomAvatar.tsx'
import { partnerId, selectRoom } from './rooms.ts'
import { messageWords } from './message-words.ts'
import { plainText } from './plain-text.ts'
import styles from './RoomRow.module.css'
import { shortCount } from './short-count.ts'
import { useRoomName } from './useRoomName.ts'

interface RoomRowProps {
  room: Room
  selected: boolean
  /** This row is the one of its list that the Tab key reaches. */
  tabbable: boolean
}

/** One conversation in the sidebar: who or what, the last word, when, and how much is unread. */
export function RoomRow({ room, selected, tabbable }: RoomRowProps) {
  const today = useToday()
  const selfId = useSelfId()
  const name = useRoomName(room)
  const partner = partnerId(room, selfId)
  const online = useOnline(partner)
  const unread = room.unreadCount
  const muted = usePreferences((preferences) => isMuted(preferences, room.id))

  return (
    <button
      type="button"
      data-row
      className={styles.row}
      aria-current={selected ? 'page' : undefined}
      data-unread={unread > 0 || undefined}
      data-muted={muted || undefined}
      tabIndex={tabbable ? 0 : -1}
      onClick={() => selectRoom(room.id)}
      onKeyDown={moveThroughRows}
    >
      {room.kind === 'dm' ? (
        <PresenceAvatar userId={partner} size={36} />
      ) : (
        <RoomAvatar room={room} size={36} />
      )}
      <span className={styles.words}>
        <span className={styles.line}>
          <span className={styles.name}>{name}</span>
          {room.kind === 'dm' && online && (
            <span className="visually-hidden">, {t('chat.sidebar.isOnline')}</span>
          )}
          {muted && <span className="visually-hidden">, {t('chat.sidebar.isMuted')}</span>}
          {room.lastMessage && (
            <span className={styles.when}>{shortWhen(new Date(room.lastMessage.createdAt), today)}</span>
          )}
        </span>
        <span className={styles.line}>
          <span className={styles.preview}>
            {room.lastMessage ? (
              <Preview message={room.lastMessage} room={room} />
            ) : (
              t('chat.sidebar.noMessages')
            )}
          </span>
          {muted && <BellOff size={13} className={styles.muted} aria-hidden="true" />}
          {unread > 0 && (
            <span className={styles.badge}>
              {shortCount(unread)}
              <span className="visually-hidden"> {t('chat.sidebar.unread', { count: unread })}</span>
            </span>
          )}
        </span>
      </span>
    </button>
  )
}

/** Arrow keys, Home and End go from row to row, over both lists. */
function moveThroughRows(event: KeyboardEvent<HTMLElement>): void {
  const rows = [...(event.currentTarget.closest('nav')?.querySelectorAll<HTMLElement>('[data-row]') ?? [])]
  const index = rows.indexOf(event.currentTarget)
  const targets: Partial<Record<string, number>> = {
    ArrowDown: index + 1,
    ArrowUp: index - 1,
    Home: 0,
    End: rows.length - 1,
  }
  const target = targets[event.key]
  if (target === undefined) return
  event.preventDefault()
  rows[target]?.focus()
}

function Preview({ message, room }: { message: Message; room: Room }) {
  const selfId = useSelfId()
  const own = message.senderId === selfId
  const sender = useUser(message.senderId)?.displayName
  const firstName = sender?.split(/\s+/u)[0]
  const who = own ? t('chat.sidebar.you') : room.kind === 'group' ? firstName : undefined
  return (
    <>
      {who !== undefined && `${who}: `}
      {message.deletedAt ? <em>{t('chat.messageDeleted')}</em> : plainText(messageWords(message))}
    </>
  )
}
