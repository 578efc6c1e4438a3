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
    topic: 'Going around',
    shortcuts: [
      { what: 'Go to a room or person', keys: ['Mod+K'], deed: 'switch' },
      { what: 'Search messages', keys: ['Mod+F'], deed: 'search' },
      { what: 'Previous conversation', keys: ['Alt+ArrowUp'], deed: 'previous' },
      { what: 'Next conversation', keys: ['Alt+ArrowDown'], deed: 'next' },
      { what: 'Previous unread conversation', keys: ['Alt+Shift+ArrowUp'], deed: 'previousUnread' },
      { what: 'Next unread conversation', keys: ['Alt+Shift+ArrowDown'], deed: 'nextUnread' },
      { what: 'Next part of the window', keys: ['F6'], deed: 'nextRegion' },
      { what: 'Previous part of the window', keys: ['Shift+F6'], deed: 'previousRegion' },
      { what: 'Through the list of conversations', keys: ['ArrowUp', 'ArrowDown', 'Home', 'End'] },
    ],
  },
  {
    topic: 'Conversations',
    shortcuts: [
      { what: 'New direct message', keys: ['Mod+N'], deed: 'newMessage' },
      { what: 'New room', keys: ['Mod+Shift+N'], deed: 'newRoom' },
      { what: 'Mark as read and go to the end', keys: ['Escape'], deed: 'toEnd' },
    ],
  },
  {
    topic: 'Writing',
    shortcuts: [
      { what: 'Send', keys: ['Enter'] },
      { what: 'New line', keys: ['Shift+Enter'] },
      { what: 'Change your last message, in an empty field', keys: ['ArrowUp'] },
      { what: 'Attach images', keys: ['Mod+Shift+U'], deed: 'attach' },
      { what: 'Paste an image', keys: ['Mod+V'] },
      { what: 'Mention the person offered', keys: ['Enter', 'Tab'] },
      { what: 'Do not answer; leave a message as it was', keys: ['Escape'] },
    ],
  },
  {
    topic: 'Looking at an image',
    shortcuts: [
      { what: 'Previous and next', keys: ['ArrowLeft', 'ArrowRight'] },
      { what: 'Larger and smaller', keys: ['Plus', '-'] },
      { what: 'Whole', keys: ['0'] },
      { what: 'Move what is larger', keys: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'] },
    ],
  },
  {
    topic: 'Editing a picture',
    shortcuts: [
      { what: 'Move it', keys: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'] },
      { what: 'Zoom', keys: ['Plus', '-'] },
      { what: 'Turn', keys: ['[', ']'] },
      { what: 'Flip', keys: ['F'] },
      { what: 'Undo', keys: ['Mod+Z'] },
      { what: 'Redo', keys: ['Mod+Shift+Z', 'Mod+Y'] },
      { what: 'As at the beginning', keys: ['0'] },
      { what: 'Save', keys: ['Enter'] },
      { what: 'Paste an image', keys: ['Mod+V'] },
    ],
  },
  {
    topic: 'Everything',
    shortcuts: [
      { what: 'Settings', keys: ['Mod+,'] },
      { what: 'Close what is open', keys: ['Escape'] },
      { what: 'This list', keys: ['?', 'F1'], deed: 'keys' },
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
  Escape: 'Esc',
  Plus: '+',
}
const MAC_NAMES: Partial<Record<string, string>> = { Mod: '⌘', Alt: '⌥', Shift: '⇧', Enter: '↩', Tab: '⇥' }
const OTHER_NAMES: Partial<Record<string, string>> = { Mod: 'Ctrl' }

/** The keys of one way as they are written on this system's keyboards, in the order in which they are named there. */
export function keyNames(keys: string, onMac: boolean): string[] {
  const parts = keys.split('+')
  // Apple names ⌘ last of the modifiers.
  const ordered = onMac && parts[0] === 'Mod' ? [...parts.slice(1, -1), 'Mod', ...parts.slice(-1)] : parts
  return ordered.map((part) => (onMac ? MAC_NAMES : OTHER_NAMES)[part] ?? NAMES[part] ?? part)
}
