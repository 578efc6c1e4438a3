import { t } from '../platform/texts.ts'
import { useSelfId, useUser } from '../session/useUser.ts'
import { useTyping } from './typing.ts'
import styles from './TypingLine.module.css'

const NOBODY: readonly string[] = []

/** Who is typing, below the composer; keeps its height when nobody is. */
export function TypingLine({ roomId }: { roomId: string }) {
  const selfId = useSelfId()
  const typing = (useTyping((state) => state.typing[roomId]) ?? NOBODY).filter((id) => id !== selfId)
  const first = useUser(typing[0])?.displayName
  const second = useUser(typing[1])?.displayName
  const sentence = typingSentence(typing.length, first, second)
  return (
    <output className={styles.line}>
      {sentence && (
        <>
          <span className={styles.dots} aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          <span className={styles.words}>{sentence}</span>
        </>
      )}
    </output>
  )
}

/** What the typing line says for so many people, of whom two are named. */
function typingSentence(
  count: number,
  first = t('session.someone'),
  second = t('chat.composer.someone'),
): string | null {
  if (count === 0) return null
  if (count === 1) return t('chat.composer.typingOne', { first })
  if (count === 2) return t('chat.composer.typingTwo', { first, second })
  return t('chat.composer.typingSeveral')
}
