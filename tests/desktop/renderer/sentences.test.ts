import { describe, expect, it } from 'vitest'
import { errorCode } from '../../../api/contract/errors.ts'
import { CallError } from '../../../desktop/renderer/platform/call.ts'
import { sentenceFor, sentences } from '../../../desktop/renderer/platform/sentences.ts'

describe('sentences', () => {
  it.each(errorCode.options)('has whole sentences for %s, without its code', (code) => {
    expect(sentences[code]).toMatch(/^[A-Z].+\.$/)
    expect(sentences[code]).not.toContain(code)
  })

  it('names the request where whoever runs the server needs it', () => {
    const failure = { code: 'server.internal', detail: '', requestId: 'request-7' } as const
    expect(sentenceFor(new CallError(failure))).toContain('request-7')
    expect(sentenceFor(new CallError({ ...failure, code: 'chat.not_yours' }))).not.toContain('request-7')
  })

  it('says something for anything that is thrown', () => {
    expect(sentenceFor(new CallError({ code: 'session.username_taken', detail: '' }))).toBe(
      sentences['session.username_taken'],
    )
    expect(sentenceFor(new TypeError('x is undefined'))).toBe(sentences['desktop.internal'])
  })
})
