import type { PictureChange } from '../../bridge.ts'
import { t } from '../platform/texts.ts'
import { Button } from '../ui/Button.tsx'
import { wordsOf } from './change-words.ts'
import styles from './ChangeLine.module.css'
import { cancelChange, retryChange } from './picture-changes.ts'
import { useOffline } from './useOffline.ts'

/** Where a picture's change is: on its way, waiting and for what, or refused and why; to be given up, or tried again at once. */
export function ChangeLine({ change }: { change: PictureChange }) {
  const { status } = change.progress
  return (
    <output className={styles.change} data-status={status}>
      <span className={styles.words}>
        {wordsOf(change, useOffline())}
        {change.progress.status === 'sending' && change.picture !== null && (
          // Read out, it would interrupt itself again and again.
          <span aria-hidden="true"> {Math.round(change.progress.fraction * 100)} %</span>
        )}
      </span>
      <span className={styles.actions}>
        {status !== 'sending' && (
          <Button look="link" onClick={() => void retryChange(change)}>
            {t(status === 'waiting' ? 'ui.tryNow' : 'ui.tryAgain')}
          </Button>
        )}
        <Button look="link" onClick={() => void cancelChange(change)}>
          {t(status === 'failed' ? 'ui.dismiss' : 'ui.cancel')}
        </Button>
      </span>
    </output>
  )
}
