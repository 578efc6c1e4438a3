import type { ReactNode } from 'react'
import styles from './SettingsGroup.module.css'

interface SettingsGroupProps {
  title: string
  hint?: string
  children: ReactNode
}

/** What belongs together under one heading. */
export function SettingsGroup({ title, hint, children }: SettingsGroupProps) {
  return (
    <section className={styles.group}>
      <h3>{title}</h3>
      {hint && <p className={styles.hint}>{hint}</p>}
      {children}
    </section>
  )
}
