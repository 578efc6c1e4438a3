/** Writes a line to the program's output: what happened, never a token or what somebody wrote. */
export function log(message: string, error?: unknown): void {
  if (error === undefined) console.error(message)
  else console.error(message, error)
}
