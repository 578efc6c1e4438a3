import { ImageDown } from 'lucide-react'
import styles from './DropOverlay.module.css'

/** Lies over a conversation while images are dragged above it. */
export function DropOverlay({ name }: { name: string }) {
  return (
    <div className={styles.overlay}>
      <p className={styles.words}>
        <ImageDown size={28} strokeWidth={1.6} aria-hidden="true" />
        Drop images here to attach them in {name}
      </p>
    </div>
  )
}
