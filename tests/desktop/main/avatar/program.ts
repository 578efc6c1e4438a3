import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished, vi } from 'vitest'
import type { User } from '../../../../api/contract/session.ts'
import type { PictureChange, SettledChange } from '../../../../desktop/bridge.ts'
import { PictureCache } from '../../../../desktop/main/avatar/cache.ts'
import { PictureChanges } from '../../../../desktop/main/avatar/picture-changes.ts'
import type { Fetch } from '../../../../desktop/main/network.ts'
import { Session } from '../../../../desktop/main/session.ts'
import { writeSessionFile } from '../../../../desktop/main/session-file.ts'
import { createVault, temporaryFolder } from '../samples.ts'

/** A running program as far as pictures go, and all that it told. */
export interface Program {
  session: Session
  pictures: PictureCache
  changes: PictureChanges
  /** Every list that it told, in order. */
  lists: PictureChange[][]
  settled: SettledChange[]
  logged: string[]
  /** Its folder of changes. */
  folder: string
  /** What the system says of the network. */
  network: { isOnline: boolean }
  /** Ends it as a power cut would, from where it is, and starts another over what is on disk; hears of the changes' folder in between. */
  crash(meanwhile?: (folder: string) => Promise<void>): Promise<Program>
}

/** Who is signed in, and where. */
export interface SignedIn {
  server: string
  token: string
  user: User
}

/** Starts a program in which somebody is signed in; over what another one left in `userData`, or over nothing. */
export async function startProgram(who: SignedIn, userData?: string): Promise<Program> {
  const place = userData ?? (await temporaryFolder())
  const folder = join(place, 'picture-changes')
  const file = join(place, 'session.json')
  const vault = createVault()
  const logged: string[] = []
  const log = (message: string): void => void logged.push(message)
  const network = { isOnline: true }
  const isOnline = (): boolean => network.isOnline
  let isDead = false
  // What has crashed hears nothing and says nothing any more.
  const reach: Fetch = (url, init) => (isDead ? new Promise(() => {}) : fetch(url, init))
  const session = new Session({ file, vault, network: { fetch: reach, isOnline }, log })
  const pictures = new PictureCache({
    folder: join(place, 'avatars'),
    fetch: reach,
    account: () => session.account,
  })
  const changes = new PictureChanges({ folder, session, pictures, isOnline, log })
  const lists: PictureChange[][] = []
  const settled: SettledChange[] = []
  changes.on('changes', (list) => void lists.push(list))
  changes.on('settled', (change) => void settled.push(change))
  await writeSessionFile(file, vault, { ...who, others: [] })
  await session.open(null)
  await changes.open()
  // Whatever is still waiting ends with the test.
  onTestFinished(async () => {
    if (!isDead) await session.signOut()
  })
  return {
    session,
    pictures,
    changes,
    lists,
    settled,
    logged,
    folder,
    network,
    async crash(meanwhile = async () => {}) {
      const left = await temporaryFolder()
      // What is being written while it is copied may be gone again before it is its turn.
      await vi.waitFor(() => cp(place, left, { recursive: true }))
      isDead = true
      // Nobody hears of it; but nothing goes on in the background.
      void session.signOut()
      await meanwhile(join(left, 'picture-changes'))
      return startProgram(who, left)
    },
  }
}
