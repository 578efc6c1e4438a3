const WORD = /[\p{Letter}\p{Number}\p{Mark}]+/gu

/**
 * What somebody typed as a query of PostgreSQL's `to_tsquery`: every word, the last letters of each still to come. Only letters and
 * digits get into it, so nothing of its own syntax can. Null where there is no word.
 */
export function toSearchQuery(typed: string): string | null {
  const words = typed.match(WORD) ?? []
  return words.length === 0 ? null : words.map((word) => `${word}:*`).join(' & ')
}
