import { useState, type MouseEvent, type ReactNode } from 'react'
import { t } from '../platform/texts.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { hostOf, isDeceptive } from './is-deceptive.ts'

const MIDDLE_BUTTON = 1

/** A link out of the app, which opens in the system's browser; asks first where it does not lead where it says. */
export function ExternalLink({ href, children }: { href: string; children: ReactNode }) {
  const [asking, setAsking] = useState(false)
  // An address that is not allowed has become empty: then there is nothing to open.
  if (href === '') return <>{children}</>

  // As browsers write it: the host in ASCII, so that no letter of it passes for another.
  const target = URL.parse(href)
  const address = target?.href ?? href

  function guard(event: MouseEvent<HTMLAnchorElement>): void {
    if (!isDeceptive(event.currentTarget.textContent, href)) return
    event.preventDefault()
    setAsking(true)
  }

  return (
    <>
      <a
        href={href}
        target="_blank"
        rel="noreferrer"
        title={address}
        onClick={guard}
        // The middle button opens a link as well, and is no click; the right one opens the menu alone.
        onAuxClick={(event) => event.button === MIDDLE_BUTTON && guard(event)}
      >
        {children}
      </a>
      <ConfirmDialog
        open={asking}
        title={t('chat.message.linkTitle')}
        description={t('chat.message.linkAbout', {
          host: target === null ? '?' : hostOf(target),
          href: address,
        })}
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
