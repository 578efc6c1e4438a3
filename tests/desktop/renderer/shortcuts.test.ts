import { describe, expect, it } from 'vitest'
import { deedOf, keyNames, SHORTCUTS } from '../../../desktop/renderer/app/shortcuts.ts'

const press = (key: string, ...modifiers: Array<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...Object.fromEntries(modifiers.map((modifier) => [modifier, true])),
})

describe('what a key asks for', () => {
  it.each([
    [press('k', 'ctrlKey'), 'switch'],
    [press('n', 'ctrlKey'), 'newMessage'],
    [press('N', 'ctrlKey', 'shiftKey'), 'newRoom'],
    [press('ArrowDown', 'altKey'), 'next'],
    [press('ArrowDown', 'altKey', 'shiftKey'), 'nextUnread'],
    // A question mark takes Shift on some keyboards, and none on others.
    [press('?', 'shiftKey'), 'keys'],
    [press('?'), 'keys'],
    [press('F6', 'shiftKey'), 'previousRegion'],
    [press('k'), undefined],
    [press('k', 'metaKey'), undefined],
    [press('k', 'ctrlKey', 'altKey'), undefined],
    // Fields answer to these by themselves.
    [press('Enter'), undefined],
  ])('%o', (event, deed) => expect(deedOf(event, false)).toBe(deed))

  it('is asked for with ⌘ on macOS, where Ctrl does something else', () => {
    expect(deedOf(press('k', 'metaKey'), true)).toBe('switch')
    expect(deedOf(press('k', 'ctrlKey'), true)).toBeUndefined()
  })

  it('is one thing for each key', () => {
    const deeds = SHORTCUTS.flatMap(({ shortcuts }) => shortcuts).filter(({ deed }) => deed !== undefined)
    const keys = deeds.flatMap((shortcut) => shortcut.keys)
    expect(keys).toHaveLength(new Set(keys).size)
  })
})

describe('keys are written as on the keyboard', () => {
  it.each([
    ['Mod+Shift+N', ['⇧', '⌘', 'N'], ['Ctrl', 'Shift', 'N']],
    ['Alt+ArrowUp', ['⌥', '↑'], ['Alt', '↑']],
    ['Plus', ['+'], ['+']],
    ['Escape', ['Esc'], ['Esc']],
  ])('%s', (keys, mac, others) => {
    expect(keyNames(keys, true)).toEqual(mac)
    expect(keyNames(keys, false)).toEqual(others)
  })
})
