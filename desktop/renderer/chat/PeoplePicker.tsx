import { Check, X } from 'lucide-react'
import { useId, useRef, useState, type KeyboardEvent } from 'react'
import type { User } from '../../../api/contract/session.ts'
import { Avatar } from '../avatar/Avatar.tsx'
import { t } from '../platform/texts.ts'
import { InlineError } from '../ui/InlineError.tsx'
import { Spinner } from '../ui/Spinner.tsx'
import styles from './PeoplePicker.module.css'
import { usePeopleSearch } from './usePeopleSearch.ts'

interface PeoplePickerProps {
  /** People who are not offered, oneself above all. */
  without: readonly string[]
  /** The people chosen so far, shown as chips. */
  chosen: readonly User[]
  /** Somebody was chosen, or, where they were already, taken out. */
  onToggle: (user: User) => void
  /** The search has the focus first in its dialog. */
  focusFirst?: boolean
}

/** Searches people and chooses among them: by pointer, or with arrow keys and Enter from the search field. */
export function PeoplePicker({ without, chosen, onToggle, focusFirst = false }: PeoplePickerProps) {
  const [query, setQuery] = useState('')
  const [active, setActive] = useState(0)
  const search = usePeopleSearch(query)
  const people = search.people.filter((user) => !without.includes(user.id))
  const current = people[Math.min(active, people.length - 1)]
  const listId = useId()
  const list = useRef<HTMLDivElement>(null)
  const input = useRef<HTMLInputElement>(null)
  const optionId = (user: User) => `${listId}-${user.id}`

  function toggle(user: User): void {
    onToggle(user)
    setQuery('')
    setActive(0)
    input.current?.focus()
  }

  function move(to: number): void {
    const index = Math.max(0, Math.min(people.length - 1, to))
    setActive(index)
    list.current?.children[index]?.scrollIntoView({ block: 'nearest' })
    if (index >= people.length - 3) search.more?.()
  }

  function handleKey(event: KeyboardEvent<HTMLInputElement>): void {
    if (event.nativeEvent.isComposing) return
    const last = chosen.at(-1)
    if (event.key === 'ArrowDown') move(active + 1)
    else if (event.key === 'ArrowUp') move(active - 1)
    else if (event.key === 'Enter' && current) toggle(current)
    else if (event.key === 'Backspace' && query === '' && last) onToggle(last)
    else return
    if (event.key !== 'Backspace') event.preventDefault()
  }

  return (
    <div className={styles.picker}>
      <div className={styles.field} onPointerDown={(event) => focusInput(event.target, input.current)}>
        {chosen.map((user) => (
          <span key={user.id} className={styles.chip}>
            <Avatar userId={user.id} size={20} />
            <span className={styles.chipName}>{user.displayName}</span>
            <button
              type="button"
              aria-label={t('chat.people.takeOut', { name: user.displayName })}
              onClick={() => onToggle(user)}
            >
              <X size={13} />
            </button>
          </span>
        ))}
        <input
          ref={input}
          type="text"
          aria-label={t('chat.people.search')}
          aria-autocomplete="list"
          aria-controls={listId}
          aria-activedescendant={current && optionId(current)}
          placeholder={chosen.length > 0 ? '' : t('chat.people.searchByName')}
          value={query}
          maxLength={64}
          autoComplete="off"
          spellCheck={false}
          data-initial-focus={focusFirst || undefined}
          onChange={(event) => {
            setQuery(event.target.value)
            setActive(0)
          }}
          onKeyDown={handleKey}
        />
      </div>
      {search.failure !== null && <InlineError>{search.failure}</InlineError>}
      {/* A select cannot show pictures, and the search field keeps the focus while arrow keys move through the people. */}
      {/* oxlint-disable jsx-a11y/prefer-tag-over-role */}
      <div
        ref={list}
        id={listId}
        // With nobody in it there is a note instead, which is no option.
        {...(people.length > 0 && {
          role: 'listbox',
          'aria-label': t('chat.people.list'),
          'aria-multiselectable': true,
        })}
        className={styles.list}
        onScroll={({ currentTarget: at }) => {
          if (at.scrollHeight - at.scrollTop - at.clientHeight < 120) search.more?.()
        }}
      >
        {people.map((user, index) => (
          <div
            key={user.id}
            id={optionId(user)}
            role="option"
            aria-selected={chosen.some(({ id }) => id === user.id)}
            tabIndex={-1}
            data-active={user === current || undefined}
            className={styles.option}
            onPointerMove={() => setActive(index)}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => toggle(user)}
            onKeyDown={(event) => event.key === 'Enter' && toggle(user)}
          >
            <Avatar userId={user.id} size={32} />
            <span className={styles.name}>{user.displayName}</span>
            <span className={styles.username}>@{user.username}</span>
            {chosen.some(({ id }) => id === user.id) && (
              <Check size={17} className={styles.check} aria-hidden="true" />
            )}
          </div>
        ))}
        {search.status === 'searching' && people.length === 0 && (
          <p className={styles.note}>
            <Spinner size={16} />
          </p>
        )}
        {search.status === 'done' && people.length === 0 && (
          <p className={styles.note}>
            {query.trim() === '' ? t('chat.people.nobodyYet') : t('chat.people.nobody')}
          </p>
        )}
      </div>
    </div>
  )
}

/** A press anywhere in the field, save on a chip's button, goes to its input. */
function focusInput(target: EventTarget, input: HTMLInputElement | null): void {
  if (target instanceof Element && target.closest('button, input')) return
  requestAnimationFrame(() => input?.focus())
}
