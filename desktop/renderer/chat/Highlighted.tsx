import styles from './Highlighted.module.css'
import { splitAtWords } from './split-at-words.ts'

/** How much of a text stands before the first word that was found, in characters. */
const BEFORE = 40

/** A text around the words of a query, which stand out; from its beginning where they are near it. */
export function Highlighted({ text, query }: { text: string; query: string }) {
  const [before = '', ...rest] = splitAtWords(text, query)
  const isFar = rest.length > 0 && before.length > 2 * BEFORE
  const parts = [isFar ? before.slice(-BEFORE) : before, ...rest]
  return (
    <>
      {isFar && '… '}
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
