import {
  EmojiPicker,
  type EmojiData,
  type EmojiPickerListCategoryHeaderProps,
  type EmojiPickerListEmojiProps,
  type EmojiPickerListRowProps,
  type SkinTone,
} from 'frimousse'
import { useEffect, useRef } from 'react'
import type { Language } from '../../texts/language.ts'
import { language, t } from '../platform/texts.ts'
import styles from './EmojiGrid.module.css'

interface EmojiGridProps {
  onSelect: (emoji: string) => void
}

/** Every emoji by groups, with a search that takes the focus; arrow keys move, Enter chooses. */
export function EmojiGrid({ onSelect }: EmojiGridProps) {
  const search = useRef<HTMLInputElement>(null)
  // It comes after the popover has opened and given the focus to what was there.
  useEffect(() => search.current?.focus(), [])
  return (
    <EmojiPicker.Root
      className={styles.root}
      columns={9}
      locale={language}
      resolveEmojiData={() => emojiData}
      onEmojiSelect={({ emoji }) => onSelect(emoji)}
    >
      <EmojiPicker.Search
        ref={search}
        className={styles.search}
        aria-label={t('chat.emoji.search')}
        placeholder={t('chat.emoji.search')}
      />
      <EmojiPicker.Viewport className={styles.viewport}>
        <EmojiPicker.Empty className={styles.empty}>{t('chat.emoji.none')}</EmojiPicker.Empty>
        <EmojiPicker.List className={styles.list} components={{ CategoryHeader, Row, Emoji }} />
      </EmojiPicker.Viewport>
    </EmojiPicker.Root>
  )
}

function CategoryHeader({ category, ...props }: EmojiPickerListCategoryHeaderProps) {
  return (
    <div {...props} className={styles.category}>
      {category.label}
    </div>
  )
}

function Row(props: EmojiPickerListRowProps) {
  // The picker counts from 0, where ARIA counts from 1.
  return <div {...props} className={styles.row} aria-rowindex={fromOne(props['aria-rowindex'])} />
}

function Emoji({ emoji, ...props }: EmojiPickerListEmojiProps) {
  return (
    <button
      {...props}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a cell of the picker's own grid
      role="gridcell"
      type="button"
      className={styles.emoji}
      aria-label={emoji.label}
      aria-colindex={fromOne(props['aria-colindex'])}
    >
      {emoji.emoji}
    </button>
  )
}

const fromOne = (index: number | undefined): number => (index ?? 0) + 1

/** Components of others, such as skin tones and hair, are no emoji by themselves. */
const COMPONENTS = 2
const TONES = ['light', 'medium-light', 'medium', 'medium-dark', 'dark'] as const

/** What emoji are called, in each language a bundle of its own. */
const sources = {
  en: () => import('./emoji-en.ts'),
  de: () => import('./emoji-de.ts'),
} satisfies Record<Language, unknown>

const { data, groups } = (await sources[language]()).words

/** What emojibase tells, as the picker takes it: bundled, so that nothing is fetched. */
const emojiData: EmojiData = {
  locale: language,
  emojis: data.flatMap(({ emoji, label, group, tags, version, skins }) =>
    group === undefined || group === COMPONENTS
      ? []
      : [
          {
            emoji,
            label,
            category: group,
            version,
            tags: tags ?? [],
            // Of emoji with several people only the tones that all have are offered.
            ...(skins && { skins: skinsOf(skins) }),
          },
        ],
  ),
  categories: groups
    .filter(({ order }) => order !== COMPONENTS)
    .map(({ order, message }) => ({ index: order, label: capital(message) })),
  skinTones: {
    light: 'light',
    'medium-light': 'medium-light',
    medium: 'medium',
    'medium-dark': 'medium-dark',
    dark: 'dark',
  },
}

function skinsOf(skins: ReadonlyArray<{ emoji: string; tone?: unknown }>) {
  const byTone = new Map(skins.map(({ tone, emoji }) => [tone, emoji]))
  return Object.fromEntries(TONES.map((tone, n) => [tone, byTone.get(n + 1) ?? ''])) as Record<
    Exclude<SkinTone, 'none'>,
    string
  >
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
