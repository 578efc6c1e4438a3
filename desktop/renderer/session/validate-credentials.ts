import { displayName, password, username } from '../../../api/contract/session.ts'
import { t } from '../platform/texts.ts'
import type { Credentials } from './session.ts'

/** The sentence for each field that cannot be sent as it is. */
export type FieldErrors = Partial<Record<keyof Credentials, string>>

/**
 * Checks the form before it is sent. Registering is held to the contract's own schemas; signing in only to there being
 * something, since a name that cannot exist is simply a wrong one.
 */
export function validateCredentials(credentials: Credentials, registering: boolean): FieldErrors {
  const errors: FieldErrors = {}
  if (credentials.server.trim() === '') errors.server = t('session.fields.server')
  if (credentials.username === '') errors.username = t('session.fields.username')
  if (credentials.password === '') errors.password = t('session.fields.password')
  if (!registering) return errors

  if (!errors.username && !username.safeParse(credentials.username).success)
    errors.username = t('session.fields.usernameRule')
  if (!displayName.safeParse(credentials.displayName).success)
    errors.displayName =
      credentials.displayName.trim() === ''
        ? t('session.fields.displayName')
        : t('session.fields.displayNameRule')
  if (!password.safeParse(credentials.password).success)
    errors.password =
      credentials.password.length < 10 ? t('session.fields.passwordShort') : t('session.fields.passwordLong')
  return errors
}
