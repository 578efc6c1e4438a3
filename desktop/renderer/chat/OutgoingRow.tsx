import { t } from '../platform/texts.ts'
import { useSelfId } from '../session/useUser.ts'
import { OutgoingImages } from './attachments/OutgoingImages.tsx'
import { EditMessage } from './EditMessage.tsx'
import { Markdown } from './Markdown.tsx'
import { MessageGroup } from './MessageGroup.tsx'
import type { Outgoing } from './outbox.ts'
import { OutboxLine } from './OutboxLine.tsx'
import styles from './OutgoingRow.module.css'
import { Quote } from './Quote.tsx'
import { editOutgoing } from './send-message.ts'

interface OutgoingRowProps {
  roomId: string
  outgoing: Outgoing
  head: boolean
  editing: boolean
  onEdit: (clientId: string) => void
  onEditEnd: () => void
}

/** A message on its way: a little fainter. One that waits or was refused says so, and can be changed or given up. */
export function OutgoingRow({ roomId, outgoing, head, editing, onEdit, onEditEnd }: OutgoingRowProps) {
  const { clientId, body, images, replyTo, createdAt, progress } = outgoing
  return (
    <MessageGroup senderId={useSelfId()} createdAt={createdAt} head={head}>
      {editing ? (
        <EditMessage
          clientId={clientId}
          body={body}
          onSave={(next) => void editOutgoing(roomId, clientId, next)}
          onEnd={onEditEnd}
        />
      ) : (
        <>
          {replyTo && <Quote roomId={roomId} replyTo={replyTo} />}
          {body !== '' && (
            <div className={progress.status === 'failed' ? styles.body : styles.sending}>
              <Markdown text={body} />
            </div>
          )}
          <OutgoingImages images={images} progress={progress} />
          <OutboxLine
            entryId={clientId}
            progress={progress}
            refused={t('chat.outbox.notSent')}
            waiting={t('chat.outbox.willBeSent')}
            onEdit={() => onEdit(clientId)}
          />
        </>
      )}
    </MessageGroup>
  )
}
