import { createHash } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { hostname, type } from 'node:os'
import type { Endpoint, InputOf, OutputOf } from '../../api/contract/endpoint.ts'
import { sessionEndpoints, type User } from '../../api/contract/session.ts'
import type { Result, ServerDescription, SessionState } from '../bridge.ts'
import { callApi, DONE, failed, type Account, type Patience } from './api-client.ts'
import type { Network } from './network.ts'
import { normaliseServer } from './server-address.ts'
import {
  readSessionFile,
  writeSessionFile,
  type Remembered,
  type SignedIn,
  type Vault,
} from './session-file.ts'

/** How long the server is asked to end a session when signing out, in milliseconds; it ends here anyway. */
const SIGN_OUT_MS = 3_000

type Credentials = { server: string; username: string; password: string }

/** Where a session is kept, and how it reaches the server. */
export interface SessionOptions {
  file: string
  vault: Vault
  network: Network
  log: (message: string, error?: unknown) => void
}

/** Whom a session is about. */
type Whose = Pick<SignedIn, 'server' | 'user'>

/**
 * Who is signed in, and where: one at work, others at hand. Emits `change` with the new state, never with a token, and `ended` with the
 * key of an account whose session is over.
 */
export class Session extends EventEmitter<{ change: [SessionState]; ended: [string] }> {
  readonly #file: string
  readonly #vault: Vault
  readonly #network: Network
  readonly #log: SessionOptions['log']
  #remembered: Remembered = { server: null, user: null, token: null, others: [] }
  /** The last write, so that the next one waits for it: the file ends with what was last. */
  #written = Promise.resolve()

  constructor({ file, vault, network, log }: SessionOptions) {
    super()
    this.#log = log
    this.#file = file
    this.#vault = vault
    this.#network = network
  }

  /** Takes up the session of last time, or the one that is given, and asks the server in the background whether it still holds. */
  async open(given: { server: string; token: string } | null): Promise<void> {
    this.#remembered = await readSessionFile(this.#file, this.#vault)
    if (given !== null) {
      const me = await callApi(this.#network, given, sessionEndpoints.getMe, {})
      this.#remembered = { ...this.#remembered, ...given, user: me.ok ? me.value.user : null }
      await this.#write()
    } else if (this.account !== null) {
      void this.#refresh(this.account)
    }
  }

  get state(): SessionState {
    const current = this.#current()
    const others = this.#remembered.others.map(({ server, user: { id, username, displayName } }) => ({
      server,
      userId: id,
      username,
      displayName,
    }))
    return current === null
      ? { status: 'signed-out', server: this.#remembered.server, others }
      : { status: 'signed-in', server: current.server, user: current.user, others }
  }

  /** Where to ask, and as whom; null while signed out. */
  get account(): { server: string; token: string } | null {
    const current = this.#current()
    return current && { server: current.server, token: current.token }
  }

  /** Puts whoever is at work aside, still signed in, so that somebody else can sign in. */
  async setAside(): Promise<void> {
    const { server } = this.#remembered
    await this.#become({ server, user: null, token: null, others: this.#everyone() })
  }

  /** Lets somebody who was put aside go on, in the place of whoever is at work. */
  async switchTo(server: string, userId: string): Promise<Result<void>> {
    const isMeant = (other: SignedIn): boolean => other.server === server && other.user.id === userId
    const chosen = this.#remembered.others.find(isMeant)
    if (chosen === undefined) return failed('desktop.signed_out', 'This account is not signed in any more.')
    await this.#become({ ...chosen, others: this.#everyone().filter((other) => !isMeant(other)) })
    void this.#refresh(chosen)
    return DONE
  }

  /** Settles once everything so far is remembered. */
  settled(): Promise<void> {
    return this.#written
  }

  /**
   * Calls the API as the person; a session that the server no longer knows ends here, too. What was asked as somebody who is not at work
   * any more is answered with `desktop.signed_out`: it is not for the eyes of whoever is.
   */
  async call<E extends Endpoint>(
    endpoint: E,
    input: InputOf<E>,
    patience?: Patience,
  ): Promise<Result<OutputOf<E>>> {
    const { account } = this
    if (account === null) return failed('desktop.signed_out', 'Nobody is signed in.')
    const answer = await callApi(this.#network, account, endpoint, input, patience)
    if (!this.#isAtWork(account)) return failed('desktop.signed_out', 'Somebody else is at work by now.')
    if (!answer.ok && answer.error.code === 'session.unauthenticated') await this.end(account)
    return answer
  }

  signIn({ server, ...credentials }: Credentials): Promise<Result<User>> {
    return this.#enter(server, sessionEndpoints.login, { ...credentials, deviceName: deviceName() })
  }

  register({
    server,
    ...account
  }: Credentials & { displayName: string; invite?: string }): Promise<Result<User>> {
    return this.#enter(server, sessionEndpoints.register, { ...account, deviceName: deviceName() })
  }

  /** What a server tells of itself to anyone. */
  async describe(typed: string): Promise<Result<ServerDescription>> {
    const server = normaliseServer(typed)
    if (server === null) return failed('desktop.invalid_server', `${typed} is not the address of a server.`)
    return callApi(this.#network, { server, token: null }, sessionEndpoints.describeServer, {})
  }

  async signOut(): Promise<void> {
    const { account } = this
    // Both at once: neither a full disk nor a silent server keeps the other from forgetting.
    await Promise.all([
      this.#forget(),
      account === null
        ? null
        : callApi(this.#network, account, sessionEndpoints.logout, {}, { timeoutMs: SIGN_OUT_MS }),
    ])
  }

  /** Asks the server whether it still knows this session, which ends if it does not; what anybody else on the way says counts for nothing. */
  async check(account: Account): Promise<void> {
    if (this.#isAtWork(account)) await this.call(sessionEndpoints.getMe, {})
  }

  /** The server no longer knows this session: forgets it, unless another one has begun meanwhile. */
  async end(account: Account): Promise<void> {
    if (this.#isAtWork(account)) await this.#forget('revoked')
  }

  async #enter<E extends typeof sessionEndpoints.login | typeof sessionEndpoints.register>(
    typed: string,
    endpoint: E,
    input: InputOf<E>,
  ): Promise<Result<User>> {
    const server = normaliseServer(typed)
    if (server === null) return failed('desktop.invalid_server', `${typed} is not the address of a server.`)
    const answer = await callApi(this.#network, { server, token: null }, endpoint, input)
    if (!answer.ok) return answer
    const { token, user } = answer.value
    // Who signs in anew has one session here, the new one.
    const others = this.#remembered.others.filter(
      (other) => other.server !== server || other.user.id !== user.id,
    )
    await this.#become({ server, token, user, others })
    return { ok: true, value: user }
  }

  /** Asks the server who the person is now; offline, what was remembered stays. */
  async #refresh(account: Account): Promise<void> {
    const me = await this.call(sessionEndpoints.getMe, {})
    // Somebody else may have signed in meanwhile.
    if (me.ok && this.#isAtWork(account)) await this.#become({ ...this.#remembered, user: me.value.user })
  }

  #forget(reason?: 'revoked'): Promise<void> {
    const { server, others } = this.#remembered
    const current = this.#current()
    if (current !== null) this.emit('ended', keyOf(current))
    return this.#become({ server, user: null, token: null, others }, reason)
  }

  #isAtWork({ server, token }: Account): boolean {
    return this.account?.token === token && this.account?.server === server
  }

  #current(): SignedIn | null {
    const { server, user, token } = this.#remembered
    return server !== null && user !== null && token !== null ? { server, user, token } : null
  }

  /** Everybody who is signed in, whoever is at work last. */
  #everyone(): SignedIn[] {
    const current = this.#current()
    return current === null ? [...this.#remembered.others] : [...this.#remembered.others, current]
  }

  /** Changes who is signed in, and tells it in the same breath, so that changes are told in their order. */
  #become(remembered: Remembered, reason?: 'revoked'): Promise<void> {
    this.#remembered = remembered
    this.emit('change', { ...this.state, ...(reason === undefined ? {} : { reason }) })
    return this.#write()
  }

  /** What cannot be written costs only the remembering: whoever is signed in stays so until the program ends. */
  #write(): Promise<void> {
    this.#written = this.#written
      .then(() => writeSessionFile(this.#file, this.#vault, this.#remembered))
      .catch((error: unknown) => this.#log('the session could not be written', error))
    return this.#written
  }
}

/** Names whoever is signed in, and where, for files that belong to them alone; null while signed out. */
export const accountKey = ({ state }: Session): string | null =>
  state.status === 'signed-in' ? keyOf(state) : null

const keyOf = ({ server, user }: Whose): string =>
  createHash('sha256').update(`${server} ${user.id}`).digest('hex').slice(0, 32)

const deviceName = (): string => `${hostname()} (${type()})`.slice(0, 64)
