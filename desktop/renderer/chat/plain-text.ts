import type { Nodes } from 'mdast'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import { isTangled } from './is-tangled.ts'
import { remarkChat } from './remark-chat.ts'

/** How much of a message is looked at, in characters: more than any line shows. */
const LOOKED_AT = 400

const reader = unified().use(remarkParse).use(remarkChat).use(remarkGfm)
const known = new Map<string, string>()

/** A message's beginning as one line without what marks it: for lists, quotes and notifications. */
export function plainText(markdown: string): string {
  const text = markdown.slice(0, LOOKED_AT)
  if (!/[*_`~[>\n-]/.test(text)) return text
  if (isTangled(text)) return text.replace(/\s+/g, ' ').trim()
  const before = known.get(text)
  if (before !== undefined) return before
  const line = wordsOf(reader.parse(text)).replace(/\s+/g, ' ').trim()
  // Lists are drawn again and again, and always for the same few messages.
  if (known.size > 500) known.clear()
  known.set(text, line)
  return line
}

/** What stands in blocks of its own, and so apart. */
const APART = new Set<Nodes['type']>(['root', 'list', 'listItem', 'blockquote', 'table', 'tableRow'])

function wordsOf(node: Nodes): string {
  if ('value' in node) return node.value
  if (!('children' in node)) return ' '
  return node.children.map((child) => wordsOf(child)).join(APART.has(node.type) ? ' ' : '')
}
