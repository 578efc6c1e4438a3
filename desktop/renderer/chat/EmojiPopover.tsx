import { Popover } from '@base-ui/react/popover'
import { lazy, Suspense, useState, type ReactElement } from 'react'
import { t } from '../platform/texts.ts'
import { Spinner } from '../ui/Spinner.tsx'
import styles from './EmojiPopover.module.css'

// Its data is some 700 kB, which nobody waits for who opens the app.
const EmojiGrid = lazy(async () => ({ default: (await import('./EmojiGrid.tsx')).EmojiGrid }))

interface EmojiPopoverProps {
  trigger: ReactElement<Record<string, unknown>>
  onSelect: (emoji: string) => void
}

/** A button that opens every emoji to choose from. */
export function EmojiPopover({ trigger, onSelect }: EmojiPopoverProps) {
  const [open, setOpen] = useState(false)
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger render={trigger} />
      <Popover.Portal>
        <Popover.Positioner className={styles.positioner} align="end" sideOffset={6} collisionPadding={8}>
          <Popover.Popup className={styles.popup} aria-label={t('chat.emoji.label')}>
            <Suspense fallback={<Spinner />}>
              <EmojiGrid
                onSelect={(emoji) => {
                  setOpen(false)
                  onSelect(emoji)
                }}
              />
            </Suspense>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}
