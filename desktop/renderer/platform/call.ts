import type { Catalogue } from '../../../api/contract/catalogue.ts'
import type { InputOf, OutputOf } from '../../../api/contract/endpoint.ts'
import type { CallName, Failure, Result } from '../../bridge.ts'
import { bridge } from './bridge.ts'

/** A call that main or the API refused; `code` chooses the sentence, `message` is the other side's own words. */
export class CallError extends Error {
  readonly code: Failure['code']
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure.detail)
    this.name = 'CallError'
    this.code = failure.code
    this.failure = failure
  }
}

/** The value of a result of main; throws a CallError where it is a failure. */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value
  throw new CallError(result.error)
}

/** Calls one endpoint of the API through main; throws a CallError with the API's or main's code. */
export async function call<Name extends CallName>(
  name: Name,
  input: InputOf<Catalogue[Name]>,
): Promise<OutputOf<Catalogue[Name]>> {
  return unwrap(await bridge().call(name, input))
}
