import { Search } from 'lucide-react'
import { onMac } from '../platform/on-mac.ts'
import { t } from '../platform/texts.ts'
import { IconButton } from '../ui/IconButton.tsx'
import styles from './FindBar.module.css'
import { find } from './finding.ts'

/** The ways to find something, with the keys that do it: a room or person, a message. */
export function FindBar() {
  return (
    <div className={styles.bar}>
      <button type="button" className={styles.field} onClick={() => find('switcher')}>
        {t('chat.find.goTo')}
        <kbd>{onMac ? '⌘K' : `${t('app.keys.names.Mod')} K`}</kbd>
      </button>
      <IconButton
        label={t('chat.find.searchWithKeys', { keys: onMac ? '⌘F' : `${t('app.keys.names.Mod')} F` })}
        icon={<Search size={16} />}
        onClick={() => find('search')}
      />
    </div>
  )
}
