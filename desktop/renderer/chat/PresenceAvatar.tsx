import { Avatar } from '../avatar/Avatar.tsx'
import { useOnline } from './presence.ts'
import styles from './PresenceAvatar.module.css'

/** Somebody's picture with a dot that tells whether they are there. */
export function PresenceAvatar({ userId, size }: { userId: string; size: number }) {
  const online = useOnline(userId)
  return (
    <span className={styles.wrap}>
      <Avatar userId={userId} size={size} />
      <span className={online ? styles.online : styles.offline} aria-hidden="true" />
    </span>
  )
}
