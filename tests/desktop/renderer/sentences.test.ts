import { describe, expect, it } from 'vitest'
import { errorCode } from '../../../api/contract/errors.ts'
import { CallError } from '../../../desktop/renderer/platform/call.ts'
import { sentenceFor } from '../../../desktop/renderer/platform/sentences.ts'
import { en } from '../../../desktop/texts/en.ts'

describe('sentences', () => {
  it.each(errorCode.options)('has whole sentences for %s, without its code', (code) => {
    const sentence = sentenceFor(new CallError({ code, detail: '' }))
    expect(sentence).toMatch(/^[A-Z].+\.$/)
    expect(sentence).not.toContain(code)
  })

  it('names the request where whoever runs the server needs it', () => {
    const failure = { code: 'server.internal', detail: '', requestId: 'request-7' } as const
    expect(sentenceFor(new CallError(failure))).toContain('request-7')
    expect(sentenceFor(new CallError({ ...failure, code: 'chat.not_yours' }))).not.toContain('request-7')
  })

  it('says something for anything that is thrown', () => {
    expect(sentenceFor(new CallError({ code: 'session.username_taken', detail: '' }))).toBe(
      en.errors.session.username_taken,
    )
    expect(sentenceFor(new TypeError('x is undefined'))).toBe(en.errors.desktop.internal)
  })
})
