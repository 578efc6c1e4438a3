import { AlertDialog } from '@base-ui/react/alert-dialog'
import { useRef } from 'react'
import { t } from '../platform/texts.ts'
import { Button } from './Button.tsx'
import styles from './ConfirmDialog.module.css'
import dialog from './Dialog.module.css'

interface ConfirmDialogProps {
  open: boolean
  title: string
  description: string
  /** What the confirming button says: the deed, not OK. */
  action: string
  onConfirm: () => void
  onCancel: () => void
}

/** Asks before something that cannot be taken back. */
export function ConfirmDialog({ open, title, description, action, onConfirm, onCancel }: ConfirmDialogProps) {
  const confirm = useRef<HTMLButtonElement>(null)
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => !next && onCancel()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={dialog.backdrop} forceRender />
        <AlertDialog.Popup
          className={`${dialog.popup} ${dialog.middle} ${styles.confirm}`}
          initialFocus={confirm}
        >
          <AlertDialog.Title className={styles.title}>{title}</AlertDialog.Title>
          <AlertDialog.Description className={styles.description}>{description}</AlertDialog.Description>
          <div className={styles.actions}>
            <Button onClick={onCancel}>{t('ui.cancel')}</Button>
            <Button look="danger" ref={confirm} onClick={onConfirm}>
              {action}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
