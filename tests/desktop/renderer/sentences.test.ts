import { describe, expect, it } from 'vitest'
import { errorCode } from '../../../api/contract/errors.ts'
import { CallError } from '../../../desktop/renderer/platform/call.ts'
import { sentenceFor, sentences } from '../../../desktop/renderer/platform/sentences.ts'

describe('sentences', () => {
  it.each(errorCode.options)('has whole sentences for %s, without its code', (code) => {
    expect(sentences[code]).toMatch(/^[A-Z].+\.$/)
    expect(sentences[code]).not.toContain(code)
  })

  it('says something for anything that is thrown', () => {
    expect(sentenceFor(new CallError({ code: 'session.username_taken', detail: '' }))).toBe(
      sentences['session.username_taken'],
    )
    expect(sentenceFor(new TypeError('x is undefined'))).toBe(sentences['desktop.internal'])
  })
})
