import { readFile, rename, writeFile } from 'node:fs/promises'
import { z } from 'zod'
import { user } from '../../api/contract/session.ts'

/** How tokens are kept from other programs; Electron's safeStorage. */
export interface Vault {
  /** False where the system has no keyring: then no token is written. */
  available(): boolean
  encrypt(text: string): Buffer
  decrypt(bytes: Buffer): string
}

const stored = z.object({
  server: z.string().nullable(),
  user: user.nullable(),
  sealedToken: z.string().nullable(),
})

/** What is remembered from start to start. */
export interface Remembered {
  server: string | null
  user: z.output<typeof user> | null
  token: string | null
}

/** Reads what was remembered; whatever cannot be read counts as nothing. */
export async function readSessionFile(file: string, vault: Vault): Promise<Remembered> {
  try {
    const { server, user, sealedToken } = stored.parse(JSON.parse(await readFile(file, 'utf8')))
    return { server, user, token: sealedToken === null ? null : unseal(sealedToken, vault) }
  } catch {
    return { server: null, user: null, token: null }
  }
}

/** Null where the keyring is not there, or not the one that sealed: then only the token is lost. */
function unseal(sealedToken: string, vault: Vault): string | null {
  try {
    return vault.available() ? vault.decrypt(Buffer.from(sealedToken, 'base64')) : null
  } catch {
    return null
  }
}

/** Remembers, atomically; the token only sealed, and not at all without a keyring. */
export async function writeSessionFile(
  file: string,
  vault: Vault,
  { server, user, token }: Remembered,
): Promise<void> {
  const sealedToken = token !== null && vault.available() ? vault.encrypt(token).toString('base64') : null
  const draft = `${file}.new`
  await writeFile(draft, JSON.stringify({ server, user, sealedToken }), { mode: 0o600 })
  await rename(draft, file)
}
