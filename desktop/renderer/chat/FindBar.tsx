import { Search } from 'lucide-react'
import { IconButton } from '../ui/IconButton.tsx'
import styles from './FindBar.module.css'
import { find } from './finding.ts'

const isMac = navigator.userAgent.includes('Mac')

/** The ways to find something, with the keys that do it: a room or person, a message. */
export function FindBar() {
  return (
    <div className={styles.bar}>
      <button type="button" className={styles.field} onClick={() => find('switcher')}>
        Go to…
        <kbd>{isMac ? '⌘K' : 'Ctrl K'}</kbd>
      </button>
      <IconButton
        label={`Search messages (${isMac ? '⌘F' : 'Ctrl F'})`}
        icon={<Search size={16} />}
        onClick={() => find('search')}
      />
    </div>
  )
}
