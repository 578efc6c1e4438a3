/** The waiting between tries, in milliseconds: what it is drawn from doubles from `first` to `last`. */
export interface Waits {
  first: number
  last: number
}

/** The longest that a server's Retry-After is believed, in seconds. */
const LONGEST_RETRY_AFTER = 3_600

/**
 * How long to wait before the next try, in milliseconds, after `failures` in a row: drawn at random up to a limit that doubles
 * ("full jitter", https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/), and not before a `retryAfter` in seconds.
 */
export function backoff(
  failures: number,
  { first, last }: Waits,
  retryAfter = 0,
  random: () => number = Math.random,
): number {
  const longest = Math.min(first * 2 ** (failures - 1), last)
  return Math.max(random() * longest, Math.min(retryAfter, LONGEST_RETRY_AFTER) * 1000)
}
