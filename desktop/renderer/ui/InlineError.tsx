import { CircleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import styles from './InlineError.module.css'

/** A failure, told where it happened; read out at once. */
export function InlineError({ children }: { children: ReactNode }) {
  return (
    <div role="alert" className={styles.error}>
      <CircleAlert size={16} aria-hidden="true" />
      <div>{children}</div>
    </div>
  )
}
