import { Avatar } from '../avatar/Avatar.tsx'
import { t } from '../platform/texts.ts'
import type { Person } from '../session/users.ts'
import styles from './MentionMenu.module.css'

interface MentionMenuProps {
  id: string
  people: readonly Person[]
  active: number
  onActive: (index: number) => void
  onChoose: (person: Person) => void
}

/** The id of a person's row in the menu, for the field that keeps the focus. */
export const mentionOptionId = (menuId: string, person: Person): string => `${menuId}-${person.id}`

/** Who may be meant, above the composer, which keeps the focus. */
export function MentionMenu({ id, people, active, onActive, onChoose }: MentionMenuProps) {
  return (
    // A select cannot show pictures, and the composer keeps the focus while arrow keys move through the people.
    /* oxlint-disable jsx-a11y/prefer-tag-over-role */
    <div id={id} role="listbox" aria-label={t('chat.composer.mentions')} className={styles.menu}>
      {people.map((person, index) => (
        <div
          key={person.id}
          id={mentionOptionId(id, person)}
          role="option"
          aria-selected={index === active}
          tabIndex={-1}
          data-active={index === active || undefined}
          className={styles.option}
          onPointerMove={() => onActive(index)}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onChoose(person)}
          onKeyDown={(event) => event.key === 'Enter' && onChoose(person)}
        >
          <Avatar userId={person.id} size={24} />
          <span className={styles.name}>{person.displayName}</span>
          <span className={styles.username}>@{person.username}</span>
        </div>
      ))}
    </div>
  )
}
