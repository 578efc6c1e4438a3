import type { Actor } from '../platform/authenticate.ts'
import type { Db } from '../platform/db.ts'
import { AppError } from '../platform/errors.ts'
import { sessionRepository } from './session.repository.ts'

/** Throws `session.not_admin` unless whoever asks is an admin now. */
export async function requireAdmin(db: Db, { userId }: Actor): Promise<void> {
  const user = await sessionRepository(db).findUser(userId)
  if (user?.role !== 'admin')
    throw new AppError('session.not_admin', 'Only an admin of the workspace can do this.')
}
