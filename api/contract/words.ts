/**
 * The words of a text as search takes them: letters and digits with the marks on them, and whatever else stands between words.
 * The database splits alike (`search_words`).
 */
export const wordsOf = (text: string): string[] =>
  text.match(/[\p{Letter}\p{Number}][\p{Letter}\p{Number}\p{Mark}]*/gu) ?? []
