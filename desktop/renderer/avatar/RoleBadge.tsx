import { t } from '../platform/texts.ts'
import styles from './RoleBadge.module.css'

/** Marks an admin. */
export function RoleBadge() {
  return <span className={styles.badge}>{t('avatar.admin')}</span>
}
