import { CircleAlert, Clock } from 'lucide-react'
import type { OutboxProgress } from '../../bridge.ts'
import { CallError } from '../platform/call.ts'
import { sentenceFor } from '../platform/sentences.ts'
import { t } from '../platform/texts.ts'
import { Button } from '../ui/Button.tsx'
import { ProgressRing } from '../ui/ProgressRing.tsx'
import { discardEntry, retryEntry } from './outbox.ts'
import styles from './OutboxLine.module.css'

interface OutboxLineProps {
  entryId: string
  progress: OutboxProgress
  /** What has not come about, as a sentence. */
  refused: string
  /** What is to come about: the beginning of a sentence that ends with when. */
  waiting: string
  /** Changes what is to be sent; left out where that is not offered here. */
  onEdit?: () => void
}

/** What stands below a message that has yet to go out: nothing while it is on its way, how far its images are, or why it waits or was refused, and the ways on. */
export function OutboxLine({ entryId, progress, refused, waiting, onEdit }: OutboxLineProps) {
  if (progress.status === 'sending')
    return progress.fraction === undefined ? null : (
      <Uploading entryId={entryId} fraction={progress.fraction} />
    )
  const isRefused = progress.status === 'failed'
  const Icon = isRefused ? CircleAlert : Clock
  return (
    <div className={isRefused ? styles.refused : styles.waiting} role={isRefused ? 'alert' : undefined}>
      <Icon size={14} aria-hidden="true" />
      <span>
        {isRefused
          ? `${refused} ${sentenceFor(new CallError(progress.failure))}`
          : `${waiting} ${whenBack(progress.failure.code)}`}
      </span>
      <span className={styles.choices}>
        {isRefused && (
          <Button look="link" onClick={() => retryEntry(entryId)}>
            {t('ui.retry')}
          </Button>
        )}
        {onEdit && (
          <Button look="link" onClick={onEdit}>
            {t('chat.outbox.edit')}
          </Button>
        )}
        <Button look="link" onClick={() => discardEntry(entryId)}>
          {t('chat.outbox.discard')}
        </Button>
      </span>
    </div>
  )
}

/** Images take their time: how far they are, and a way to give them up. */
function Uploading({ entryId, fraction }: { entryId: string; fraction: number }) {
  return (
    <div className={styles.uploading}>
      <span className={styles.ring}>
        <ProgressRing fraction={fraction} around={9} label={t('chat.images.sending')} />
      </span>
      {/* Read out, it would interrupt itself again and again. */}
      <span aria-hidden="true">{t('chat.images.sendingPart', { part: fraction })}</span>
      <Button look="link" onClick={() => discardEntry(entryId)}>
        {t('ui.cancel')}
      </Button>
    </div>
  )
}

function whenBack(code: CallError['code']): string {
  if (code === 'desktop.offline') return t('chat.outbox.whenOnline')
  if (code === 'chat.too_many_attachments') return t('chat.outbox.whenMoreImages')
  if (code === 'desktop.store_unreachable') return t('chat.outbox.whenStored')
  return t('chat.outbox.whenReached')
}
