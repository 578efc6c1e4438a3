import type { ReactNode } from 'react'
import { t } from '../platform/texts.ts'
import { UNKNOWN_NAME, useUser } from '../session/useUser.ts'
import { showPerson } from './person-card.ts'
import styles from './PersonButton.module.css'

/** Somebody's picture as a button that opens their card. */
export function PersonButton({ userId, children }: { userId: string; children: ReactNode }) {
  const name = useUser(userId)?.displayName ?? UNKNOWN_NAME
  return (
    <button
      type="button"
      className={styles.person}
      aria-label={t('chat.people.profileOf', { name })}
      aria-haspopup="dialog"
      onClick={() => showPerson(userId)}
    >
      {children}
    </button>
  )
}
