import { useEffect } from 'react'
import { find, useFinding } from '../chat/finding.ts'
import { MessageSearch } from '../chat/MessageSearch.tsx'
import { Switcher } from '../chat/Switcher.tsx'

/** What finds things, opened by its keys: Ctrl/Cmd+K goes to a room or person, Ctrl/Cmd+F searches messages. */
export function Finding() {
  const open = useFinding((state) => state.open)

  useEffect(() => {
    function handleKey(event: KeyboardEvent): void {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return
      const wanted = ({ k: 'switcher', f: 'search' } as const)[event.key.toLowerCase()]
      // A dialog that is open keeps what is behind it out of reach.
      if (!wanted || document.querySelector('[role="dialog"], [role="alertdialog"]')) return
      event.preventDefault()
      find(wanted)
    }
    window.addEventListener('keydown', handleKey)
    return () => window.removeEventListener('keydown', handleKey)
  }, [])

  return (
    <>
      <Switcher open={open === 'switcher'} onClose={close} />
      <MessageSearch open={open === 'search'} onClose={close} />
    </>
  )
}

const close = (): void => find(null)
