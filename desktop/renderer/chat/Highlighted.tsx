import styles from './Highlighted.module.css'

/** How much of a text stands before the first word that was found, in characters. */
const BEFORE = 40

/** A text around the words of a query, which stand out; from its beginning where they are near it. */
export function Highlighted({ text, query }: { text: string; query: string }) {
  const words = (query.match(/[\p{Letter}\p{Number}\p{Mark}]+/gu) ?? []).toSorted(
    (a, b) => b.length - a.length,
  )
  if (words.length === 0) return <>{text}</>
  const pattern = new RegExp(`(?<![\\p{Letter}\\p{Number}])(${words.join('|')})`, 'giu')
  const first = text.search(pattern)
  const from = first > 2 * BEFORE ? first - BEFORE : 0
  const parts = text.slice(from).split(pattern)
  return (
    <>
      {from > 0 && '… '}
      {/* What the pattern's group has caught stands at the odd places. */}
      {parts.map((part, index) =>
        index % 2 === 1 ? (
          // oxlint-disable-next-line react/no-array-index-key -- the parts of one text never move
          <mark key={index} className={styles.mark}>
            {part}
          </mark>
        ) : (
          part
        ),
      )}
    </>
  )
}
