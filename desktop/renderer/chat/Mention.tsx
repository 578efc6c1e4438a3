import { useUsers, type Person } from '../session/users.ts'
import styles from './Markdown.module.css'
import { PersonButton } from './PersonButton.tsx'

/** Somebody's name where a message addresses them; where nobody has it, the words that were written. */
export function Mention({ username }: { username: string }) {
  const person = useUsers(({ people }) =>
    Object.values<Person>(people).find((someone) => someone.username === username),
  )
  const isSelf = useUsers(({ selfId }) => person?.id === selfId)
  if (!person) return <>@{username}</>
  return (
    <PersonButton userId={person.id}>
      <span className={styles.mention} data-self={isSelf || undefined}>
        @{person.displayName}
      </span>
    </PersonButton>
  )
}
