import type { ErrorCode } from '../contract/errors.ts'
import type { Db } from './db.ts'
import { AppError } from './errors.ts'
import type { Log } from './log.ts'

/** So much at once, and as much again spread over `perSeconds`; `amount` 0 is no limit. */
export interface Rule {
  /** Tells this rule's counts from those of others. */
  name: string
  amount: number
  perSeconds: number
  /** How many are taken from the database at a time: more spares statements, 1 is exact over all processes. */
  lease?: number
  /** What is answered when it is used up. */
  code: ErrorCode
  /** The sentence for whoever is refused; when it may be tried again is added. */
  detail: string
}

/** Counts what accounts and addresses do, over all processes and restarts. */
export interface RateLimits {
  /** Counts one for `who`; throws the rule's code, with when to try again, where nothing is left. */
  spend(rule: Rule, who: string): Promise<void>
  /** Gives back what `who` has used. */
  forgive(rule: Rule, who: string): Promise<void>
  /** Notes `what` for so many days. */
  remember(what: string, days: number): Promise<void>
  /** Whether `what` is noted still. */
  remembers(what: string): Promise<boolean>
  /** Begins to forget counts that limit nothing any more. */
  start(): void
  stop(): void
}

/** For how long a process may use what it has taken, in milliseconds. */
const LEASE_MS = 30_000
const FORGET_EVERY_MS = 10 * 60_000

interface Lease {
  left: number
  until: number
}

/**
 * Creates the limits over `db`. The algorithm is GCRA (https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm): one time for
 * each key, until which it has used what it may, moved by one statement; processes need not agree on anything else.
 */
export function createRateLimits(db: Db, log: Log): RateLimits {
  const leases = new Map<string, Lease>()
  /** Leases on their way from the database: requests that come meanwhile share one, instead of each taking one of its own. */
  const leasing = new Map<string, Promise<boolean>>()
  let forgetting: NodeJS.Timeout | null = null

  /** Takes `count` at once; false where so many are not left. */
  async function take(key: string, rule: Rule, count: number): Promise<boolean> {
    const cost = (count * rule.perSeconds) / rule.amount
    const taken = await db.raw<{ rows: unknown[] }>(
      `insert into rate_limits as used (key, free_at)
       values (:key, clock_timestamp() + make_interval(secs => :cost))
       on conflict (key) do update
         set free_at = greatest(used.free_at, clock_timestamp()) + make_interval(secs => :cost)
         where greatest(used.free_at, clock_timestamp()) + make_interval(secs => :cost)
           <= clock_timestamp() + make_interval(secs => :within)
       returning 1`,
      // A microsecond is what a timestamp resolves.
      { key, cost, within: rule.perSeconds + 0.000_001 * rule.amount },
    )
    return taken.rows.length > 0
  }

  /** Uses one of those that were taken in advance; false where none is left. */
  function spendLeased(key: string): boolean {
    const lease = leases.get(key)
    if (lease === undefined || lease.left === 0 || lease.until <= Date.now()) return false
    lease.left -= 1
    return true
  }

  /** Takes as many as the rule says in advance; false where that is none, or so many are not left. */
  async function lease(key: string, rule: Rule): Promise<boolean> {
    const count = Math.min(rule.lease ?? 1, rule.amount)
    if (count === 1) return false
    const running = leasing.get(key)
    if (running !== undefined) return running
    const taking = take(key, rule, count)
      .then((taken) => {
        if (taken) leases.set(key, { left: count, until: Date.now() + LEASE_MS })
        else leases.delete(key)
        return taken
      })
      .finally(() => leasing.delete(key))
    leasing.set(key, taking)
    return taking
  }

  /** In how many seconds one is free again. */
  async function waitFor(key: string, rule: Rule): Promise<number> {
    const row = await db('rate_limits')
      .where({ key })
      .first<{ seconds: number } | undefined>(
        db.raw(
          'ceil(extract(epoch from free_at - clock_timestamp()) + ?::float8 - ?::float8)::int as seconds',
          [rule.perSeconds / rule.amount, rule.perSeconds],
        ),
      )
    return Math.max(1, row?.seconds ?? 1)
  }

  return {
    async spend(rule, who) {
      if (rule.amount === 0) return
      const key = `${rule.name}:${who}`
      if (spendLeased(key)) return
      // Others may have used up the lease by the time it is this one's turn.
      while (await lease(key, rule)) if (spendLeased(key)) return
      if (await take(key, rule, 1)) return
      const retryAfter = await waitFor(key, rule)
      throw new AppError(rule.code, `${rule.detail} Try again in ${inWords(retryAfter)}.`, { retryAfter })
    },

    async forgive(rule, who) {
      leases.delete(`${rule.name}:${who}`)
      if (rule.amount > 0)
        await db('rate_limits')
          .where({ key: `${rule.name}:${who}` })
          .delete()
    },

    async remember(what, days) {
      const row = { key: `known:${what}`, free_at: db.raw('now() + make_interval(days => ?)', [days]) }
      await db('rate_limits').insert(row).onConflict('key').merge()
    },

    async remembers(what) {
      const noted = db('rate_limits')
        .where({ key: `known:${what}` })
        .where('free_at', '>', db.fn.now())
      return (await noted.first('key')) !== undefined
    },

    start() {
      forgetting = setInterval(() => {
        const now = Date.now()
        for (const [key, { until }] of leases) if (until <= now) leases.delete(key)
        db('rate_limits')
          .where('free_at', '<', db.fn.now())
          .delete()
          .catch((error: unknown) => log.warn({ err: error }, 'used limits could not be forgotten'))
      }, FORGET_EVERY_MS)
    },

    stop() {
      if (forgetting !== null) clearInterval(forgetting)
    },
  }
}

function inWords(seconds: number): string {
  const minutes = Math.ceil(seconds / 60)
  if (seconds < 60) return seconds === 1 ? 'a second' : `${seconds} seconds`
  return minutes === 1 ? 'a minute' : `${minutes} minutes`
}
