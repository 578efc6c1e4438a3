import type { Failure } from '../bridge.ts'

/** The platform's fetch: Electron's own, which knows the system's proxy. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** The way out of this machine. */
export interface Network {
  fetch: Fetch
  /** False where the system knows that there is no network; true promises nothing. */
  isOnline: () => boolean
}

// Node's names and Chromium's for a machine that has no way out at all.
const NO_NETWORK = /^(ENETUNREACH|ENETDOWN)$|ERR_INTERNET_DISCONNECTED/

/** Tells a failed connection as its reader needs it: this machine is offline, or `who` is away, which `code` says. */
export function connectionFailure(
  error: unknown,
  isOnline: Network['isOnline'],
  who: string,
  code: 'desktop.server_unreachable' | 'desktop.store_unreachable',
): Failure {
  const why = reason(error)
  return isOnline() && !NO_NETWORK.test(why)
    ? { code, detail: `${who} does not answer (${why}).` }
    : { code: 'desktop.offline', detail: `There is no network (${why}).` }
}

/** What a Retry-After header asks for, in seconds from now; undefined where it says nothing that can be read. RFC 9110, 10.2.3. */
export function readRetryAfter(header: string | null | undefined): number | undefined {
  if (header === null || header === undefined) return undefined
  if (/^\d{1,9}$/.test(header.trim())) return Number(header)
  const seconds = Math.ceil((Date.parse(header) - Date.now()) / 1000)
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds)
}

/** What the network said, in few words: Node hides it in the cause. */
function reason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (!(cause instanceof Error)) return String(cause)
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message
}
