import type { ReactNode } from 'react'
import { Avatar } from '../avatar/Avatar.tsx'
import { fullTime, timeOfDay } from '../platform/dates.ts'
import { UNKNOWN_NAME, useUser } from '../session/useUser.ts'
import styles from './MessageGroup.module.css'
import { PersonButton } from './PersonButton.tsx'

interface MessageGroupProps {
  senderId: string
  createdAt: string
  /** This message begins a group: picture, name and time stand beside it. */
  head: boolean
  /** It has just been jumped to. */
  landed?: boolean
  actions?: ReactNode
  children: ReactNode
}

/** One message in its group: the picture beside the first, the time beside the others when pointed at. */
export function MessageGroup({ senderId, createdAt, head, landed, actions, children }: MessageGroupProps) {
  const name = useUser(senderId)?.displayName ?? UNKNOWN_NAME
  const date = new Date(createdAt)
  const time = (
    <time className={styles.time} dateTime={createdAt} title={fullTime(date)}>
      {timeOfDay(date)}
    </time>
  )
  return (
    <article
      className={styles.message}
      data-head={head || undefined}
      data-landed={landed || undefined}
      aria-label={`${name}, ${timeOfDay(date)}`}
    >
      <div className={styles.side}>
        {head ? (
          <PersonButton userId={senderId}>
            <Avatar userId={senderId} size={36} />
          </PersonButton>
        ) : (
          time
        )}
      </div>
      <div className={styles.content}>
        {head && (
          <p className={styles.head}>
            <span className={styles.name}>{name}</span>
            {time}
          </p>
        )}
        {children}
      </div>
      {actions && <div className={styles.actions}>{actions}</div>}
    </article>
  )
}
