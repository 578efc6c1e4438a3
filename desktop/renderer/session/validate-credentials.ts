import { displayName, password, username } from '../../../api/contract/session.ts'
import type { Credentials } from './session.ts'

/** The sentence for each field that cannot be sent as it is. */
export type FieldErrors = Partial<Record<keyof Credentials, string>>

/**
 * Checks the form before it is sent. Registering is held to the contract's own schemas; signing in only to there being
 * something, since a name that cannot exist is simply a wrong one.
 */
export function validateCredentials(credentials: Credentials, registering: boolean): FieldErrors {
  const errors: FieldErrors = {}
  if (credentials.server.trim() === '') errors.server = 'Enter the address of your server.'
  if (credentials.username === '') errors.username = 'Enter your username.'
  if (credentials.password === '') errors.password = 'Enter your password.'
  if (!registering) return errors

  if (!errors.username && !username.safeParse(credentials.username).success)
    errors.username = 'Use 3 to 32 of the letters a–z, digits, full stop, underscore and hyphen.'
  if (!displayName.safeParse(credentials.displayName).success)
    errors.displayName =
      credentials.displayName.trim() === ''
        ? 'Enter the name that others will see.'
        : 'Use at most 64 characters, all of them visible.'
  if (!password.safeParse(credentials.password).success)
    errors.password =
      credentials.password.length < 10 ? 'Use at least 10 characters.' : 'Use at most 128 characters.'
  return errors
}
