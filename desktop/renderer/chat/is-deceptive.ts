const LOOKS_LIKE_ADDRESS =
  /^\s*(?:https?:\/\/)?((?:[\p{Letter}\p{Number}-]+\.)+\p{Letter}{2,})(?=[/:?#\s]|$)/iu

/**
 * Whether a link's words say another place than it leads to, or hide that it is another: words that are an address of a different
 * host, a name and password before the host, or letters of other scripts in its name (which browsers write as `xn--`).
 */
export function isDeceptive(words: string, href: string): boolean {
  const target = URL.parse(href)
  if (target === null) return true
  if (target.protocol === 'mailto:') return false
  if (target.username !== '' || target.password !== '') return true
  if (/(^|\.)xn--/.test(target.hostname)) return true
  const said = LOOKS_LIKE_ADDRESS.exec(words)?.[1]?.toLowerCase()
  return said !== undefined && bare(said) !== bare(target.hostname)
}

const bare = (host: string): string => host.replace(/^www\./, '')
