import { Pencil, Trash2 } from 'lucide-react'
import type { Message } from '../../../api/contract/chat.ts'
import { fullTime } from '../platform/dates.ts'
import { useSelfId } from '../session/useUser.ts'
import { IconButton } from '../ui/IconButton.tsx'
import { EditMessage } from './EditMessage.tsx'
import { MessageGroup } from './MessageGroup.tsx'
import styles from './MessageRow.module.css'
import type { PendingChange } from './outbox.ts'
import { OutboxLine } from './OutboxLine.tsx'
import { editMessage } from './send-message.ts'

interface MessageRowProps {
  message: Message
  /** What is to become of it, and has not yet. */
  change: PendingChange | undefined
  head: boolean
  editing: boolean
  onEdit: (clientId: string) => void
  onEditEnd: () => void
  onDelete: (message: Message) => void
}

/** A message that the server has. */
export function MessageRow({ message, change, head, editing, ...handlers }: MessageRowProps) {
  const { onEdit, onEditEnd, onDelete } = handlers
  const own = message.senderId === useSelfId()
  const isDeleted = message.deletedAt !== null || change?.body === null
  const body = change?.body ?? message.body
  const actions = own && !isDeleted && !editing && (
    <>
      <IconButton label="Edit message" icon={<Pencil size={15} />} onClick={() => onEdit(message.clientId)} />
      <IconButton
        label="Delete message"
        look="danger"
        icon={<Trash2 size={15} />}
        onClick={() => onDelete(message)}
      />
    </>
  )
  return (
    <MessageGroup senderId={message.senderId} createdAt={message.createdAt} head={head} actions={actions}>
      {isDeleted ? (
        <p className={styles.deleted}>Message deleted</p>
      ) : editing ? (
        <EditMessage
          clientId={message.clientId}
          body={body}
          onSave={(next) => editMessage(message, next)}
          onEnd={onEditEnd}
        />
      ) : (
        <p className={styles.body}>
          {body}
          {(message.editedAt !== null || change) && <Edited at={message.editedAt} />}
        </p>
      )}
      {change && !editing && (
        <OutboxLine
          entryId={change.entryId}
          progress={change.progress}
          refused={isDeleted ? 'Not deleted.' : 'Not changed.'}
          waiting={isDeleted ? 'Will be deleted' : 'Will be changed'}
        />
      )}
    </MessageGroup>
  )
}

function Edited({ at }: { at: string | null }) {
  return (
    <span className={styles.edited} title={at === null ? undefined : fullTime(new Date(at))}>
      {' '}
      (edited)
    </span>
  )
}
