import { Pencil, Trash2 } from 'lucide-react'
import type { Message } from '../../../api/contract/chat.ts'
import { fullTime } from '../platform/dates.ts'
import { useSelfId } from '../session/useUser.ts'
import { IconButton } from '../ui/IconButton.tsx'
import { EditMessage } from './EditMessage.tsx'
import { MessageGroup } from './MessageGroup.tsx'
import styles from './MessageRow.module.css'

interface MessageRowProps {
  message: Message
  head: boolean
  editing: boolean
  onEdit: (messageId: string) => void
  onEditEnd: () => void
  onDelete: (message: Message) => void
}

/** A message that the server has. */
export function MessageRow({ message, head, editing, onEdit, onEditEnd, onDelete }: MessageRowProps) {
  const own = message.senderId === useSelfId()
  const actions = own && !message.deletedAt && !editing && (
    <>
      <IconButton label="Edit message" icon={<Pencil size={15} />} onClick={() => onEdit(message.id)} />
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
      {editing ? <EditMessage message={message} onEnd={onEditEnd} /> : <Body message={message} />}
    </MessageGroup>
  )
}

function Body({ message }: { message: Message }) {
  if (message.deletedAt) return <p className={styles.deleted}>Message deleted</p>
  return (
    <p className={styles.body}>
      {message.body}
      {message.editedAt && (
        <span className={styles.edited} title={fullTime(new Date(message.editedAt))}>
          {' '}
          (edited)
        </span>
      )}
    </p>
  )
}
