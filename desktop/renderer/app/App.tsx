import { useEffect } from 'react'
import { assertNever } from '../platform/assert-never.ts'
import { startPreferences } from '../session/preferences.ts'
import { startSession, useSession } from '../session/session.ts'
import { SignIn } from '../session/SignIn.tsx'
import { followAppearance } from '../settings/appearance.ts'
import { Workspace } from './Workspace.tsx'

/** The app: the sign-in screen, or the workspace of whoever is signed in. */
export function App() {
  const session = useSession()
  useEffect(startSession, [])
  useEffect(startPreferences, [])
  useEffect(followAppearance, [])

  switch (session.status) {
    case 'loading':
      return null
    case 'signed-out':
      return <SignIn server={session.server} revoked={session.reason === 'revoked'} />
    case 'signed-in':
      return <Workspace key={`${session.server} ${session.user.id}`} user={session.user} />
    default:
      return assertNever(session)
  }
}
