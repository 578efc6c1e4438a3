import type { Plugin } from 'unified'
import { levelOut } from './level-out.ts'

/** What Markdown knows and a message does not: it stays the words that were written. */
const UNUSUAL = [
  'codeIndented',
  'definition',
  'gfmFootnoteCall',
  'gfmFootnoteDefinition',
  'gfmPotentialFootnoteCall',
  'headingAtx',
  'htmlFlow',
  'htmlText',
  'labelStartImage',
  'setextUnderline',
  'thematicBreak',
]

/**
 * Leaves Markdown what people in chats know of it, for remark: no headings, pictures, rules, references, footnotes, no HTML, and nothing
 * that is nested without end. Comes before other plugins, so that theirs find no such thing either.
 */
export const remarkChat: Plugin = function leaveOut() {
  // As remark-parse declares it, which is not imported here.
  const data = this.data() as { micromarkExtensions?: object[]; fromMarkdownExtensions?: object[] }
  const extensions = (data.micromarkExtensions ??= [])
  extensions.push({ disable: { null: UNUSUAL } })
  const treeExtensions = (data.fromMarkdownExtensions ??= [])
  treeExtensions.push({ transforms: [levelOut] })
}
