import { join } from 'node:path'
import type { User } from '../../../api/contract/session.ts'
import type { SessionState } from '../../../desktop/bridge.ts'
import { Session } from '../../../desktop/main/session.ts'
import { writeSessionFile, type Vault } from '../../../desktop/main/session-file.ts'
import { createVault, NETWORK, sampleUser, temporaryFolder } from './samples.ts'

/** A running program's session, with every state that it told and every line that it logged. */
export interface Started {
  session: Session
  told: SessionState[]
  logged: string[]
}

/** A program's data: what one session leaves there, the next one finds. */
export interface Installation {
  file: string
  vault: Vault
  /** Starts the program's session and keeps every state that it tells. */
  start(given?: { server: string; token: string }): Promise<Started>
}

/** An installation on which nobody has been yet. */
export async function install({ vault = createVault() } = {}): Promise<Installation> {
  const file = join(await temporaryFolder(), 'session.json')
  return {
    file,
    vault,
    async start(given) {
      const logged: string[] = []
      const session = new Session({ file, vault, network: NETWORK, log: (message) => logged.push(message) })
      const told: SessionState[] = []
      session.on('change', (state) => told.push(state))
      await session.open(given ?? null)
      return { session, told, logged }
    },
  }
}

/** An installation on which somebody is signed in at a server. */
export async function remembering(server: string, token = 'old-token', user: User = sampleUser('old')) {
  const installation = await install()
  await writeSessionFile(installation.file, installation.vault, { server, user, token, others: [] })
  return { ...installation, user, token }
}
