import { SendHorizontal } from 'lucide-react'
import { useEffect, useState, type KeyboardEvent, type RefObject } from 'react'
import { MAX_BODY, type Room } from '../../../api/contract/chat.ts'
import { IconButton } from '../ui/IconButton.tsx'
import styles from './Composer.module.css'
import { draftOf, keepDraft } from './drafts.ts'
import { sendMessage } from './send-message.ts'
import { tellTyping } from './typing.ts'
import { useRoomName } from './useRoomName.ts'

interface ComposerProps {
  ref: RefObject<HTMLTextAreaElement | null>
  room: Room
  /** The arrow up in an empty field: change what one said last. */
  onEditLast: () => void
}

/** How near to the limit the counter appears, in characters. */
const COUNT_FROM = MAX_BODY - 500

/** Where a message is written: grows with it, Enter sends, Shift+Enter breaks the line. */
export function Composer({ ref, room, onEditLast }: ComposerProps) {
  const [body, setBody] = useState(() => draftOf(room.id))
  const name = useRoomName(room)
  const over = body.length > MAX_BODY
  const sendable = body.trim() !== '' && !over

  useEffect(() => ref.current?.focus({ preventScroll: true }), [ref])
  useEffect(() => () => tellTyping(room.id, false), [room.id])

  function change(next: string): void {
    setBody(next)
    keepDraft(room.id, next)
    tellTyping(room.id, next.trim() !== '')
  }

  function send(): void {
    if (!sendable) return
    sendMessage(room.id, body)
    change('')
  }

  function handleKey(event: KeyboardEvent): void {
    // The Enter that ends an input method's composition is not meant for us.
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      send()
    } else if (event.key === 'ArrowUp' && body === '') {
      event.preventDefault()
      onEditLast()
    }
  }

  return (
    <div className={styles.composer}>
      <div className={styles.box} data-over={over || undefined}>
        <textarea
          ref={ref}
          className={styles.field}
          aria-label={`Message ${name}`}
          placeholder={`Message ${name}`}
          value={body}
          rows={1}
          onChange={(event) => change(event.target.value)}
          onKeyDown={handleKey}
        />
        {body.length > COUNT_FROM && (
          <span className={styles.count} role={over ? 'alert' : undefined}>
            {over
              ? `${(body.length - MAX_BODY).toLocaleString()} too many`
              : (MAX_BODY - body.length).toLocaleString()}
          </span>
        )}
        <IconButton
          label="Send message"
          look={sendable ? 'filled' : 'plain'}
          icon={<SendHorizontal size={17} />}
          disabled={!sendable}
          onClick={() => {
            send()
            ref.current?.focus()
          }}
        />
      </div>
    </div>
  )
}
