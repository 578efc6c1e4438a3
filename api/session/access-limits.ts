import type { ErrorCode } from '../contract/errors.ts'
import type { RateLimits, Rule } from '../platform/rate-limit.ts'

const HOUR_SECONDS = 3_600
const MINUTE_SECONDS = 60

/** How much an address, or a name from everywhere, may do for each one that a single person may: offices share an address. */
const SHARED = 10

/** How long an address counts as one from which a person signs in, in days. */
const KNOWN_DAYS = 90

/** How often things may be tried; 0 is no limit. */
export interface AccessLimitSettings {
  /** Wrong passwords for one name from one address, within an hour. */
  signInsPerHour: number
  /** Accounts from one address, within an hour. */
  registrationsPerHour: number
  /** Changes of any kind by one person, within a minute. */
  writesPerMinute: number
  /** Searches by one person, within a minute. */
  searchesPerMinute: number
}

const rule = (
  name: string,
  amount: number,
  perSeconds: number,
  code: ErrorCode,
  detail: string,
  lease = 1,
): Rule => ({ name, amount, perSeconds, code, detail, lease })

export type AccessLimits = ReturnType<typeof createAccessLimits>

/** The limits on signing in, registering, writing and searching, by account and by address. */
export function createAccessLimits(limits: RateLimits, settings: AccessLimitSettings) {
  const { signInsPerHour, registrationsPerHour, writesPerMinute, searchesPerMinute } = settings
  const signIn = (name: string, amount: number) =>
    rule(
      name,
      amount,
      HOUR_SECONDS,
      'session.too_many_attempts',
      'There were too many attempts to sign in with this name, or from your network.',
    )
  const write = (name: string, amount: number, lease: number) =>
    rule(
      name,
      amount,
      MINUTE_SECONDS,
      'request.too_many',
      'You, or others on your network, have changed very much within a minute.',
      lease,
    )

  const signInHere = signIn('sign-in:here', signInsPerHour)
  const signInAddress = signIn('sign-in:address', signInsPerHour * SHARED)
  const signInName = signIn('sign-in:name', signInsPerHour * SHARED)
  const registration = rule(
    'register:address',
    registrationsPerHour,
    HOUR_SECONDS,
    'session.too_many_registrations',
    'Too many accounts were made from your network within an hour.',
  )
  const search = rule(
    'search:person',
    searchesPerMinute,
    MINUTE_SECONDS,
    'chat.too_many_searches',
    'You have searched very often within a minute.',
  )
  // Taken ten at a time, so that most messages cost no statement of their own.
  const writePerson = write('write:person', writesPerMinute, 10)
  const writeAddress = write('write:address', writesPerMinute * SHARED, 50)

  return {
    /**
     * Counts one attempt, before the password is looked at: for the address, for the name from this address, and for the name from
     * everywhere. The last, which a guesser with many addresses can use up, does not count where the person has signed in before.
     * Throws `session.too_many_attempts`.
     */
    async signIn(username: string, address: string): Promise<void> {
      if (signInsPerHour === 0) return
      const name = username.toLowerCase()
      await limits.spend(signInAddress, address)
      await limits.spend(signInHere, `${name}@${address}`)
      if (!(await limits.remembers(`${name}@${address}`))) await limits.spend(signInName, name)
    },

    /** The password was right: what was mistyped here before no longer counts, and the address is known as the person's. */
    async signedIn(username: string, address: string): Promise<void> {
      if (signInsPerHour === 0) return
      const here = `${username.toLowerCase()}@${address}`
      await limits.forgive(signInHere, here)
      await limits.remember(here, KNOWN_DAYS)
    },

    /** Throws `session.too_many_registrations`. */
    register: (address: string): Promise<void> => limits.spend(registration, address),

    /** Throws `request.too_many`. */
    async write(userId: string, address: string): Promise<void> {
      await limits.spend(writePerson, userId)
      await limits.spend(writeAddress, address)
    },

    /** Throws `chat.too_many_searches`. */
    search: (userId: string): Promise<void> => limits.spend(search, userId),
  }
}
