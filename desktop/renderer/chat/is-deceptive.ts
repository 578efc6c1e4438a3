/** What turns the order of letters around: `moc.knab` reads as `bank.com` behind one. */
const TURNING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u

/** What is not to be seen at all, and could stand within a name. */
const UNSEEN = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu

/** Full stops of other scripts, which browsers or eyes take for a dot; those that Unicode counts as the same are dots already. */
const DOTS = /[\u3002\u06d4\u0701\u0702\ua4f8\ua60e]/gu

/**
 * Addresses, with whatever follows their host up to the next space: anything behind `://`; names with dots, of which the last part is
 * letters; four numbers.
 */
const ADDRESSES =
  /(?:(:\/\/)(\[[\da-f:.]+\]|[\p{L}\p{M}\p{N}._-]+)|(?<![\p{L}\p{M}\p{N}-])((?:[\p{L}\p{M}\p{N}-]+\.)+(?:\p{L}[\p{L}\p{M}]+|xn--[a-z\d-]+)|(?:\d{1,3}\.){3}\d{1,3})(?![\p{L}\p{M}\p{N}-]))(?::\d+)?(?:[/?#]\S*)?/giu

/** Ends of files' names, none of which ends a host's: `notes.txt` is no address. */
const FILE =
  /\.(?:c|cpp|cs|css|csv|docx?|exe|gif|h|html?|ini|java|jpe?g|js|json|jsx|kt|log|pdf|php|png|pptx?|sql|svg|toml|ts|tsx|txt|webp|xlsx?|xml|ya?ml)$/i

/**
 * Whether a link's words say another place than it leads to, or hide that it is another: an address of a different host anywhere in
 * them, letters that turn their order around, a name and password before the host, or letters of other scripts in its name (which
 * browsers write as `xn--`).
 */
export function isDeceptive(words: string, href: string): boolean {
  const target = URL.parse(href)
  if (target === null || TURNING.test(words)) return true
  if (target.username !== '' || target.password !== '') return true
  const host = bare(hostOf(target))
  return /(^|\.)xn--/.test(host) || hostsIn(words).some((said) => bare(said) !== host)
}

/** Where an address leads: its host, or that of the mailbox. */
export const hostOf = (target: URL): string =>
  target.protocol === 'mailto:' ? (target.pathname.split('@').at(-1) ?? '') : target.hostname

function hostsIn(words: string): string[] {
  const seen = words.replace(UNSEEN, '').normalize('NFKC').replace(UNSEEN, '').replace(DOTS, '.')
  return [...seen.matchAll(ADDRESSES)]
    .map(([, , host, name = '']) => host ?? (FILE.test(name) ? '' : name))
    .filter((host) => host.replaceAll('.', '') !== '')
}

/** A host as browsers write it, without the parts that make no difference to anybody. */
const bare = (host: string): string =>
  (URL.parse(`https://${host}`)?.hostname ?? host).replace(/^www\./, '').replace(/\.$/, '')
