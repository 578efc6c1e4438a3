import { CallError } from '../platform/call.ts'
import { sentenceFor } from '../platform/sentences.ts'
import { showFailure } from '../ui/toasts.ts'

/** Tells that a call of the API failed, until that is dismissed; of what an earlier account has asked, nothing is told to the next. */
export function showCallFailure(title: string, error: unknown): void {
  if (error instanceof CallError && error.code === 'desktop.signed_out') return
  showFailure(title, sentenceFor(error))
}
