import styles from './RoleBadge.module.css'

/** Marks an admin. */
export function RoleBadge() {
  return <span className={styles.badge}>Admin</span>
}
