import { useEffect } from 'react'
import { assertNever } from '../platform/assert-never.ts'
import { bridge } from '../platform/bridge.ts'
import { startPreferences } from '../session/preferences.ts'
import { beforeLeaving, startSession, useSession } from '../session/session.ts'
import { SignIn } from '../session/SignIn.tsx'
import { followAppearance } from '../settings/appearance.ts'
import { followUpdates } from '../settings/updates.ts'
import { SettingsDialog } from '../settings/SettingsDialog.tsx'
import { runCommand } from './run-command.ts'
import { keepNow } from './snapshot.ts'
import { Workspace } from './Workspace.tsx'

/** The app: the sign-in screen, or the workspace of whoever is signed in. */
export function App() {
  useEffect(startSession, [])
  useEffect(startPreferences, [])
  useEffect(followAppearance, [])
  useEffect(followUpdates, [])
  useEffect(() => bridge().system.onCommand(runCommand), [])
  useEffect(() => bridge().snapshot.onWanted(keepNow), [])
  useEffect(() => beforeLeaving(keepNow), [])

  return (
    <>
      <Screen />
      <SettingsDialog keep={keepNow} />
    </>
  )
}

/** The sign-in screen, or the workspace. */
function Screen() {
  const session = useSession()
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
