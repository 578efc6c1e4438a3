import { t } from '../platform/texts.ts'

/** What a key does wherever one is; the rest of the list belongs to the fields and rows that it names. */
export type Deed =
  | 'switch'
  | 'search'
  | 'previous'
  | 'next'
  | 'previousUnread'
  | 'nextUnread'
  | 'newMessage'
  | 'newRoom'
  | 'toEnd'
  | 'attach'
  | 'nextRegion'
  | 'previousRegion'
  | 'keys'

/** One line of the keyboard map. */
export interface Shortcut {
  what: string
  /**
   * One or several ways, each keys joined by `+`: modifiers in the order Mod, Alt, Shift, then what `KeyboardEvent.key` calls the key,
   * `Plus` for a plus. Mod is ⌘ on macOS and Ctrl elsewhere.
   */
  keys: readonly string[]
  /** Left out where a field or row answers to the keys by itself. */
  deed?: Deed
}

/** Every shortcut by topic: what the keyboard map shows, and what the program answers to. */
export const SHORTCUTS: ReadonlyArray<{ topic: string; shortcuts: readonly Shortcut[] }> = [
  {
    topic: t('app.keys.around.title'),
    shortcuts: [
      { what: t('app.keys.around.switch'), keys: ['Mod+K'], deed: 'switch' },
      { what: t('app.keys.around.search'), keys: ['Mod+F'], deed: 'search' },
      { what: t('app.keys.around.previous'), keys: ['Alt+ArrowUp'], deed: 'previous' },
      { what: t('app.keys.around.next'), keys: ['Alt+ArrowDown'], deed: 'next' },
      { what: t('app.keys.around.previousUnread'), keys: ['Alt+Shift+ArrowUp'], deed: 'previousUnread' },
      { what: t('app.keys.around.nextUnread'), keys: ['Alt+Shift+ArrowDown'], deed: 'nextUnread' },
      { what: t('app.keys.around.nextRegion'), keys: ['F6'], deed: 'nextRegion' },
      { what: t('app.keys.around.previousRegion'), keys: ['Shift+F6'], deed: 'previousRegion' },
      { what: t('app.keys.around.list'), keys: ['ArrowUp', 'ArrowDown', 'Home', 'End'] },
    ],
  },
  {
    topic: t('app.keys.conversations.title'),
    shortcuts: [
      { what: t('app.keys.conversations.newMessage'), keys: ['Mod+N'], deed: 'newMessage' },
      { what: t('app.keys.conversations.newRoom'), keys: ['Mod+Shift+N'], deed: 'newRoom' },
      { what: t('app.keys.conversations.toEnd'), keys: ['Escape'], deed: 'toEnd' },
    ],
  },
  {
    topic: t('app.keys.writing.title'),
    shortcuts: [
      { what: t('app.keys.writing.send'), keys: ['Enter'] },
      { what: t('app.keys.writing.newLine'), keys: ['Shift+Enter'] },
      { what: t('app.keys.writing.editLast'), keys: ['ArrowUp'] },
      { what: t('app.keys.writing.attach'), keys: ['Mod+Shift+U'], deed: 'attach' },
      { what: t('app.keys.picture.paste'), keys: ['Mod+V'] },
      { what: t('app.keys.writing.mention'), keys: ['Enter', 'Tab'] },
      { what: t('app.keys.writing.leave'), keys: ['Escape'] },
    ],
  },
  {
    topic: t('app.keys.viewing.title'),
    shortcuts: [
      { what: t('app.keys.viewing.step'), keys: ['ArrowLeft', 'ArrowRight'] },
      { what: t('app.keys.viewing.zoom'), keys: ['Plus', '-'] },
      { what: t('app.keys.viewing.whole'), keys: ['0'] },
      { what: t('app.keys.viewing.move'), keys: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'] },
    ],
  },
  {
    topic: t('app.keys.picture.title'),
    shortcuts: [
      { what: t('app.keys.picture.move'), keys: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'] },
      { what: t('app.keys.picture.zoom'), keys: ['Plus', '-'] },
      { what: t('app.keys.picture.turn'), keys: ['[', ']'] },
      { what: t('app.keys.picture.flip'), keys: ['F'] },
      { what: t('app.keys.picture.undo'), keys: ['Mod+Z'] },
      { what: t('app.keys.picture.redo'), keys: ['Mod+Shift+Z', 'Mod+Y'] },
      { what: t('app.keys.picture.reset'), keys: ['0'] },
      { what: t('app.keys.picture.save'), keys: ['Enter'] },
      { what: t('app.keys.picture.paste'), keys: ['Mod+V'] },
    ],
  },
  {
    topic: t('app.keys.everything.title'),
    shortcuts: [
      { what: t('app.keys.everything.settings'), keys: ['Mod+,'] },
      { what: t('app.keys.everything.close'), keys: ['Escape'] },
      { what: t('app.keys.everything.keys'), keys: ['?', 'F1'], deed: 'keys' },
    ],
  },
]

/** What a key event holds of what is asked here. */
type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>

/** The deed that a key asks for; undefined for none. */
export function deedOf(event: Pressed, onMac: boolean): Deed | undefined {
  const pressed = combination(event, onMac)
  if (pressed === null) return undefined
  for (const { shortcuts } of SHORTCUTS)
    for (const { keys, deed } of shortcuts) if (deed !== undefined && keys.includes(pressed)) return deed
  return undefined
}

/** A key with its modifiers, written as in the list; null with the modifier that is the other system's. */
function combination({ key, ctrlKey, metaKey, altKey, shiftKey }: Pressed, onMac: boolean): string | null {
  if (onMac ? ctrlKey : metaKey) return null
  const name = key.length === 1 ? key.toUpperCase() : key
  // A sign is where its keyboard has it, with Shift or without.
  const isSign = key.length === 1 && key.toUpperCase() === key.toLowerCase()
  const modifiers = [
    (onMac ? metaKey : ctrlKey) && 'Mod',
    altKey && 'Alt',
    shiftKey && !isSign && 'Shift',
  ].filter(Boolean)
  return [...modifiers, name].join('+')
}

const NAMES: Partial<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: t('app.keys.names.Escape'),
  Plus: '+',
}
const MAC_NAMES: Partial<Record<string, string>> = { Mod: '⌘', Alt: '⌥', Shift: '⇧', Enter: '↩', Tab: '⇥' }
const OTHER_NAMES: Partial<Record<string, string>> = {
  Mod: t('app.keys.names.Mod'),
  Shift: t('app.keys.names.Shift'),
  Enter: t('app.keys.names.Enter'),
  Home: t('app.keys.names.Home'),
  End: t('app.keys.names.End'),
}

/** The keys of one way as they are written on this system's keyboards, in the order in which they are named there. */
export function keyNames(keys: string, onMac: boolean): string[] {
  const parts = keys.split('+')
  // Apple names ⌘ last of the modifiers.
  const ordered = onMac && parts[0] === 'Mod' ? [...parts.slice(1, -1), 'Mod', ...parts.slice(-1)] : parts
  return ordered.map((part) => (onMac ? MAC_NAMES : OTHER_NAMES)[part] ?? NAMES[part] ?? part)
}
