import { describeError } from './describe-error.ts'
import type { LogFile } from './log-file.ts'

let file: LogFile | null = null

/** From now on keeps every line in this file, too. */
export function keepLog(kept: LogFile): void {
  file = kept
}

/** Writes a line to the program's output, and to its file: what happened, never a token, a name or what somebody wrote. */
export function log(message: string, error?: unknown): void {
  if (error === undefined) console.error(message)
  else console.error(message, error)
  file?.append(error === undefined ? message : `${message}: ${describeError(error)}`)
}
