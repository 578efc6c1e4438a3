import { ImageDown } from 'lucide-react'
import { t } from '../../platform/texts.ts'
import styles from './DropOverlay.module.css'

/** Lies over a conversation while images are dragged above it. */
export function DropOverlay({ name }: { name: string }) {
  return (
    <div className={styles.overlay}>
      <p className={styles.words}>
        <ImageDown size={28} strokeWidth={1.6} aria-hidden="true" />
        {t('chat.images.dropHere', { name })}
      </p>
    </div>
  )
}
