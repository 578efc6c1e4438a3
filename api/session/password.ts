import { hash, verify } from '@node-rs/argon2'

// OWASP's first recommendation for argon2id (Password Storage Cheat Sheet): 19 MiB, 2 passes, 1 lane. argon2id is the library's default.
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

// The hash of nobody's password: an unknown username takes as long to refuse as a wrong password.
const NOBODY = await hash(crypto.randomUUID(), COST)

/** Hashes a password with argon2id, off the event loop. */
export const hashPassword = (password: string): Promise<string> => hash(password, COST)

/** Whether `password` made `passwordHash`; without a hash it takes the same time and says no. */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  const matches = await verify(passwordHash ?? NOBODY, password)
  return matches && passwordHash !== null
}
