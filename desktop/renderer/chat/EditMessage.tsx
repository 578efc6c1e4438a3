import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { MAX_BODY } from '../../../api/contract/chat.ts'
import { t } from '../platform/texts.ts'
import { Button } from '../ui/Button.tsx'
import { draftOf, keepDraft } from './drafts.ts'
import styles from './EditMessage.module.css'

interface EditMessageProps {
  clientId: string
  /** What it says now. */
  body: string
  onSave: (body: string) => void
  onEnd: () => void
}

/** A message of one's own, being changed where it stands: Enter saves, Esc leaves it as it was. */
export function EditMessage({ clientId, body: before, onSave, onEnd }: EditMessageProps) {
  // Also where the row has become another, since its message was sent meanwhile.
  const [body, setBody] = useState(() => draftOf(clientId) || before)
  const [failure, setFailure] = useState<string | null>(null)
  const field = useRef<HTMLTextAreaElement>(null)

  useEffect(() => {
    field.current?.focus()
    field.current?.setSelectionRange(field.current.value.length, field.current.value.length)
  }, [])

  function change(next: string): void {
    setBody(next)
    keepDraft(clientId, next)
    setFailure(null)
  }

  function end(): void {
    keepDraft(clientId, '')
    onEnd()
  }

  function save(): void {
    if (body.trim() === '') return setFailure(t('chat.message.empty'))
    if (body !== before) onSave(body)
    end()
  }

  function handleKey(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Escape') end()
    else if (event.key === 'Enter' && !event.shiftKey) save()
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <div className={styles.edit}>
      <textarea
        ref={field}
        className={styles.field}
        aria-label={t('chat.message.edit')}
        value={body}
        maxLength={MAX_BODY}
        rows={1}
        onChange={(event) => change(event.target.value)}
        onKeyDown={handleKey}
      />
      <div className={styles.foot}>
        <span className={styles.failure} role="alert">
          {failure}
        </span>
        <Button onClick={end}>{t('ui.cancel')}</Button>
        <Button look="primary" onClick={save}>
          {t('ui.save')}
        </Button>
      </div>
    </div>
  )
}
