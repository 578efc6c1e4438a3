import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import ReactMarkdown from 'react-markdown'
import { describe, expect, it } from 'vitest'
import { isDeceptive } from '../../../desktop/renderer/chat/is-deceptive.ts'
import { isTangled } from '../../../desktop/renderer/chat/is-tangled.ts'
import { plainText } from '../../../desktop/renderer/chat/plain-text.ts'
import { mentionsIn } from '../../../desktop/renderer/chat/remark-mentions.ts'
import { remarkPlugins } from '../../../desktop/renderer/chat/remark-plugins.ts'

describe('isDeceptive', () => {
  it.each([
    ['https://example.org/a', 'https://example.org/a'],
    ['www.example.org', 'http://www.example.org'],
    ['example.org', 'https://www.example.org/'],
    ['the report', 'https://example.org/report'],
    ['version 1.2 of it', 'https://example.org/'],
    ['Node.js, e.g. notes.txt', 'https://example.org/'],
    ['see (https://www.example.org:443/a/notes.pdf?of=bank.example).', 'https://example.org/a'],
    ['EXAMPLE.org!', 'https://example.org/'],
    ['http://127.0.0.1/', 'http://127.0.0.1/'],
    ['https://[::1]/', 'https://[::1]/'],
    ['ada@example.org', 'mailto:ada@example.org'],
  ])('lets %j lead to %s', (words, href) => expect(isDeceptive(words, href)).toBe(false))

  it.each([
    ['bank.example', 'https://evil.example/'],
    ['https://bank.example/login', 'https://bank.example.evil.example/login'],
    ['here', 'https://bank.example@evil.example/'],
    ['bаnk.example', 'https://bаnk.example/'],
    ['nonsense', 'not an address'],
    ['Go to https://bank.example/login', 'https://evil.example/'],
    ['"https://bank.example"', 'https://evil.example/'],
    ['(https://bank.example)', 'https://evil.example/'],
    ['bank.example,', 'https://evil.example/'],
    ['_bank.example_', 'https://evil.example/'],
    ['🔒 bank.example', 'https://evil.example/'],
    ['ba\u200bnk.example', 'https://evil.example/'],
    ['ba\u034fnk.example', 'https://evil.example/'],
    ['bank\u2024example', 'https://evil.example/'],
    ['bank\u3002example', 'https://evil.example/'],
    ['ｂａｎｋ.example', 'https://evil.example/'],
    ['bаnk.example', 'https://evil.example/'],
    ['\u202eelpmaxe.knab//:sptth', 'https://evil.example/'],
    ['the report\u2066', 'https://evil.example/'],
    ['192.168.0.1', 'https://evil.example/'],
    ['http://localhost', 'https://evil.example/'],
    ['https://[::1]/', 'https://evil.example/'],
    ['ftp://bank.example', 'https://evil.example/'],
    ['https://bank.example@evil.example', 'https://evil.example/'],
    ['evil.example or bank.example', 'https://evil.example/'],
    ['here', 'https://xn--bnk-6cd.example/'],
    ['help@bank.example', 'mailto:help@evil.example'],
  ])('asks where %j leads to %s', (words, href) => expect(isDeceptive(words, href)).toBe(true))
})

describe('plainText', () => {
  it.each([
    ['**bold** and `code`', 'bold and code'],
    ['first\n\n- second\n- third', 'first second third'],
    ['> quoted\n\nanswer', 'quoted answer'],
    ['2 * 3 * 4 and a_b_c', '2 * 3 * 4 and a_b_c'],
    ['<b>x</b> # y', '<b>x</b> # y'],
  ])('of %j is %j', (markdown, line) => expect(plainText(markdown)).toBe(line))
})

/** A text of the greatest length that a message may have. */
const filled = (part: string): string => part.repeat(8_000 / part.length)
const around = (before: string, after: string): string => {
  const times = 7_999 / (before.length + after.length)
  return before.repeat(times) + 'a' + after.repeat(times)
}
/** Lists, each further in than the one on the line above it. */
const stairs = (step: string, upTo: number): string =>
  Array.from({ length: upTo }, (_, n) => `${step.repeat(n)}- a\n`).join('')

const drawn = (text: string): string =>
  renderToStaticMarkup(createElement(ReactMarkdown, { remarkPlugins }, text))
/** How many elements stand in one another, at most. */
const depthOf = (html: string): number => {
  let depth = 0
  let deepest = 0
  for (const [tag] of html.matchAll(/<\/?\w+/g)) {
    if (!/<(br|input)/.test(tag)) depth += tag.startsWith('</') ? -1 : 1
    deepest = Math.max(deepest, depth)
  }
  return deepest
}

describe('a text made to be more than a window can draw', () => {
  it.each([
    ['quotes', filled('>')],
    ['lists', filled('- ')],
    ['fewer lists', '- '.repeat(1_000)],
    ['numbered lists', filled('1. ')],
    ['lists in quotes', filled('> - ')],
    ['quotes, deeper by the line', Array.from({ length: 120 }, (_, n) => '>'.repeat(n) + 'a').join('\n')],
    ['lists, deeper by the line', stairs('  ', 80)],
    ['lists, deeper by tabs', stairs('\t', 100)],
    ['lists behind returns alone', stairs('  ', 80).replaceAll('\n', '\r')],
    ['stars', around('*', '*')],
    ['stars and lines', filled('*a_')],
    ['what may end an address', `http://a.example/${'!'.repeat(7_000)}a`],
    ['entities behind an address', `http://a.example/${'&a;'.repeat(2_000)}`],
  ])('is its words: %s', (_, text) => {
    expect(isTangled(text)).toBe(true)
    expect(plainText(text).length).toBeLessThanOrEqual(400)
  })

  it.each([
    ['emphasis', '*a '.repeat(490) + ' a*'.repeat(490)],
    ['emphasis of two kinds', '*a _b '.repeat(240) + ' b_ a*'.repeat(240)],
    ['strikes', '~~a '.repeat(240) + ' a~~'.repeat(240)],
    ['brackets', around('[', 'b]')],
    ['links', '['.repeat(2_000) + 'a' + '](b)'.repeat(1_500)],
    ['emphasis in brackets', '*[a'.repeat(400) + ' a]*'.repeat(400)],
    ['footnotes', filled('[^a]: ')],
    ['lists, as deep as it goes', `${'- '.repeat(21)}a\n`.repeat(180)],
    ['what goes on in a list', '- '.repeat(20) + 'a\n' + `\n${' '.repeat(40)}a`.repeat(180)],
    ['quotes that go on lazily', `${'>'.repeat(32)}a\nb\n`.repeat(200)],
  ])('is drawn only so deep: %s', (_, text) => {
    expect(isTangled(text)).toBe(false)
    expect(depthOf(drawn(text))).toBeLessThan(110)
    expect(plainText(text).length).toBeLessThanOrEqual(400)
  })

  it('keeps all words of what is nested too deep', () => {
    const text = Array.from({ length: 200 }, (_, n) => `*a${n} `).join('') + 'b' + ' c*'.repeat(200)
    const words = drawn(text).replace(/<[^>]*>/g, '')
    expect(words).toContain('a199 b c')
  })

  it('is no table of a million cells', () => {
    const wide = 'a|'.repeat(1_000)
    const table = `${wide}\n${'-|'.repeat(1_000)}\n${'a\n'.repeat(1_990)}`
    expect(drawn(table).match(/<t[dh]>/g)).toHaveLength(2_990)
    expect(drawn('a|b\n-|-\n1')).toContain('<tr><td>1</td><td></td></tr>')
  })
})

describe('a text as people write it', () => {
  it.each([
    ['a list in a list', '- a\n    - b\n        - c\n            - d'],
    ['an answer to answers', '>>>>> a\n>>>> b'],
    ['code that stands far in', `\`\`\`\n${' '.repeat(80)}x\n\`\`\``],
    ['lines and dots', `${'-'.repeat(80)}\n${'.'.repeat(80)}\n${'*'.repeat(80)}\n${'_'.repeat(80)}`],
    ['many points', '- **a** and `b_c`\n'.repeat(200)],
  ])('is read as Markdown: %s', (_, text) => expect(isTangled(text)).toBe(false))

  it('keeps what looks like a footnote', () =>
    expect(drawn('see [^1]\n\n[^1]: the *book*')).toContain('<p>[^1]: the <em>book</em></p>'))
})

describe('mentionsIn', () => {
  it.each([
    ['Hello @ada, and @Grace.Hopper!', ['ada', 'grace.hopper']],
    ['ada@example.org', []],
    ['@@ada @ a', []],
    ['(@ada)@grace', ['ada', 'grace']],
  ])('%j', (text, found) => expect(mentionsIn(text)).toEqual(found))
})
