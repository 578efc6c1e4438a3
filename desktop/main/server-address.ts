const LOCAL = /^(localhost|127(\.\d+){3}|\[::1\])([:/]|$)/i

/**
 * Turns what somebody typed into a server's address: https unless said otherwise, http for this very machine, no slash at the end;
 * null when it cannot be one.
 */
export function normaliseServer(typed: string): string | null {
  const text = typed.trim()
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text)
    ? text
    : `${LOCAL.test(text) ? 'http' : 'https'}://${text}`
  if (!URL.canParse(address)) return null
  const url = new URL(address)
  const named = url.username !== '' || url.password !== ''
  const usable = (url.protocol === 'http:' || url.protocol === 'https:') && !named && url.hostname !== ''
  return usable ? url.origin + url.pathname.replace(/\/+$/, '') : null
}
