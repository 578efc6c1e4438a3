/** The waiting between tries, in milliseconds: doubles from the first to the last. */
export const BACKOFF = { first: 1_000, last: 60_000 }
/** The longest that a server's Retry-After is believed, in seconds. */
const LONGEST_RETRY_AFTER = 3_600

/**
 * How long to wait before the next try, in milliseconds, after `failures` in a row: drawn at random up to a limit that doubles
 * ("full jitter", https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/), and not before a `retryAfter` in seconds.
 */
export function backoff(failures: number, retryAfter = 0, random: () => number = Math.random): number {
  const longest = Math.min(BACKOFF.first * 2 ** (failures - 1), BACKOFF.last)
  return Math.max(random() * longest, Math.min(retryAfter, LONGEST_RETRY_AFTER) * 1000)
}
