import type { Db } from '../platform/db.ts'
import type { Log } from '../platform/log.ts'
import type { Storage } from '../platform/storage.ts'
import { BOTH, type AvatarKeys } from './avatar-keys.ts'
import { avatarRepository, placeOf, type Deletion, type Upload } from './avatar.repository.ts'

/** How often the sweeper looks by itself, in milliseconds. */
const EVERY_MS = 30_000
/** How long after its expiry an upload is swept, in milliseconds: a completion that began in time has ended by then. */
export const SWEEP_AFTER_MS = 10 * 60_000
/** How long one process may take over what it claimed, in milliseconds. */
const CLAIM_MS = 60_000
const BATCH = 50
const DAY_MS = 86_400_000

/** Deletes from the bucket what is no longer served, until it is done, whatever crashes between. */
export interface Sweeper {
  /** Soon, off the caller's path. */
  wake(): void
  /** One round, now: sweeps uploads that were never completed, then deletes what is due. */
  sweep(): Promise<void>
  start(): void
  stop(): Promise<void>
}

/** Creates the sweeper; it does nothing before it is started or woken. */
export function createSweeper({
  db,
  storage,
  keys,
  log,
  also,
}: {
  db: Db
  storage: Storage
  keys: AvatarKeys
  log: Log
  /** What else each round begins with. */
  also: () => Promise<void>
}): Sweeper {
  const avatars = avatarRepository(db)
  let timer: NodeJS.Timeout | undefined
  let turn: Promise<void> = Promise.resolve()
  let waiting = false

  async function sweep(): Promise<void> {
    await queueAbandoned()
    await also()
    for (;;) {
      const claimed = await avatars.claimDeletions(CLAIM_MS, BATCH)
      await Promise.all(claimed.map(deleteObject))
      if (claimed.length < BATCH) return
    }
  }

  /** Nobody completes these any more: whatever they left in the bucket is to go. */
  async function queueAbandoned(): Promise<void> {
    await db.transaction(async (trx) => {
      const repository = avatarRepository(trx)
      const expired = await repository.removeExpiredUploads(SWEEP_AFTER_MS, BATCH)
      await repository.queueDeletions(expired.filter((upload) => !upload.completed).flatMap(leftovers))
    })
  }

  /** Now, and a day later for what dripped in meanwhile. */
  function leftovers(upload: Upload): Deletion[] {
    return BOTH.flatMap((rendition) => {
      const key = keys.pending(placeOf(upload), upload.id, rendition)
      return [0, DAY_MS].map((inMs) => ({ key, inMs }))
    })
  }

  async function deleteObject({
    id,
    key,
    attempts,
  }: {
    id: string
    key: string
    attempts: number
  }): Promise<void> {
    try {
      await storage.remove(key)
      await avatars.removeDeletions([id])
    } catch (error) {
      // 2, 4, 8 … seconds, at most an hour: the store may be away for long.
      const delay = Math.min(2 ** attempts * 1000, 3_600_000)
      log.warn({ err: error, key, attempts }, 'an object could not be deleted; it will be tried again')
      await avatars.postponeDeletion(id, delay)
    }
  }

  /** One round at a time: whoever asks for one finds done what the rounds before had claimed. */
  function sweepInTurn(): Promise<void> {
    const round = turn.then(() => {
      waiting = false
      return sweep()
    })
    turn = round.catch(() => {})
    return round
  }

  function wake(): void {
    if (waiting) return
    waiting = true
    sweepInTurn().catch((error: unknown) =>
      log.warn({ err: error }, 'the sweep ended early; it will be tried again'),
    )
  }

  return {
    wake,
    sweep: sweepInTurn,
    start() {
      wake()
      timer = setInterval(wake, EVERY_MS)
    },
    async stop() {
      clearInterval(timer)
      await turn
    },
  }
}
