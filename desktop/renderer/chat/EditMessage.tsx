import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { MAX_BODY, type Message } from '../../../api/contract/chat.ts'
import { sentenceFor } from '../platform/sentences.ts'
import { Button } from '../ui/Button.tsx'
import styles from './EditMessage.module.css'
import { editMessage } from './send-message.ts'

/** A message of one's own, being changed where it stands: Enter saves, Esc leaves it as it was. */
export function EditMessage({ message, onEnd }: { message: Message; onEnd: () => void }) {
  const [body, setBody] = useState(message.body)
  const [failure, setFailure] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const field = useRef<HTMLTextAreaElement>(null)

  useEffect(() => {
    field.current?.focus()
    field.current?.setSelectionRange(field.current.value.length, field.current.value.length)
  }, [])

  async function save(): Promise<void> {
    if (body === message.body) return onEnd()
    if (body.trim() === '') return setFailure('A message cannot be empty. To take it away, delete it.')
    setBusy(true)
    try {
      await editMessage(message, body)
      onEnd()
    } catch (error) {
      setFailure(sentenceFor(error))
      setBusy(false)
    }
    return undefined
  }

  function handleKey(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Escape') onEnd()
    else if (event.key === 'Enter' && !event.shiftKey) void save()
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <div className={styles.edit}>
      <textarea
        ref={field}
        className={styles.field}
        aria-label="Edit message"
        value={body}
        maxLength={MAX_BODY}
        rows={1}
        onChange={(event) => {
          setBody(event.target.value)
          setFailure(null)
        }}
        onKeyDown={handleKey}
      />
      <div className={styles.foot}>
        <span className={styles.failure} role="alert">
          {failure}
        </span>
        <Button onClick={onEnd}>Cancel</Button>
        <Button look="primary" busy={busy} onClick={() => void save()}>
          Save
        </Button>
      </div>
    </div>
  )
}
