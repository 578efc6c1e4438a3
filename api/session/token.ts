import { createHash, randomBytes } from 'node:crypto'

/** A new opaque token of 256 random bits. */
export const createToken = (): string => randomBytes(32).toString('base64url')

/** What is stored of a token. A fast hash is enough: nobody can guess 256 random bits. */
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest()
