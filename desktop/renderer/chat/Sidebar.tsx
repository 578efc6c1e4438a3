import { MessageSquarePlus, Plus } from 'lucide-react'
import type { ReactNode } from 'react'
import { t } from '../platform/texts.ts'
import { Spinner } from '../ui/Spinner.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { FindBar } from './FindBar.tsx'
import { beginConversation, useNewConversation } from './new-conversation.ts'
import { NewDirectMessage } from './NewDirectMessage.tsx'
import { NewRoom } from './NewRoom.tsx'
import { OwnProfile } from './OwnProfile.tsx'
import { RoomRow } from './RoomRow.tsx'
import { sortRooms, useRooms } from './rooms.ts'
import styles from './Sidebar.module.css'

/** Everything one can go to: oneself, the rooms, the direct chats. */
export function Sidebar() {
  const loaded = useRooms((state) => state.loaded)
  const byId = useRooms((state) => state.rooms)
  const selectedId = useRooms((state) => state.selectedId)
  const beginning = useNewConversation((state) => state.open)
  const rooms = sortRooms(Object.values(byId), 'group')
  const dms = sortRooms(Object.values(byId), 'dm')
  // One row is in the tab order, the others are reached by arrow keys.
  const tabbable = selectedId ?? rooms[0]?.id ?? dms[0]?.id

  const rows = (list: typeof rooms) => (
    <ul>
      {list.map((room) => (
        <li key={room.id}>
          <RoomRow room={room} selected={room.id === selectedId} tabbable={room.id === tabbable} />
        </li>
      ))}
    </ul>
  )

  return (
    <nav className={styles.sidebar} aria-label={t('chat.sidebar.label')}>
      <OwnProfile />
      <FindBar />
      <div className={styles.scroll}>
        <Section
          title={t('chat.sidebar.rooms')}
          action={
            <IconButton
              label={t('chat.sidebar.newRoom')}
              icon={<Plus size={17} />}
              onClick={() => beginConversation('room')}
            />
          }
        >
          {rows(rooms)}
          {loaded && rooms.length === 0 && <p className={styles.empty}>{t('chat.sidebar.noRooms')}</p>}
        </Section>
        <Section
          title={t('chat.sidebar.direct')}
          action={
            <IconButton
              label={t('chat.sidebar.newDirect')}
              icon={<MessageSquarePlus size={16} />}
              onClick={() => beginConversation('dm')}
            />
          }
        >
          {rows(dms)}
          {loaded && dms.length === 0 && <p className={styles.empty}>{t('chat.sidebar.noDirect')}</p>}
        </Section>
        {!loaded && (
          <div className={styles.loading}>
            <Spinner />
          </div>
        )}
      </div>
      <NewRoom open={beginning === 'room'} onClose={() => beginConversation(null)} />
      <NewDirectMessage open={beginning === 'dm'} onClose={() => beginConversation(null)} />
    </nav>
  )
}

function Section({ title, action, children }: { title: string; action: ReactNode; children: ReactNode }) {
  return (
    <section className={styles.section} aria-label={title}>
      <div className={styles.head}>
        <h2>{title}</h2>
        {action}
      </div>
      {children}
    </section>
  )
}
