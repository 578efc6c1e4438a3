import { MessagesSquare } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { User } from '../../../api/contract/session.ts'
import { AvatarEditorHost } from '../avatar/AvatarEditorHost.tsx'
import { NoticeDialog } from '../avatar/NoticeDialog.tsx'
import { ImageViewer } from '../chat/attachments/ImageViewer.tsx'
import { Conversation } from '../chat/Conversation.tsx'
import { PersonCard } from '../chat/PersonCard.tsx'
import { useRooms } from '../chat/rooms.ts'
import { Sidebar } from '../chat/Sidebar.tsx'
import { t } from '../platform/texts.ts'
import { useUsers } from '../session/users.ts'
import { Finding } from './Finding.tsx'
import { OfflineLine } from './OfflineLine.tsx'
import { runWaiting } from './run-command.ts'
import { startSync } from './sync.ts'
import styles from './Workspace.module.css'

/** Everything that somebody signed in works with: the sidebar and the open conversation. */
export function Workspace({ user }: { user: User }) {
  // Who signed in: mounted anew for somebody else, and a new name must not start everything over.
  const [whoever] = useState(user)
  useEffect(() => startSync(whoever), [whoever])
  const ready = useUsers((state) => state.selfId === user.id)
  const room = useRooms((state) => (state.selectedId === null ? undefined : state.rooms[state.selectedId]))
  useEffect(() => {
    if (ready) runWaiting()
  }, [ready])
  if (!ready) return null

  return (
    <div className={styles.workspace} data-open={room !== undefined || undefined}>
      <div className={styles.sidebar}>
        <Sidebar />
      </div>
      <main className={styles.main}>
        <OfflineLine />
        {room ? <Conversation key={room.id} room={room} /> : <Welcome />}
      </main>
      <PersonCard />
      <Finding />
      <ImageViewer />
      <AvatarEditorHost />
      <NoticeDialog />
    </div>
  )
}

function Welcome() {
  const loaded = useRooms((state) => state.loaded)
  const empty = useRooms((state) => Object.keys(state.rooms).length === 0)
  if (!loaded) return null
  return (
    <div className={styles.welcome}>
      <MessagesSquare size={40} strokeWidth={1.4} aria-hidden="true" />
      <h1>{empty ? t('app.welcome.empty') : t('app.welcome.choose')}</h1>
      <p>{empty ? t('app.welcome.emptyHint') : t('app.welcome.chooseHint')}</p>
    </div>
  )
}
