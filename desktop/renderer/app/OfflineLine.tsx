import { CloudOff } from 'lucide-react'
import { useEffect, useState } from 'react'
import { bridge } from '../platform/bridge.ts'
import { t } from '../platform/texts.ts'
import { useConnection } from '../session/connection.ts'
import { Button } from '../ui/Button.tsx'
import styles from './OfflineLine.module.css'

/** After how long without a connection it is worth a word, in milliseconds: what mends itself sooner disturbs nobody. */
const AFTER_MS = 3_000

/** One calm line while there is no connection: what that means for what one writes, and a way to try at once. */
export function OfflineLine() {
  const isOnline = useConnection((state) => state.connection.status === 'online')
  return isOnline ? null : <LateLine />
}

/** The line, once it is due. */
function LateLine() {
  const isTrying = useConnection((state) => state.connection.status === 'connecting')
  const [isDue, setIsDue] = useState(false)

  useEffect(() => {
    const timer = setTimeout(() => setIsDue(true), AFTER_MS)
    return () => clearTimeout(timer)
  }, [])

  if (!isDue) return null
  return (
    <output className={styles.line}>
      <CloudOff size={15} aria-hidden="true" />
      <span>{t(navigator.onLine ? 'app.offline.unreachable' : 'app.offline.offline')}</span>
      <Button look="link" disabled={isTrying} onClick={() => bridge().socket.wake()}>
        {t('ui.tryNow')}
      </Button>
    </output>
  )
}
