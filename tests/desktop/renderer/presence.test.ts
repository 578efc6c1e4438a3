import { beforeEach, expect, it } from 'vitest'
import { applyEvent } from '../../../desktop/renderer/app/apply-event.ts'
import { resetPresence, usePresence } from '../../../desktop/renderer/chat/presence.ts'
import { uuid } from './fake-bridge.ts'

const PEOPLE = 10_000
const tell = (n: number, status: 'online' | 'offline'): void =>
  applyEvent({ type: 'presence:changed', data: { userId: uuid(n), status } })
const isOnline = (n: number): boolean => usePresence.getState().online.has(uuid(n))

beforeEach(resetPresence)

it('tells once of everybody who is told of in one turn', async () => {
  let told = 0
  const stop = usePresence.subscribe(() => (told += 1))
  const { online } = usePresence.getState()
  for (let n = 0; n < PEOPLE; n += 1) tell(n, 'online')
  tell(0, 'offline')
  await Promise.resolve()
  expect(told).toBe(1)
  tell(1, 'offline')
  await Promise.resolve()
  stop()
  expect(told).toBe(2)
  // Nothing was copied on the way.
  expect(usePresence.getState().online).toBe(online)
  expect(online.size).toBe(PEOPLE - 2)
  expect([0, 1, 2].map(isOnline)).toEqual([false, false, true])
})

it('changes what is read of somebody only by news of them', async () => {
  tell(1, 'online')
  await Promise.resolve()
  const seen: boolean[] = []
  const stop = usePresence.subscribe(() => seen.push(isOnline(1)))
  tell(2, 'online')
  await Promise.resolve()
  tell(1, 'offline')
  await Promise.resolve()
  stop()
  expect(seen).toEqual([true, false])
})

it('forgets everybody, also those of whom it has not told yet', async () => {
  tell(1, 'online')
  resetPresence()
  await Promise.resolve()
  expect(isOnline(1)).toBe(false)
})
