import { useState } from 'react'
import type { User } from '../../../api/contract/session.ts'
import { call } from '../platform/call.ts'
import { sentenceFor } from '../platform/sentences.ts'
import { t } from '../platform/texts.ts'
import { useSelfId } from '../session/useUser.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { InlineError } from '../ui/InlineError.tsx'
import styles from './NewRoom.module.css'
import { PeoplePicker } from './PeoplePicker.tsx'
import { putRoom, selectRoom } from './rooms.ts'

/** Opens the direct chat with a person: the one that exists, or a new one. */
export function NewDirectMessage({ open, onClose }: { open: boolean; onClose: () => void }) {
  const [failure, setFailure] = useState<string | null>(null)
  const selfId = useSelfId()

  async function start(user: User): Promise<void> {
    setFailure(null)
    try {
      const { room } = await call('openDm', { userId: user.id })
      putRoom(room)
      selectRoom(room.id)
      onClose()
    } catch (error) {
      setFailure(sentenceFor(error))
    }
  }

  return (
    <Dialog open={open} onClose={onClose} title={t('chat.sidebar.newDirect')} width={460}>
      <div className={styles.body}>
        {failure && <InlineError>{failure}</InlineError>}
        <PeoplePicker without={[selfId]} chosen={[]} onToggle={(user) => void start(user)} focusFirst />
      </div>
    </Dialog>
  )
}
