import { homedir } from 'node:os'
import { z } from 'zod'

/** How many lines of a stack are kept. */
const MAX_FRAMES = 12

/**
 * An error as it may be kept and handed on: its kind, its code and where it came from. Its own words only where the system wrote them,
 * since those of a parser, or of the server, may quote a message or a name.
 */
export function describeError(error: unknown): string {
  return withoutHome([...kinds(error), ...frames(error)].join('\n'))
}

/** The same of an error of the page, which is told as data. */
export const describePageError = ({ name, stack }: { name: string; stack: string }): string =>
  withoutHome([name, ...framesIn(stack)].join('\n'))

/** One line for an error, then one for each that caused it. */
function kinds(error: unknown): string[] {
  if (!(error instanceof Error)) return [`a thrown ${typeof error}`]
  const cause = error.cause instanceof Error ? kinds(error.cause).map((line) => `  caused by ${line}`) : []
  return [[error.name, whatOf(error)].filter(Boolean).join(' '), ...cause]
}

function whatOf(error: Error): string {
  if (error instanceof z.ZodError)
    return error.issues.map(({ code, path }) => `${code} at ${path.join('.') || 'the top'}`).join(', ')
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  // What the operating system said, like “ENOENT: no such file or directory, open '…'”.
  const isSystem = 'syscall' in error && code !== '' && error.message.includes(code)
  return isSystem ? error.message : code
}

function frames(error: unknown): string[] {
  // A line of its words may look like a line of the stack.
  return error instanceof Error ? framesIn((error.stack ?? '').replace(error.message, '')) : []
}

function framesIn(stack: string): string[] {
  return stack
    .split('\n')
    .filter((line) => /^ +at /.test(line))
    .slice(0, MAX_FRAMES)
}

/** The home folder bears the person's name. */
const withoutHome = (text: string): string => text.replaceAll(homedir(), '~')
