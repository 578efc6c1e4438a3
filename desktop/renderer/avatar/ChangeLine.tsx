import type { PictureChange } from '../../bridge.ts'
import { timeOfDay } from '../platform/dates.ts'
import { sentences } from '../platform/sentences.ts'
import { Button } from '../ui/Button.tsx'
import styles from './ChangeLine.module.css'
import { cancelChange, retryChange } from './picture-changes.ts'

/** Where a picture's change is: on its way, or waiting and for what; to be given up, or tried again at once. */
export function ChangeLine({ change }: { change: PictureChange }) {
  const { progress } = change
  if (progress.status === 'failed') return null
  return (
    <output className={styles.change}>
      <span className={styles.words}>
        {progress.status === 'sending' ? 'Saving the picture…' : waitingFor(progress)}
      </span>
      {progress.status === 'waiting' && (
        <Button look="link" onClick={() => void retryChange(change)}>
          Try now
        </Button>
      )}
      <Button look="link" onClick={() => void cancelChange(change)}>
        Cancel
      </Button>
    </output>
  )
}

function waitingFor({ failure, retryAt }: Extract<PictureChange['progress'], { status: 'waiting' }>): string {
  if (failure.code === 'desktop.offline') return 'Will be set when you are back online.'
  const [what] = sentences[failure.code].split(/(?<=\.)\s/u)
  return `${what} Trying again at ${timeOfDay(new Date(retryAt))}.`
}
