import { memo } from 'react'
import ReactMarkdown, { defaultUrlTransform, type Components } from 'react-markdown'
import { ExternalLink } from './ExternalLink.tsx'
import { FallBack } from './FallBack.tsx'
import { isTangled } from './is-tangled.ts'
import styles from './Markdown.module.css'
import { Mention } from './Mention.tsx'
import { MENTION_PREFIX } from './remark-mentions.ts'
import { remarkPlugins } from './remark-plugins.ts'

/** What a message may be drawn with; whatever else there is leaves only its words. */
const ALLOWED = 'p strong em del code pre ul ol li blockquote a br table thead tbody tr th td input'.split(
  ' ',
)

/** Without one of these, or a line break, a text is what it looks like, and need not be parsed. */
const MARKED = /[*_`~[<>|\\@:&\n]|^\s*[-+\d]|www\./

const components: Components = {
  a: ({ href = '', children }) =>
    href.startsWith(MENTION_PREFIX) ? (
      <Mention username={href.slice(MENTION_PREFIX.length)} />
    ) : (
      <ExternalLink href={href}>{children}</ExternalLink>
    ),
}

// What somebody wrote as an address has been through `defaultUrlTransform` where it is none of ours.
const checkUrl = (url: string): string => (MENTION.test(url) ? url : defaultUrlTransform(url))
const MENTION = new RegExp(`^${MENTION_PREFIX}[\\w.-]+$`)

/** A message's text as Markdown: what marks it is drawn, what would be dangerous is words. */
export const Markdown = memo(function Markdown({ text }: { text: string }) {
  const words = <p>{text}</p>
  return (
    <div className={styles.markdown}>
      {MARKED.test(text) && !isTangled(text) ? (
        <FallBack key={text} to={words}>
          <ReactMarkdown
            allowedElements={ALLOWED}
            unwrapDisallowed
            remarkPlugins={remarkPlugins}
            urlTransform={checkUrl}
            components={components}
          >
            {text}
          </ReactMarkdown>
        </FallBack>
      ) : (
        words
      )}
    </div>
  )
})
