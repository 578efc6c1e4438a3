import { Pencil, Reply, SmilePlus, Trash2 } from 'lucide-react'
import type { Message } from '../../../api/contract/chat.ts'
import { fullTime } from '../platform/dates.ts'
import { t } from '../platform/texts.ts'
import { useSelfId } from '../session/useUser.ts'
import { IconButton } from '../ui/IconButton.tsx'
import { MessageImages } from './attachments/MessageImages.tsx'
import { EditMessage } from './EditMessage.tsx'
import { EmojiPopover } from './EmojiPopover.tsx'
import { Markdown } from './Markdown.tsx'
import { MessageGroup } from './MessageGroup.tsx'
import styles from './MessageRow.module.css'
import type { PendingChange } from './outbox.ts'
import { OutboxLine } from './OutboxLine.tsx'
import { Quote } from './Quote.tsx'
import { Reactions } from './Reactions.tsx'
import { editMessage, react } from './send-message.ts'

interface MessageRowProps {
  message: Message
  /** What is to become of it, and has not yet. */
  change: PendingChange | undefined
  head: boolean
  editing: boolean
  onEdit: (clientId: string) => void
  onEditEnd: () => void
  onDelete: (message: Message) => void
  onReply: (message: Message) => void
  landed: boolean
}

/** A message that the server has. */
export function MessageRow({ message, change, head, editing, landed, ...handlers }: MessageRowProps) {
  const { onEdit, onEditEnd, onDelete, onReply } = handlers
  const own = message.senderId === useSelfId()
  const isDeleted = message.deletedAt !== null || change?.body === null
  const body = change?.body ?? message.body
  const actions = !isDeleted && !editing && (
    <>
      <EmojiPopover
        trigger={<IconButton label={t('chat.message.react')} icon={<SmilePlus size={15} />} />}
        onSelect={(emoji) => react(message, emoji, true)}
      />
      <IconButton
        label={t('chat.message.reply')}
        icon={<Reply size={16} />}
        onClick={() => onReply(message)}
      />
      {own && (
        <>
          <IconButton
            label={t('chat.message.edit')}
            icon={<Pencil size={15} />}
            onClick={() => onEdit(message.clientId)}
          />
          <IconButton
            label={t('chat.message.delete')}
            look="danger"
            icon={<Trash2 size={15} />}
            onClick={() => onDelete(message)}
          />
        </>
      )}
    </>
  )
  return (
    <MessageGroup
      senderId={message.senderId}
      createdAt={message.createdAt}
      head={head}
      landed={landed}
      actions={actions}
    >
      {message.replyTo && !isDeleted && <Quote roomId={message.roomId} replyTo={message.replyTo} />}
      {isDeleted ? (
        <p className={styles.deleted}>{t('chat.messageDeleted')}</p>
      ) : editing ? (
        <EditMessage
          clientId={message.clientId}
          body={body}
          onSave={(next) => editMessage(message, next)}
          onEnd={onEditEnd}
        />
      ) : (
        <div className={styles.body}>
          {body !== '' && <Markdown text={body} />}
          {(message.editedAt !== null || change) && <Edited at={message.editedAt} />}
        </div>
      )}
      {!isDeleted && message.attachments.length > 0 && <MessageImages message={message} />}
      {!isDeleted && <Reactions message={message} />}
      {change && !editing && (
        <OutboxLine
          entryId={change.entryId}
          progress={change.progress}
          refused={t(isDeleted ? 'chat.outbox.notDeleted' : 'chat.outbox.notChanged')}
          waiting={t(isDeleted ? 'chat.outbox.willBeDeleted' : 'chat.outbox.willBeChanged')}
        />
      )}
    </MessageGroup>
  )
}

function Edited({ at }: { at: string | null }) {
  return (
    <span className={styles.edited} title={at === null ? undefined : fullTime(new Date(at))}>
      {' '}
      {t('chat.message.edited')}
    </span>
  )
}
