import { CircleAlert } from 'lucide-react'
import { useSelfId } from '../session/useUser.ts'
import { Button } from '../ui/Button.tsx'
import { MessageGroup } from './MessageGroup.tsx'
import styles from './OutgoingRow.module.css'
import { discardMessage, retryMessage } from './send-message.ts'
import type { Outgoing } from './timelines.ts'

interface OutgoingRowProps {
  roomId: string
  outgoing: Outgoing
  head: boolean
}

/** A message on its way: a little fainter; one that failed stays, with the reason, Retry and Discard. */
export function OutgoingRow({ roomId, outgoing, head }: OutgoingRowProps) {
  const failed = outgoing.failure !== null
  return (
    <MessageGroup senderId={useSelfId()} createdAt={outgoing.createdAt} head={head}>
      <p className={failed ? styles.body : styles.sending}>{outgoing.body}</p>
      {failed && (
        <div className={styles.failure} role="alert">
          <CircleAlert size={14} aria-hidden="true" />
          <span>Not sent. {outgoing.failure}</span>
          <span className={styles.choices}>
            <Button look="link" onClick={() => retryMessage(roomId, outgoing.clientId)}>
              Retry
            </Button>
            <Button look="link" onClick={() => discardMessage(roomId, outgoing.clientId)}>
              Discard
            </Button>
          </span>
        </div>
      )}
    </MessageGroup>
  )
}
