import { LogOut } from 'lucide-react'
import { useState } from 'react'
import { sentenceFor } from '../platform/sentences.ts'
import { t } from '../platform/texts.ts'
import { signOut } from '../session/session.ts'
import { Button } from '../ui/Button.tsx'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { showFailure } from '../ui/toasts.ts'
import { countUnsent, useOutbox } from './outbox.ts'

/** Signs out; asks first where something that was written has not been sent. */
export function SignOut() {
  const unsent = useOutbox(countUnsent)
  const [asking, setAsking] = useState(false)

  return (
    <>
      <Button onClick={() => (unsent > 0 ? setAsking(true) : leave())}>
        <LogOut size={16} aria-hidden="true" />
        {t('chat.outbox.signOut')}
      </Button>
      <ConfirmDialog
        open={asking}
        title={t('chat.outbox.signOutTitle')}
        description={t('chat.outbox.signOutAbout', { count: unsent })}
        action={t('chat.outbox.signOut')}
        onConfirm={leave}
        onCancel={() => setAsking(false)}
      />
    </>
  )
}

const leave = (): void =>
  void signOut().catch((error) => showFailure(t('chat.outbox.notSignedOut'), sentenceFor(error)))
