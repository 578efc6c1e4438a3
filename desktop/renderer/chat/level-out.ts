import type { Nodes, Root } from 'mdast'

/** How deep a mark may be in others: more than `is-tangled.ts` lets through of lists and quotes, and no stack ends there. */
const DEEPEST = 100

/** How many cells a table may be filled up to where its rows are shorter than its head. */
const MOST_CELLS = 2_000

/**
 * Takes out of a text what is larger drawn than written. What is nested too deep keeps its words alone, as whatever walks the tree
 * calls itself for each level, down to the window's layout; a table of very many columns and rows keeps the cells that were written.
 */
export function levelOut(tree: Root): void {
  const open: [Nodes, depth: number][] = [[tree, 0]]
  for (let next = open.pop(); next; next = open.pop()) {
    const [node, depth] = next
    if (!('children' in node)) continue
    if (node.type === 'table' && (node.align?.length ?? 0) * node.children.length > MOST_CELLS)
      node.align = null
    if (depth === DEEPEST) node.children = [{ type: 'text', value: wordsIn(node) }]
    else for (const child of node.children) open.push([child, depth + 1])
  }
}

function wordsIn(node: Nodes): string {
  let words = ''
  const open = [node]
  for (let next = open.pop(); next; next = open.pop())
    if ('value' in next) words += next.value
    else if ('children' in next) open.push(...next.children.toReversed())
  return words
}
