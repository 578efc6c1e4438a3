import type { IncomingMessage } from 'node:http'
import { AppError } from './errors.ts'

/** Who makes a request: a person on one of their devices. */
export interface Actor {
  userId: string
  sessionId: string
}

/** Finds who holds a token; null when nobody does. */
export type FindActor = (token: string) => Promise<Actor | null>

const SESSION_TOKEN = /^[A-Za-z0-9_-]{20,128}$/

/** What a request shows as its bearer token, whatever it is made of, or null. */
export function bearerToken(request: Pick<IncomingMessage, 'headers'>): string | null {
  return /^Bearer +([^ ]+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null
}

/** The bearer token of a request where it can be a session's, or null. */
export function sessionToken(request: Pick<IncomingMessage, 'headers'>): string | null {
  const token = bearerToken(request)
  return token !== null && SESSION_TOKEN.test(token) ? token : null
}

/** Who makes the request; throws `session.unauthenticated` without a valid token. */
export async function authenticate(
  request: Pick<IncomingMessage, 'headers'>,
  findActor: FindActor,
): Promise<Actor> {
  const token = sessionToken(request)
  const actor = token === null ? null : await findActor(token)
  if (actor === null)
    throw new AppError('session.unauthenticated', 'This needs a valid token. Sign in, or sign in again.')
  return actor
}
