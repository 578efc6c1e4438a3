import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import { useRef, type ReactNode } from 'react'
import { t } from '../platform/texts.ts'
import styles from './Dialog.module.css'
import { IconButton } from './IconButton.tsx'

interface DialogProps {
  open: boolean
  onClose: () => void
  /** The dialog's name, shown as its heading unless `hideTitle`. */
  title: string
  hideTitle?: boolean
  /** `corner` opens under the top left of the window, the rest in its middle. */
  place?: 'middle' | 'corner'
  width?: number
  /** A press beside the dialog leaves it open: for dialogs in which work would be lost. */
  keepOnOutsidePress?: boolean
  children: ReactNode
}

/** A modal dialog with heading and close button; Esc closes it. What carries `data-initial-focus` has the focus first. */
export function Dialog(props: DialogProps) {
  const { open, onClose, title, hideTitle = false, place = 'middle', width = 440 } = props
  const popup = useRef<HTMLDivElement>(null)
  return (
    <Base.Root
      open={open}
      onOpenChange={(next) => !next && onClose()}
      disablePointerDismissal={props.keepOnOutsidePress ?? false}
    >
      <Base.Portal>
        <Base.Backdrop
          className={`${styles.backdrop} ${place === 'corner' ? styles.clear : ''}`}
          forceRender
        />
        <Base.Popup
          className={`${styles.popup} ${styles[place]}`}
          ref={popup}
          style={{ width }}
          initialFocus={() => popup.current?.querySelector<HTMLElement>('[data-initial-focus]') ?? true}
        >
          {hideTitle ? (
            <Base.Title className="visually-hidden">{title}</Base.Title>
          ) : (
            <div className={styles.head}>
              <Base.Title className={styles.title}>{title}</Base.Title>
              <Base.Close render={<IconButton label={t('ui.close')} icon={<X size={18} />} />} />
            </div>
          )}
          {props.children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

/** The row of buttons that ends a dialog: the primary one last. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <div className={styles.actions}>{children}</div>
}
