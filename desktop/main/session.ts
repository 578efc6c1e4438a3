import { createHash } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { hostname, type } from 'node:os'
import type { Endpoint, InputOf, OutputOf } from '../../api/contract/endpoint.ts'
import { sessionEndpoints, type User } from '../../api/contract/session.ts'
import type { Result, SessionState } from '../bridge.ts'
import { callApi, failed, type Account, type Patience } from './api-client.ts'
import type { Network } from './network.ts'
import { normaliseServer } from './server-address.ts'
import { readSessionFile, writeSessionFile, type Remembered, type Vault } from './session-file.ts'

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

/** Who is signed in, and where; emits `change` with the new state, never with the token. */
export class Session extends EventEmitter<{ change: [SessionState] }> {
  readonly #file: string
  readonly #vault: Vault
  readonly #network: Network
  readonly #log: SessionOptions['log']
  #remembered: Remembered = { server: null, user: null, token: null }
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
      this.#remembered = { ...given, user: me.ok ? me.value.user : null }
      await this.#write()
    } else if (this.account !== null) {
      void this.#refresh(this.account)
    }
  }

  get state(): SessionState {
    const { server, user, token } = this.#remembered
    return server !== null && user !== null && token !== null
      ? { status: 'signed-in', server, user }
      : { status: 'signed-out', server }
  }

  /** Where to ask, and as whom; null while signed out. */
  get account(): { server: string; token: string } | null {
    const { server, user, token } = this.#remembered
    return server !== null && user !== null && token !== null ? { server, token } : null
  }

  /** Settles once everything so far is remembered. */
  settled(): Promise<void> {
    return this.#written
  }

  /** Calls the API as the person; a session that the server no longer knows ends here, too. */
  async call<E extends Endpoint>(
    endpoint: E,
    input: InputOf<E>,
    patience?: Patience,
  ): Promise<Result<OutputOf<E>>> {
    const { account } = this
    if (account === null) return failed('desktop.signed_out', 'Nobody is signed in.')
    const answer = await callApi(this.#network, account, endpoint, input, patience)
    if (!answer.ok && answer.error.code === 'session.unauthenticated') await this.end(account)
    return answer
  }

  signIn({ server, ...credentials }: Credentials): Promise<Result<User>> {
    return this.#enter(server, sessionEndpoints.login, { ...credentials, deviceName: deviceName() })
  }

  register({ server, ...account }: Credentials & { displayName: string }): Promise<Result<User>> {
    return this.#enter(server, sessionEndpoints.register, { ...account, deviceName: deviceName() })
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

  /** The server no longer knows this session: forgets it, unless another one has begun meanwhile. */
  async end(account: Account): Promise<void> {
    if (this.account?.token !== account.token) return
    await this.#forget('revoked')
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
    await this.#become({ server, token, user })
    return { ok: true, value: user }
  }

  /** Asks the server who the person is now; offline, what was remembered stays. */
  async #refresh({ token }: Account): Promise<void> {
    const me = await this.call(sessionEndpoints.getMe, {})
    // Somebody else may have signed in meanwhile.
    if (me.ok && this.account?.token === token)
      await this.#become({ ...this.#remembered, user: me.value.user })
  }

  #forget(reason?: 'revoked'): Promise<void> {
    return this.#become({ server: this.#remembered.server, user: null, token: null }, reason)
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
export function accountKey({ state }: Session): string | null {
  if (state.status !== 'signed-in') return null
  return createHash('sha256').update(`${state.server} ${state.user.id}`).digest('hex').slice(0, 32)
}

const deviceName = (): string => `${hostname()} (${type()})`.slice(0, 64)
