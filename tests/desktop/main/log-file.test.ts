import { readdir, readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { describeError } from '../../../desktop/main/describe-error.ts'
import { LogFile } from '../../../desktop/main/log-file.ts'
import { temporaryFolder } from './samples.ts'

describe('the log', () => {
  it('keeps lines with their time, and goes on where it was', async () => {
    const folder = join(await temporaryFolder(), 'logs')
    new LogFile(folder).append('one')
    new LogFile(folder).append('two')
    const text = await readFile(join(folder, 'medallion.log'), 'utf8')
    expect(text).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z one\n\d{4}-\d\d-\d\dT[\d:.]+Z two\n$/)
  })

  it('is bounded, and forgets the oldest first', async () => {
    const folder = join(await temporaryFolder(), 'logs')
    const log = new LogFile(folder, 100)
    for (let line = 0; line < 40; line += 1) log.append(`line ${line}`)
    const names = await readdir(folder)
    expect(names.toSorted()).toEqual([
      'medallion.1.log',
      'medallion.2.log',
      'medallion.3.log',
      'medallion.log',
    ])
    const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
    for (const text of texts) expect(text.length).toBeLessThanOrEqual(100)
    const kept = log
      .read()
      .trim()
      .split('\n')
      .map((line) => Number(line.split(' ').at(-1)))
    expect(kept.at(-1)).toBe(39)
    expect(kept).toEqual(kept.toSorted((a, b) => a - b))
  })

  it('loses what the disk does not take, and goes on', () => {
    const log = new LogFile('/dev/null/logs')
    expect(() => log.append('one')).not.toThrow()
    expect(log.read()).toBe('')
  })
})

describe('an error in the log', () => {
  it('is without what a parser quotes', () => {
    let error: unknown
    try {
      JSON.parse('{"body":"a secret","oops')
    } catch (thrown) {
      error = thrown
    }
    expect(String(error)).toMatch(/JSON/)
    const described = describeError(new Error('Grace wrote: a secret', { cause: error }))
    expect(described).toMatch(/^Error\n {2}caused by SyntaxError\n +at /)
    expect(described).not.toMatch(/secret|Grace/)
  })

  it('says what did not fit a schema, without its value', () => {
    const { error } = z.object({ body: z.number() }).safeParse({ body: 'a secret' })
    expect(describeError(error)).toContain('invalid_type at body')
    expect(describeError(error)).not.toContain('secret')
  })

  it('keeps what the system says, without the home folder', async () => {
    const error: unknown = await readFile(join(homedir(), 'none', 'x.json')).catch(
      (thrown: unknown) => thrown,
    )
    expect(describeError(error)).toContain("ENOENT: no such file or directory, open '~/none/x.json'")
    expect(describeError(error)).not.toContain(homedir())
  })

  it('takes no line of its words for one of its stack', () => {
    const described = describeError(new Error('Grace wrote:\n    at a secret place'))
    expect(described).toMatch(/^Error\n +at /)
    expect(described).not.toContain('secret')
  })

  it('does not tell what else was thrown', () => {
    expect(describeError('a secret')).toBe('a thrown string')
  })
})
