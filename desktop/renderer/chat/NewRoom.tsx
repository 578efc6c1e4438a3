import { useState, type FormEvent } from 'react'
import { catalogue } from '../../../api/contract/catalogue.ts'
import type { User } from '../../../api/contract/session.ts'
import { call } from '../platform/call.ts'
import { sentenceFor } from '../platform/sentences.ts'
import { t } from '../platform/texts.ts'
import { useSelfId } from '../session/useUser.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog, DialogActions } from '../ui/Dialog.tsx'
import { InlineError } from '../ui/InlineError.tsx'
import { TextField } from '../ui/TextField.tsx'
import styles from './NewRoom.module.css'
import { PeoplePicker } from './PeoplePicker.tsx'
import { putRoom, selectRoom } from './rooms.ts'
import { toggled } from './toggled.ts'

const roomName = catalogue.createRoom.request.shape.name

/** Creates a room: a name, and the people to begin with. */
export function NewRoom({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title={t('chat.newRoom.title')} width={460}>
      <NewRoomForm onClose={onClose} />
    </Dialog>
  )
}

function NewRoomForm({ onClose }: { onClose: () => void }) {
  const selfId = useSelfId()
  const [name, setName] = useState('')
  const [nameError, setNameError] = useState<string | undefined>()
  const [chosen, setChosen] = useState<readonly User[]>([])
  const [failure, setFailure] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  async function create(event: FormEvent): Promise<void> {
    event.preventDefault()
    const parsed = roomName.safeParse(name)
    if (!parsed.success) {
      setNameError(name.trim() === '' ? t('chat.newRoom.nameEmpty') : t('chat.newRoom.nameLong'))
      return
    }
    setBusy(true)
    setFailure(null)
    try {
      const { room } = await call('createRoom', { name: parsed.data, memberIds: chosen.map(({ id }) => id) })
      putRoom(room)
      selectRoom(room.id)
      onClose()
    } catch (error) {
      setFailure(sentenceFor(error))
      setBusy(false)
    }
  }

  return (
    <form className={styles.form} onSubmit={(event) => void create(event)}>
      <div className={styles.body}>
        {failure && <InlineError>{failure}</InlineError>}
        <TextField
          label={t('chat.newRoom.name')}
          value={name}
          onValue={(value) => {
            setName(value)
            setNameError(undefined)
          }}
          error={nameError}
          placeholder={t('chat.newRoom.nameHint')}
          data-initial-focus
          autoComplete="off"
        />
        <PeoplePicker
          without={[selfId]}
          chosen={chosen}
          onToggle={(user) => setChosen((before) => toggled(before, user))}
        />
      </div>
      <DialogActions>
        <Button onClick={onClose}>{t('ui.cancel')}</Button>
        <Button type="submit" look="primary" busy={busy}>
          {t('chat.newRoom.create')}
        </Button>
      </DialogActions>
    </form>
  )
}
