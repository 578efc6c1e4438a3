import { useState, type FormEvent } from 'react'
import { call } from '../platform/call.ts'
import { sentenceFor } from '../platform/sentences.ts'
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
      setError('Say why, so that they understand.')
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
    <Dialog open onClose={onClose} title={`Remove the picture of ${name}?`} width={420} keepOnOutsidePress>
      <form onSubmit={(event) => void remove(event)}>
        <div className={styles.body}>
          <TextField
            label="Reason"
            hint={`${name} will read this. It is kept with your name.`}
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
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="danger" busy={busy}>
            Remove picture
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
