import type { Problem } from '../contract/errors.ts'
import { type AppError, ERRORS } from './errors.ts'

/** The type of every failed answer's body. */
export const PROBLEM_TYPE = 'application/problem+json'

/** What a failed request is answered with. */
export function toProblem(error: AppError, requestId: string): Problem {
  const { status, title } = ERRORS[error.code]
  return {
    type: `urn:medallion:problem:${error.code}`,
    title,
    status,
    detail: error.message,
    code: error.code,
    requestId,
    ...(error.faults.length > 0 ? { errors: error.faults } : {}),
  }
}
