import type { IncomingMessage } from 'node:http'
import { AppError } from './errors.ts'

/** Who makes a request: a person on one of their devices. */
export interface Actor {
  userId: string
  sessionId: string
}

/** Finds who holds a token; null when nobody does. */
export type FindActor = (token: string) => Promise<Actor | null>

/** The bearer token of a request, or null. */
export function bearerToken(request: Pick<IncomingMessage, 'headers'>): string | null {
  return /^Bearer ([A-Za-z0-9_-]{20,128})$/i.exec(request.headers.authorization ?? '')?.[1] ?? null
}

/** Who makes the request; throws `session.unauthenticated` without a valid token. */
export async function authenticate(
  request: Pick<IncomingMessage, 'headers'>,
  findActor: FindActor,
): Promise<Actor> {
  const token = bearerToken(request)
  const actor = token === null ? null : await findActor(token)
  if (actor === null)
    throw new AppError('session.unauthenticated', 'This needs a valid token. Sign in, or sign in again.')
  return actor
}
