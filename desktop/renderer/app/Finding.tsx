import { find, useFinding } from '../chat/finding.ts'
import { MessageSearch } from '../chat/MessageSearch.tsx'
import { Switcher } from '../chat/Switcher.tsx'
import { KeyboardMap } from './KeyboardMap.tsx'
import { useShortcuts } from './useShortcuts.ts'

/** What finds things, opened by its keys: a room or person, a message, a key. */
export function Finding() {
  const open = useFinding((state) => state.open)
  useShortcuts()

  return (
    <>
      <Switcher open={open === 'switcher'} onClose={close} />
      <MessageSearch open={open === 'search'} onClose={close} />
      <KeyboardMap open={open === 'keys'} onClose={close} />
    </>
  )
}

const close = (): void => find(null)
