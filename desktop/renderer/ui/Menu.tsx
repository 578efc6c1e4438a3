import { Menu as Base } from '@base-ui/react/menu'
import type { ReactElement, ReactNode } from 'react'
import { t } from '../platform/texts.ts'
import styles from './Menu.module.css'

/** One line of a menu. */
export interface MenuEntry {
  label: string
  icon: ReactNode
  danger?: boolean
  onSelect: () => void
}

/** A menu under the button that is given as `trigger`. */
export function Menu({ trigger, entries }: { trigger: ReactElement; entries: MenuEntry[] }) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      {/* It stands beside the page's landmarks, and nothing readable may be outside of them. */}
      <Base.Portal render={<section aria-label={t('ui.menu')} />}>
        <Base.Positioner className={styles.positioner} align="end" sideOffset={6}>
          <Base.Popup className={styles.menu}>
            {entries.map((entry) => (
              <Base.Item
                key={entry.label}
                className={`${styles.item} ${entry.danger ? styles.danger : ''}`}
                onClick={entry.onSelect}
              >
                {entry.icon}
                {entry.label}
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
