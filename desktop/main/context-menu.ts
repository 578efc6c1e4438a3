import { Menu, type BrowserWindow, type ContextMenuParams, type MenuItemConstructorOptions } from 'electron'
import { t } from './texts.ts'

/** The menu of the right mouse button: what the spelling suggests, and what can be done with a text. */
export function setupContextMenu(window: BrowserWindow): void {
  const contents = window.webContents
  contents.on('context-menu', (_event, params) => {
    const entries = [...suggestions(params, (word) => contents.replaceMisspelling(word)), ...editing(params)]
    if (entries.length > 0) Menu.buildFromTemplate(entries).popup({ window })
  })
}

function suggestions(
  { misspelledWord, dictionarySuggestions }: ContextMenuParams,
  replace: (word: string) => void,
): MenuItemConstructorOptions[] {
  if (misspelledWord === '') return []
  const words =
    dictionarySuggestions.length === 0
      ? [{ label: t('main.menu.noSuggestions'), enabled: false }]
      : dictionarySuggestions.map((word) => ({ label: word, click: () => replace(word) }))
  return [...words, { type: 'separator' }]
}

function editing({ isEditable, selectionText, editFlags }: ContextMenuParams): MenuItemConstructorOptions[] {
  if (isEditable)
    return [
      { role: 'cut', label: t('main.menu.cut'), enabled: editFlags.canCut },
      { role: 'copy', label: t('main.menu.copy'), enabled: editFlags.canCopy },
      { role: 'paste', label: t('main.menu.paste'), enabled: editFlags.canPaste },
      { type: 'separator' },
      { role: 'selectAll', label: t('main.menu.selectAll'), enabled: editFlags.canSelectAll },
    ]
  return selectionText.trim() === '' ? [] : [{ role: 'copy', label: t('main.menu.copy') }]
}
