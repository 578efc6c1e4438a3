import { describe, expect, it } from 'vitest'
import { isDeceptive } from '../../../desktop/renderer/chat/is-deceptive.ts'
import { plainText } from '../../../desktop/renderer/chat/plain-text.ts'
import { mentionsIn } from '../../../desktop/renderer/chat/remark-mentions.ts'

describe('isDeceptive', () => {
  it.each([
    ['https://example.org/a', 'https://example.org/a'],
    ['www.example.org', 'http://www.example.org'],
    ['example.org', 'https://www.example.org/'],
    ['the report', 'https://example.org/report'],
    ['version 1.2 of it', 'https://example.org/'],
    ['ada@example.org', 'mailto:ada@example.org'],
  ])('lets %j lead to %s', (words, href) => expect(isDeceptive(words, href)).toBe(false))

  it.each([
    ['bank.example', 'https://evil.example/'],
    ['https://bank.example/login', 'https://bank.example.evil.example/login'],
    ['here', 'https://bank.example@evil.example/'],
    ['bаnk.example', 'https://bаnk.example/'],
    ['nonsense', 'not an address'],
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

describe('mentionsIn', () => {
  it.each([
    ['Hello @ada, and @Grace.Hopper!', ['ada', 'grace.hopper']],
    ['ada@example.org', []],
    ['@@ada @ a', []],
    ['(@ada)@grace', ['ada', 'grace']],
  ])('%j', (text, found) => expect(mentionsIn(text)).toEqual(found))
})
