import { wordsOf } from '../../../api/contract/words.ts'

/** A text cut where words begin as those of a query do: what was found stands at the odd places; one piece where there is nothing. */
export function splitAtWords(text: string, query: string): string[] {
  const words = wordsOf(query).toSorted((a, b) => b.length - a.length)
  if (words.length === 0) return [text]
  // Words are letters, digits and marks, none of which means anything to a pattern.
  return text.split(new RegExp(`(?<![\\p{Letter}\\p{Number}\\p{Mark}])(${words.join('|')})`, 'iu'))
}
