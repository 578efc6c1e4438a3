import { useState, type MouseEvent, type ReactNode } from 'react'
import { t } from '../platform/texts.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { isDeceptive } from './is-deceptive.ts'

/** A link out of the app, which opens in the system's browser; asks first where it does not lead where it says. */
export function ExternalLink({ href, children }: { href: string; children: ReactNode }) {
  const [asking, setAsking] = useState(false)
  // An address that is not allowed has become empty: then there is nothing to open.
  if (href === '') return <>{children}</>

  function guard(event: MouseEvent<HTMLAnchorElement>): void {
    if (!isDeceptive(event.currentTarget.textContent, href)) return
    event.preventDefault()
    setAsking(true)
  }

  return (
    <>
      <a href={href} target="_blank" rel="noreferrer" title={href} onClick={guard}>
        {children}
      </a>
      <ConfirmDialog
        open={asking}
        title={t('chat.message.linkTitle')}
        description={t('chat.message.linkAbout', { href })}
        action={t('chat.message.linkAction')}
        onConfirm={() => {
          window.open(href, '_blank', 'noreferrer')
          setAsking(false)
        }}
        onCancel={() => setAsking(false)}
      />
    </>
  )
}
