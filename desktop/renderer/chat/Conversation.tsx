import { useCallback, useRef, useState } from 'react'
import type { Message, Room } from '../../../api/contract/chat.ts'
import { t } from '../platform/texts.ts'
import { useSelfId } from '../session/useUser.ts'
import { Button } from '../ui/Button.tsx'
import { InlineError } from '../ui/InlineError.tsx'
import { Spinner } from '../ui/Spinner.tsx'
import { DropOverlay } from './attachments/DropOverlay.tsx'
import { useImageDrop } from './attachments/useImageDrop.ts'
import { useImagePaste } from './attachments/useImagePaste.ts'
import { ChatHeader } from './ChatHeader.tsx'
import { Composer } from './Composer.tsx'
import styles from './Conversation.module.css'
import { History } from './History.tsx'
import { outgoingOf, useOutbox } from './outbox.ts'
import { useTimelines } from './timelines.ts'
import { TypingLine } from './TypingLine.tsx'
import { useOpenTimeline } from './useOpenTimeline.ts'
import { useRoomName } from './useRoomName.ts'

/** One open room: header, history, composer. Mounted anew for each room. */
export function Conversation({ room }: { room: Room }) {
  const selfId = useSelfId()
  const { loaded, failure, retry } = useOpenTimeline(room)
  /** The `clientId` of the message that is being changed. */
  const [editingId, setEditingId] = useState<string | null>(null)
  const [answered, setAnswered] = useState<Message | null>(null)
  const sending = useOutbox((state) => outgoingOf(state, room.id, []).length > 0)
  const name = useRoomName(room)
  const composer = useRef<HTMLTextAreaElement>(null)

  function editLast(): void {
    const messages = useTimelines.getState().timelines[room.id]?.messages ?? []
    const waiting = outgoingOf(useOutbox.getState(), room.id, messages).at(-1)
    const own = messages.findLast((message) => message.senderId === selfId && !message.deletedAt)
    setEditingId(waiting?.clientId ?? own?.clientId ?? null)
  }

  // The same functions all along, so that no row is drawn anew because of them.
  const answer = useCallback((message: Message): void => {
    setAnswered(message)
    composer.current?.focus()
  }, [])
  const endEditing = useCallback((): void => {
    setEditingId(null)
    composer.current?.focus()
  }, [])

  const focusComposer = useCallback((): void => composer.current?.focus(), [])
  const { isDropping, drop } = useImageDrop(room.id)
  useImagePaste(room.id, focusComposer)

  return (
    <>
      {/* What is dropped on its picture is the room's picture. */}
      <ChatHeader room={room} />
      {/* Only files from outside can be dropped here; the keyboard has a button and a key for the same. */}
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions */}
      <div className={styles.dropArea} {...drop}>
        {(loaded || sending) && (
          <History
            room={room}
            editingId={editingId}
            onEdit={setEditingId}
            onEditEnd={endEditing}
            onReply={answer}
          />
        )}
        {!loaded && (failure !== null || !sending) && (
          <div className={sending ? styles.notice : styles.waiting}>
            {failure === null ? (
              <Spinner size={22} />
            ) : (
              <div className={styles.failed}>
                <InlineError>{failure}</InlineError>
                <Button onClick={retry}>{t('ui.tryAgain')}</Button>
              </div>
            )}
          </div>
        )}
        <Composer
          ref={composer}
          room={room}
          answered={answered}
          onAnswered={() => setAnswered(null)}
          onEditLast={editLast}
        />
        <TypingLine roomId={room.id} />
        {isDropping && <DropOverlay name={name} />}
      </div>
    </>
  )
}
