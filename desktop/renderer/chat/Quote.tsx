import { CornerUpRight } from 'lucide-react'
import { useEffect } from 'react'
import type { Message } from '../../../api/contract/chat.ts'
import { Avatar } from '../avatar/Avatar.tsx'
import { t } from '../platform/texts.ts'
import { UNKNOWN_NAME, useUser } from '../session/useUser.ts'
import { jumpTo } from './jump.ts'
import { messageWords } from './message-words.ts'
import { plainText } from './plain-text.ts'
import styles from './Quote.module.css'
import { ensureAnswered, useAnswered } from './quotes.ts'

interface QuoteProps {
  roomId: string
  replyTo: NonNullable<Message['replyTo']>
}

/** What a message answers, in one line above it; a press goes there. */
export function Quote({ roomId, replyTo }: QuoteProps) {
  const name = useUser(replyTo.senderId)?.displayName ?? UNKNOWN_NAME
  const answered = useAnswered(roomId, replyTo)
  useEffect(() => {
    if (answered === null) ensureAnswered(roomId, replyTo)
  }, [answered, roomId, replyTo])
  return (
    <button type="button" className={styles.quote} onClick={() => void jumpTo(roomId, replyTo.seq)}>
      <CornerUpRight size={14} aria-hidden="true" />
      <Avatar userId={replyTo.senderId} size={16} />
      <span className="visually-hidden">{t('chat.message.answers')}</span>
      <span className={styles.name}>{name}</span>
      <span className={styles.text}>
        {answered === null
          ? ''
          : answered.deletedAt
            ? t('chat.messageDeleted')
            : plainText(messageWords(answered))}
      </span>
    </button>
  )
}
