import type { DurableEvent } from '../../../api/contract/events.ts'

/** How long an event is as JSON, its cursor included, in bytes. */
export const EVENT_BYTES = 300

/** So many digits has every number in an event: all of them are equally long. */
const FIRST = 1_000_000

/** The event number `n`, 300 bytes of JSON: somebody's new picture, as everyone connected hears of it. */
export function createEvent(n: number): DurableEvent {
  const avatarVersion = FIRST + n
  const userId = '8d6f1a52-43c7-4b0e-9d2f-6a1b7c3e5f80'
  const folder = `/a/${userId}/${avatarVersion}`
  return {
    type: 'user:avatar:updated',
    data: {
      userId,
      avatarUrl: `${folder}/256.webp`,
      avatarThumbUrl: `${folder}/64s.webp`,
      avatarVersion,
      avatarThumbhash: null,
    },
    cursor: String(avatarVersion),
  }
}
