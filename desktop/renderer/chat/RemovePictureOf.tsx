import { useState, type FormEvent } from 'react'
import { call } from '../platform/call.ts'
import { sentenceFor } from '../platform/sentences.ts'
import { t } from '../platform/texts.ts'
import { addUsers } from '../session/users.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog, DialogActions } from '../ui/Dialog.tsx'
import { TextField } from '../ui/TextField.tsx'
import styles from './RemovePictureOf.module.css'

interface RemovePictureOfProps {
  userId: string
  name: string
  onClose: () => void
}

/** Asks an admin why somebody's picture is to go, and takes it away. */
export function RemovePictureOf({ userId, name, onClose }: RemovePictureOfProps) {
  const [reason, setReason] = useState('')
  const [error, setError] = useState<string | undefined>()
  const [busy, setBusy] = useState(false)

  async function remove(event: FormEvent): Promise<void> {
    event.preventDefault()
    if (reason.trim() === '') {
      setError(t('chat.people.reasonEmpty'))
      return
    }
    setBusy(true)
    try {
      const { user } = await call('removeAvatarOf', { id: userId, reason })
      addUsers([user])
      onClose()
    } catch (failed) {
      setError(sentenceFor(failed))
      setBusy(false)
    }
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={t('chat.people.removePictureTitle', { name })}
      width={420}
      keepOnOutsidePress
    >
      <form onSubmit={(event) => void remove(event)}>
        <div className={styles.body}>
          <TextField
            label={t('chat.people.reason')}
            hint={t('chat.people.reasonHint', { name })}
            value={reason}
            maxLength={300}
            error={error}
            data-initial-focus
            onValue={(next) => {
              setReason(next)
              setError(undefined)
            }}
          />
        </div>
        <DialogActions>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button type="submit" look="danger" busy={busy}>
            {t('chat.people.removePictureAction')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
