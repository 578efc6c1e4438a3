import { SmilePlus } from 'lucide-react'
import { useMemo } from 'react'
import type { Message } from '../../../api/contract/chat.ts'
import { t } from '../platform/texts.ts'
import { UNKNOWN_NAME, useSelfId } from '../session/useUser.ts'
import { useUsers } from '../session/users.ts'
import { IconButton } from '../ui/IconButton.tsx'
import { Tip } from '../ui/Tip.tsx'
import { EmojiPopover } from './EmojiPopover.tsx'
import { reactionsOf, useOutbox } from './outbox.ts'
import styles from './Reactions.module.css'
import { react } from './send-message.ts'

/** How many names a reaction's tooltip says before it counts the others. */
const NAMES = 8

/** Who reacted to a message with what; a press joins in, or takes that back. Nothing where nobody did. */
export function Reactions({ message }: { message: Message }) {
  const selfId = useSelfId()
  const outbox = useOutbox()
  const reactions = useMemo(() => reactionsOf(outbox, message, selfId), [outbox, message, selfId])
  if (reactions.length === 0) return null
  return (
    <div className={styles.reactions}>
      {reactions.map(({ emoji, userIds }) => {
        const own = userIds.includes(selfId)
        return (
          <Reaction
            key={emoji}
            emoji={emoji}
            userIds={userIds}
            own={own}
            onToggle={() => react(message, emoji, !own)}
          />
        )
      })}
      <EmojiPopover
        trigger={
          <IconButton
            className={styles.more}
            label={t('chat.message.addReaction')}
            icon={<SmilePlus size={15} />}
          />
        }
        onSelect={(emoji) => react(message, emoji, true)}
      />
    </div>
  )
}

interface ReactionProps {
  emoji: string
  userIds: readonly string[]
  own: boolean
  onToggle: () => void
}

function Reaction({ emoji, userIds, own, onToggle }: ReactionProps) {
  const people = useUsers((state) => state.people)
  const names = userIds.slice(0, NAMES).map((id) => people[id]?.displayName ?? UNKNOWN_NAME)
  const others = userIds.length - names.length
  const who =
    others > 0 ? t('chat.message.reactedMore', { names: names.join(', '), count: others }) : names.join(', ')
  return (
    <Tip text={who}>
      <button
        type="button"
        className={styles.reaction}
        aria-pressed={own}
        aria-label={t('chat.message.reaction', { emoji, count: String(userIds.length), who })}
        onClick={onToggle}
      >
        <span className={styles.emoji}>{emoji}</span>
        {userIds.length}
      </button>
    </Tip>
  )
}
