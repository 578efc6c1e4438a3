import { describe, expect, it } from 'vitest'
import { validateCredentials } from '../../../desktop/renderer/session/validate-credentials.ts'

const good = {
  server: 'http://127.0.0.1:4000',
  username: 'Ada.L',
  displayName: 'Ada',
  password: 'correct horse',
  invite: '',
}
const wrongFields = (changes: Partial<typeof good>, registering: boolean) =>
  Object.keys(validateCredentials({ ...good, ...changes }, registering))

describe('validateCredentials', () => {
  it('takes what the contract takes', () => {
    expect(wrongFields({}, true)).toEqual([])
    expect(wrongFields({}, false)).toEqual([])
  })

  it.each([
    ['username', { username: 'ab' }],
    ['username', { username: 'ada lovelace' }],
    ['displayName', { displayName: '   ' }],
    ['displayName', { displayName: 'x'.repeat(65) }],
    ['password', { password: 'too short' }],
    ['password', { password: 'x'.repeat(129) }],
    ['server', { server: ' ' }],
  ])('finds the %s at fault when registering with %j', (field, changes) => {
    expect(wrongFields(changes, true)).toEqual([field])
  })

  it('asks of somebody who signs in only that there is something', () => {
    expect(wrongFields({ username: '!', password: 'x', displayName: '' }, false)).toEqual([])
    expect(wrongFields({ username: '', password: '' }, false)).toEqual(['username', 'password'])
  })
})
