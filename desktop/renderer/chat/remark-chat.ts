import type { Plugin } from 'unified'

/** What Markdown knows and a message does not: it stays the words that were written. */
const UNUSUAL = [
  'codeIndented',
  'definition',
  'headingAtx',
  'htmlFlow',
  'htmlText',
  'labelStartImage',
  'setextUnderline',
  'thematicBreak',
]

/** Leaves Markdown what people in chats know of it, for remark: no headings, pictures, rules, references, and no HTML. */
export const remarkChat: Plugin = function leaveOut() {
  // As remark-parse declares it, which is not imported here.
  const data = this.data() as { micromarkExtensions?: object[] }
  const extensions = (data.micromarkExtensions ??= [])
  extensions.push({ disable: { null: UNUSUAL } })
}
