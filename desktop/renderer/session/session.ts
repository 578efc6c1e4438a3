import { create } from 'zustand'
import type { OtherAccount, ServerDescription, SessionState } from '../../bridge.ts'
import { bridge } from '../platform/bridge.ts'
import { unwrap } from '../platform/call.ts'

/** Who is signed in, and where; `loading` until main has answered for the first time. */
export const useSession = create<SessionState | { status: 'loading' }>(() => ({ status: 'loading' }))

/** Follows main's session; returns the function that stops it. */
export function startSession(): () => void {
  let told = false
  const stop = bridge().session.onChange((state) => {
    told = true
    useSession.setState(state, true)
  })
  // A change that was told while the first answer was under way is the newer of the two.
  void bridge()
    .session.current()
    .then((state) => told || useSession.setState(state, true))
  return stop
}

/** Where the app looks for its server until somebody says otherwise. */
export const DEFAULT_SERVER = 'http://127.0.0.1:4000'

/** What the sign-in form asks for; `displayName` only matters when registering. */
export interface Credentials {
  server: string
  username: string
  displayName: string
  password: string
  /** The code of an invite; empty where there is none. */
  invite: string
}

/** Signs in, which main tells of before it answers; throws a CallError, `session.bad_credentials` above all. */
export async function signIn({ server, username, password }: Credentials): Promise<void> {
  unwrap(await bridge().session.signIn({ server, username, password }))
}

/** Creates an account and signs in with it; throws a CallError, `session.username_taken` above all. */
export async function register(credentials: Credentials): Promise<void> {
  const { invite, ...account } = credentials
  const code = invite.trim()
  unwrap(await bridge().session.register(code === '' ? account : { ...account, invite: code }))
}

/** What a server tells of itself; null where it cannot be asked, or is too old to say. */
export async function describeServer(server: string): Promise<ServerDescription | null> {
  const answer = await bridge().session.describe({ server })
  return answer.ok ? answer.value : null
}

let keep = async (): Promise<void> => {}

/** From now on has `act` run before whoever is at work is put aside: afterwards nothing of theirs can be kept. */
export function beforeLeaving(act: () => Promise<void>): void {
  keep = act
}

/** Lets somebody else sign in here; whoever is at work stays signed in. */
export async function addAccount(): Promise<void> {
  await keep()
  unwrap(await bridge().session.setAside())
}

/** Goes on as somebody who is signed in already; throws a CallError where they are not any more. */
export async function switchAccount({ server, userId }: OtherAccount): Promise<void> {
  await keep()
  unwrap(await bridge().session.switchTo({ server, userId }))
}

/** Signs out here; throws a CallError where even that failed. */
export async function signOut(): Promise<void> {
  unwrap(await bridge().session.signOut())
}
