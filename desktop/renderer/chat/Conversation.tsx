import { useRef, useState } from 'react'
import type { Room } from '../../../api/contract/chat.ts'
import { useSelfId } from '../session/useUser.ts'
import { Button } from '../ui/Button.tsx'
import { InlineError } from '../ui/InlineError.tsx'
import { Spinner } from '../ui/Spinner.tsx'
import { ChatHeader } from './ChatHeader.tsx'
import { Composer } from './Composer.tsx'
import styles from './Conversation.module.css'
import { History } from './History.tsx'
import { useTimelines } from './timelines.ts'
import { TypingLine } from './TypingLine.tsx'
import { useOpenTimeline } from './useOpenTimeline.ts'

/** One open room: header, history, composer. Mounted anew for each room. */
export function Conversation({ room }: { room: Room }) {
  const selfId = useSelfId()
  const { loaded, failure, retry } = useOpenTimeline(room)
  const [editingId, setEditingId] = useState<string | null>(null)
  const sending = useTimelines((state) => (state.outgoing[room.id]?.length ?? 0) > 0)
  const composer = useRef<HTMLTextAreaElement>(null)

  function editLast(): void {
    const messages = useTimelines.getState().timelines[room.id]?.messages ?? []
    const own = messages.findLast((message) => message.senderId === selfId && !message.deletedAt)
    if (own) setEditingId(own.id)
  }

  function endEditing(): void {
    setEditingId(null)
    composer.current?.focus()
  }

  return (
    <>
      <ChatHeader room={room} />
      {(loaded || sending) && (
        <History room={room} editingId={editingId} onEdit={setEditingId} onEditEnd={endEditing} />
      )}
      {!loaded && (failure !== null || !sending) && (
        <div className={sending ? styles.notice : styles.waiting}>
          {failure === null ? (
            <Spinner size={22} />
          ) : (
            <div className={styles.failed}>
              <InlineError>{failure}</InlineError>
              <Button onClick={retry}>Try again</Button>
            </div>
          )}
        </div>
      )}
      <Composer ref={composer} room={room} onEditLast={editLast} />
      <TypingLine roomId={room.id} />
    </>
  )
}
