import { bridge } from './bridge.ts'

/** How much of a stack is told, in UTF-16 code units. */
const MAX_STACK = 20_000

/** Has the program's log keep what went wrong in the page; its words stay here, since they may quote what somebody wrote. */
export function reportError(error: unknown): void {
  const { name, message, stack = '' } = error instanceof Error ? error : new Error()
  bridge().system.reportError({
    name: /^\w{1,60}$/.test(name) ? name : 'Error',
    stack: stack.replace(message, '').slice(0, MAX_STACK),
  })
}

/** From now on reports what nobody catches. Call it once. */
export function reportUncaught(): void {
  window.addEventListener('error', ({ error }) => reportError(error))
  window.addEventListener('unhandledrejection', ({ reason }) => reportError(reason))
}
