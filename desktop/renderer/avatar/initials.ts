/**
 * The grounds that initials stand on, in white. Each reaches 4.5:1 against white (WCAG 2.2, 1.4.3), and the neighbours
 * differ in hue, so that two people are seldom taken for each other.
 */
export const INITIALS_COLOURS = [
  '#b3402f',
  '#a3521a',
  '#8a6212',
  '#63701a',
  '#3f7a2c',
  '#1f7d50',
  '#127a72',
  '#14748f',
  '#2a6bb0',
  '#4a5fc7',
  '#6a51c4',
  '#8847b8',
  '#a23f9b',
  '#b53a72',
  '#7a5a4a',
  '#586577',
] as const

/** The colour of what stands on `INITIALS_COLOURS`. */
export const INITIALS_TEXT = '#ffffff'

/** The colour of somebody's initials: the same for the same id, on every device and in every version. */
export function initialsColour(userId: string): string {
  // FNV-1a, 32 bit: ids of one server share much of their text, and its avalanche parts them well.
  let hash = 0x811c9dc5
  for (let index = 0; index < userId.length; index += 1) {
    hash ^= userId.charCodeAt(index)
    hash = Math.imul(hash, 0x01000193)
  }
  const index = (hash >>> 0) % INITIALS_COLOURS.length
  return INITIALS_COLOURS[index] ?? INITIALS_COLOURS[0]
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

const firstGrapheme = (word: string): string =>
  segmenter.segment(word)[Symbol.iterator]().next().value?.segment ?? ''

/** One or two characters for a name: of its first and its last word, whole characters as a person sees them. */
export function initials(displayName: string): string {
  // Brackets and the like at the start of a word say nothing about the name.
  const words = displayName
    .split(/\s+/u)
    .map((word) => word.replace(/^[^\p{L}\p{N}\p{Extended_Pictographic}]+/u, ''))
    .filter(Boolean)
  const first = words[0]
  const last = words.at(-1)
  if (first === undefined || last === undefined) return '?'
  const letters = words.length === 1 ? firstGrapheme(first) : firstGrapheme(first) + firstGrapheme(last)
  return letters.toLocaleUpperCase()
}
