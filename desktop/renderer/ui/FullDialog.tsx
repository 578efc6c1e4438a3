import { Dialog as Base } from '@base-ui/react/dialog'
import { useRef, type ReactNode } from 'react'
import styles from './FullDialog.module.css'

interface FullDialogProps {
  open: boolean
  onClose: () => void
  /** The dialog's name; what is in it says the rest. */
  title: string
  children: ReactNode
}

/** A modal dialog over the whole window, dark in every theme; Esc closes it, and the focus returns to where it was. */
export function FullDialog({ open, onClose, title, children }: FullDialogProps) {
  const popup = useRef<HTMLDivElement>(null)
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()} disablePointerDismissal>
      <Base.Portal>
        <Base.Popup
          className={styles.popup}
          ref={popup}
          initialFocus={() => popup.current?.querySelector<HTMLElement>('[data-initial-focus]') ?? true}
        >
          <Base.Title className="visually-hidden">{title}</Base.Title>
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
