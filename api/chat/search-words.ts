import { wordsOf } from '../contract/words.ts'

/** So many words are looked for; each costs the database time, and more of them hardly narrow anything. */
export const MAX_WORDS = 10

/** The words of what somebody typed, to be found by their beginnings, up to `MAX_WORDS`; without those that another one finds as well. */
export function toSearchWords(typed: string): string[] {
  // Compared in lower case and left as typed: the database lowers them as it does the messages.
  const words = [...new Map(wordsOf(typed).map((word) => [word.toLowerCase(), word]))]
  const isTelling = (lower: string) => !words.some(([other]) => other !== lower && other.startsWith(lower))
  return words.flatMap(([lower, word]) => (isTelling(lower) ? [word] : [])).slice(0, MAX_WORDS)
}
