import { useState } from 'react'
import type { Room } from '../../../api/contract/chat.ts'
import type { User } from '../../../api/contract/session.ts'
import { call } from '../platform/call.ts'
import { sentenceFor } from '../platform/sentences.ts'
import { t } from '../platform/texts.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog, DialogActions } from '../ui/Dialog.tsx'
import { InlineError } from '../ui/InlineError.tsx'
import styles from './NewRoom.module.css'
import { PeoplePicker } from './PeoplePicker.tsx'
import { putRoom } from './rooms.ts'
import { toggled } from './toggled.ts'

/** Adds people to a room. */
export function AddPeople({ room, open, onClose }: { room: Room; open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title={t('chat.header.addPeople')} width={460}>
      <AddPeopleForm room={room} onClose={onClose} />
    </Dialog>
  )
}

function AddPeopleForm({ room, onClose }: { room: Room; onClose: () => void }) {
  const [chosen, setChosen] = useState<readonly User[]>([])
  const [failure, setFailure] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  async function add(): Promise<void> {
    setBusy(true)
    setFailure(null)
    try {
      const added = await call('addMembers', { id: room.id, userIds: chosen.map(({ id }) => id) })
      putRoom(added.room)
      onClose()
    } catch (error) {
      setFailure(sentenceFor(error))
      setBusy(false)
    }
  }

  return (
    <>
      <div className={styles.body}>
        {failure && <InlineError>{failure}</InlineError>}
        <PeoplePicker
          without={room.memberIds}
          chosen={chosen}
          onToggle={(user) => setChosen((before) => toggled(before, user))}
          focusFirst
        />
      </div>
      <DialogActions>
        <Button onClick={onClose}>{t('ui.cancel')}</Button>
        <Button look="primary" busy={busy} disabled={chosen.length === 0} onClick={() => void add()}>
          {t('chat.header.add')}
        </Button>
      </DialogActions>
    </>
  )
}
