import { expect, test } from 'vitest'
import { splitAtWords } from '../../../desktop/renderer/chat/split-at-words.ts'

test.each([
  ['See https://example.com/docs', 'example.com', ['See https://', 'example', '.', 'com', '/docs']],
  ['The REPORT.pdf', 'report.pdf', ['The ', 'REPORT', '.', 'pdf', '']],
  ['engines, reengineered', 'eng', ['', 'eng', 'ines, reengineered']],
  ['snake_case', 'case', ['snake_', 'case', '']],
  ['e\u0301cole', 'cole', ['e\u0301cole']],
  ['नमस्ते दुनिया', 'दुनिया', ['नमस्ते ', 'दुनिया', '']],
  ['it cost $3.14', '3.14', ['it cost $', '3', '.', '14', '']],
  ['nothing', '…', ['nothing']],
  ['nothing', 'else', ['nothing']],
])('of %j, %j stands out', (text, query, parts) => {
  expect(splitAtWords(text, query)).toEqual(parts)
})
