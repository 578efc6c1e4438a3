import { LogOut } from 'lucide-react'
import { useState } from 'react'
import { sentenceFor } from '../platform/sentences.ts'
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
        Sign out
      </Button>
      <ConfirmDialog
        open={asking}
        title="Sign out before everything is sent?"
        description={`${unsent === 1 ? 'One message or change has' : `${unsent} messages or changes have`} not been sent yet. They stay on this computer for 30 days and go out when you sign in here again.`}
        action="Sign out"
        onConfirm={leave}
        onCancel={() => setAsking(false)}
      />
    </>
  )
}

const leave = (): void =>
  void signOut().catch((error) => showFailure('You are still signed in', sentenceFor(error)))
