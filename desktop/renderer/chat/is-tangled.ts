/** How deep lists and quotes may stand in one another. */
const DEEPEST = 32

/** How many of the marks may there be that are weighed against one another. */
const MOST_MARKS = 1_000

/** Marks at which an address may end, or go on: for each of them it is seen where they end. */
const LONG_END = /(?:[!"'),.:;<?\]*_~]|&[a-z\d]+;){200}/i

/** What a line begins with: the quotes and lists that it opens or goes on with, and the space by which it stands in them. */
const OPENINGS = /^(?:[ \t]|>|(?:[-*+]|\d{1,9}[.)])(?=[ \t]|$))*/gm

/**
 * Whether reading a text as Markdown would hold up the window, since that takes time that grows with the square of what is nested and
 * marked: nobody writes so, and such a text is words and nothing else. This here takes time that grows with its length alone.
 */
export function isTangled(text: string): boolean {
  if (count(text, /[*_~&]/g) > MOST_MARKS || LONG_END.test(text)) return true
  for (const [openings] of text.matchAll(OPENINGS)) if (depthOf(openings) > DEEPEST) return true
  return false
}

/** No less than the true depth: what goes on in a list stands two columns further in, at least. Space alone opens nothing. */
function depthOf(openings: string): number {
  const opened = count(openings, /[>*+.)-]/g)
  return opened === 0 ? 0 : opened + (count(openings, / /g) + count(openings, /\t/g) * 4) / 2
}

const count = (text: string, what: RegExp): number => text.match(what)?.length ?? 0
