import { useLayoutEffect, useRef, useState, type ReactNode } from 'react'
import { Avatar } from '../avatar/Avatar.tsx'
import { fullTime, timeOfDay } from '../platform/dates.ts'
import { t } from '../platform/texts.ts'
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
  const [isReached, setReached] = useState(false)
  const reach = (): void => setReached(true)
  return (
    // What follows from pointing at it is only that its buttons are made.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <article
      onPointerEnter={reach}
      onFocus={reach}
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
      {actions && <Actions isWanted={isReached}>{actions}</Actions>}
    </article>
  )
}

/**
 * What can be done with a message, made once somebody points at it or comes to it by keyboard: a row is cheap to scroll past. Until then a
 * button stands there for all of them.
 */
function Actions({ isWanted, children }: { isWanted: boolean; children: ReactNode }) {
  const bar = useRef<HTMLDivElement>(null)
  const hasFocus = useRef(false)
  useLayoutEffect(() => {
    if (isWanted && hasFocus.current) bar.current?.querySelector('button')?.focus()
    hasFocus.current = false
  }, [isWanted])
  return (
    <div ref={bar} className={styles.actions}>
      {isWanted ? (
        children
      ) : (
        <button
          type="button"
          className="visually-hidden"
          onFocus={() => {
            hasFocus.current = true
          }}
        >
          {t('chat.message.actions')}
        </button>
      )}
    </div>
  )
}
