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
  others: z.array(z.object({ server: z.string(), user, sealedToken: z.string() })).default([]),
})

/** Somebody who is signed in, here and there. */
export interface SignedIn {
  server: string
  user: z.output<typeof user>
  token: string
}

/** What is remembered from start to start: who is at work, and who else is signed in. */
export interface Remembered {
  server: string | null
  user: z.output<typeof user> | null
  token: string | null
  others: readonly SignedIn[]
}

/** Reads what was remembered; whatever cannot be read counts as nothing. */
export async function readSessionFile(file: string, vault: Vault): Promise<Remembered> {
  try {
    const { server, user, sealedToken, others } = stored.parse(JSON.parse(await readFile(file, 'utf8')))
    return {
      server,
      user,
      token: sealedToken === null ? null : unseal(sealedToken, vault),
      others: others.flatMap(({ sealedToken: sealed, ...account }) => {
        const token = unseal(sealed, vault)
        return token === null ? [] : [{ ...account, token }]
      }),
    }
  } catch {
    return { server: null, user: null, token: null, others: [] }
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

/** Remembers, atomically; tokens only sealed, and not at all without a keyring. */
export async function writeSessionFile(
  file: string,
  vault: Vault,
  { server, user, token, others }: Remembered,
): Promise<void> {
  const seal = (text: string): string | null =>
    vault.available() ? vault.encrypt(text).toString('base64') : null
  const kept: z.input<typeof stored> = {
    server,
    user,
    sealedToken: token === null ? null : seal(token),
    others: others.flatMap(({ token: other, ...account }) => {
      const sealedToken = seal(other)
      return sealedToken === null ? [] : [{ ...account, sealedToken }]
    }),
  }
  const draft = `${file}.new`
  await writeFile(draft, JSON.stringify(kept), { mode: 0o600 })
  await rename(draft, file)
}
