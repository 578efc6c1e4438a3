import { EventEmitter } from 'node:events'
import { chatEndpoints, type Message } from '../../api/contract/chat.ts'
import type { Failure, OutboxAction, OutboxEntry, OutboxProgress, Result } from '../bridge.ts'
import { DONE, failed } from './api-client.ts'
import { judgeApiFailure } from './avatar/fault.ts'
import { OutboxFile } from './outbox-file.ts'
import { Lane } from './outbox-lane.ts'
import { refusal, type OutboxRecord, type Refusal } from './outbox-record.ts'
import type { Session } from './session.ts'

/** What the outbox needs. */
export interface OutboxOptions {
  /** Where entries are kept; it need not exist. */
  file: string
  session: Session
  log: (message: string, error?: unknown) => void
}

// What is gone, or was deleted, needs no change, no deletion and no mark any more; a message that was never sent is another matter.
const MOOT = new Set<Failure['code']>([
  'chat.room_not_found',
  'chat.message_not_found',
  'chat.message_deleted',
])

/** How often an entry is tried again that the server only stumbles over. */
const MAX_STUMBLES = 5

/**
 * What the person has said and done and the server has not taken yet: kept on disk, and carried out in order for whoever is signed in
 * until each entry is settled, refused or given up. Read marks go beside the words, so that neither waits for the other.
 */
export class Outbox extends EventEmitter<{ change: [OutboxEntry[]]; settled: [Message] }> {
  readonly #file: OutboxFile
  readonly #session: Session
  readonly #log: OutboxOptions['log']
  readonly #words: Lane
  readonly #marks: Lane
  /** Of all accounts, in their order. */
  #records: readonly OutboxRecord[] = []

  constructor({ file, session, log }: OutboxOptions) {
    super()
    this.#file = new OutboxFile(file, log)
    this.#session = session
    this.#log = log
    const lane = (isOurs: (action: OutboxAction) => boolean): Lane =>
      new Lane({
        next: () => this.#ours().find(({ action, refusal }) => refusal === null && isOurs(action)),
        attempt: (...attempt) => this.#attempt(...attempt),
        onTrouble: (record) => this.#troubled(record),
      })
    this.#words = lane(({ kind }) => kind !== 'read')
    this.#marks = lane(({ kind }) => kind === 'read')
  }

  /** Takes up what earlier runs have left, and from now on follows who is signed in. Call it once, before anything else. */
  async open(): Promise<void> {
    this.#records = await this.#file.read()
    this.#session.on('change', () => this.#follow())
    this.#follow()
  }

  /** The entries of whoever is signed in. */
  list(): OutboxEntry[] {
    return this.#ours()
      .filter(({ isWithdrawn }) => !isWithdrawn)
      .map((record) => ({
        id: record.id,
        createdAt: new Date(record.createdAt).toISOString(),
        action: record.action,
        progress: this.#progressOf(record),
      }))
  }

  /** Takes an action over; settles once it is on disk, where the disk takes it. The same `id` again changes nothing. */
  async add(id: string, action: OutboxAction): Promise<Result<void>> {
    const { state } = this.#session
    if (state.status !== 'signed-in') return failed('desktop.signed_out', 'Nobody is signed in.')
    if (this.#find(id) !== undefined) return DONE
    this.#put({
      id,
      createdAt: Date.now(),
      server: state.server,
      userId: state.user.id,
      action,
      isRewritten: false,
      isWithdrawn: false,
      refusal: null,
    })
    await this.#changed()
    return DONE
  }

  /** Changes the text of a message that waits, also of one that was refused, which is then tried again; false where there is none. */
  async rewrite(id: string, body: string): Promise<boolean> {
    const record = this.#find(id)
    if (record?.action.kind !== 'send' || record.isWithdrawn) return false
    this.#replace(id, { action: { ...record.action, body }, isRewritten: true, refusal: null })
    await this.#changed()
    return true
  }

  /** Tries again what was refused. */
  async retry(id: string): Promise<void> {
    this.#replace(id, { refusal: null })
    await this.#changed()
  }

  /** Gives an entry up. A message that is on its way this moment may arrive all the same: then it is deleted. */
  async discard(id: string): Promise<void> {
    const record = this.#find(id)
    if (record === undefined) return
    if (record.action.kind === 'send' && this.#words.current?.id === id)
      this.#replace(id, { isWithdrawn: true })
    else this.#remove(id)
    await this.#changed()
  }

  /** Tries at once whatever waits, and anew what has no answer yet: the network may be another one. */
  wake(): void {
    this.#words.wake()
    this.#marks.wake()
  }

  /** Settles once everything so far is on disk. */
  settled(): Promise<void> {
    return this.#file.settled()
  }

  /** Adds an entry, or lets it go into one that waits already: the later text, the furthest mark. */
  #put(added: OutboxRecord): void {
    const { action } = added
    const waiting = this.#ours().filter((record) => !this.#isUnderWay(record))
    const earlier = waiting.filter(({ action: other }) => isReplacedBy(other, action))
    const [first] = earlier
    if (first !== undefined && action.kind !== 'delete')
      return this.#replace(first.id, { action: later(first.action, action), refusal: null })
    for (const { id } of earlier) this.#remove(id)
    this.#records = [...this.#records, added]
  }

  async #attempt(
    { id, action }: OutboxRecord,
    signal: AbortSignal,
    failures: number,
  ): Promise<Failure | null> {
    const answer = await this.#perform(action, signal)
    const record = this.#find(id)
    // Given up meanwhile, or of somebody who has signed out: then the same comes again, and the server knows it.
    if (record === undefined) return null
    if (answer.ok) this.#settle(record, answer.value)
    else if (signal.aborted) return null
    else if (isPassing(answer.error, failures)) return answer.error
    else this.#refuse(record, answer.error)
    await this.#changed()
    return null
  }

  async #perform(action: OutboxAction, signal: AbortSignal): Promise<Result<Message | null>> {
    try {
      return await perform(this.#session, action, signal)
    } catch (error) {
      this.#log('an entry of the outbox met an unexpected problem', error)
      return failed('desktop.internal', 'The program met an unexpected problem.')
    }
  }

  /** The server has done it; what has changed about it meanwhile is to be done as well. */
  #settle(record: OutboxRecord, message: Message | null): void {
    const { id, action, isRewritten, isWithdrawn } = record
    if (message !== null && !isWithdrawn) this.emit('settled', message)
    if (action.kind !== 'send' || message === null) return this.#remove(id)
    const { roomId, body } = action
    const rest = { roomId, messageId: message.id }
    if (isWithdrawn) this.#replace(id, { action: { kind: 'delete', ...rest }, isWithdrawn: false })
    else if (isRewritten && message.body !== body)
      this.#replace(id, { action: { kind: 'edit', ...rest, body } })
    else this.#remove(id)
  }

  #refuse({ id, action, isWithdrawn }: OutboxRecord, failure: Failure): void {
    const isMoot = action.kind === 'read' || (action.kind !== 'send' && MOOT.has(failure.code))
    if (isMoot || isWithdrawn) this.#remove(id)
    else this.#replace(id, { refusal: toRefusal(failure) })
  }

  /** Nobody knows whether a message that was given up has arrived: it is left at that. */
  #troubled({ id, isWithdrawn }: OutboxRecord): void {
    if (isWithdrawn) this.#remove(id)
    this.#tell()
  }

  /** Works for whoever is signed in, and nobody else. */
  #follow(): void {
    this.wake()
    this.#run()
    this.#tell()
  }

  /** Keeps what is now, tells it and goes on. A disk that does not take it costs only what the end of the program would cost. */
  async #changed(): Promise<void> {
    await this.#file
      .write(this.#records)
      .catch((error: unknown) => this.#log('the outbox could not be written', error))
    this.#tell()
    this.#run()
  }

  #run(): void {
    void this.#words.run()
    void this.#marks.run()
  }

  #tell(): void {
    this.emit('change', this.list())
  }

  #progressOf({ action, refusal }: OutboxRecord): OutboxProgress {
    if (refusal !== null) return { status: 'failed', failure: refusal }
    const { trouble } = action.kind === 'read' ? this.#marks : this.#words
    return trouble === null ? { status: 'sending' } : { status: 'waiting', ...trouble }
  }

  #isUnderWay({ id }: OutboxRecord): boolean {
    return this.#words.current?.id === id || this.#marks.current?.id === id
  }

  #ours(): OutboxRecord[] {
    const { state } = this.#session
    if (state.status !== 'signed-in') return []
    return this.#records.filter(({ server, userId }) => server === state.server && userId === state.user.id)
  }

  #find(id: string): OutboxRecord | undefined {
    return this.#ours().find((record) => record.id === id)
  }

  #replace(id: string, changes: Partial<OutboxRecord>): void {
    this.#records = this.#records.map((record) => (record.id === id ? { ...record, ...changes } : record))
  }

  #remove(id: string): void {
    this.#records = this.#records.filter((record) => record.id !== id)
  }
}

/** Whether it may pass by itself. What the server stumbles over each time does so for good, and must not hold up the others. */
const isPassing = (failure: Failure, failures: number): boolean =>
  judgeApiFailure(failure).remedy === 'wait' &&
  (failure.code !== 'server.internal' || failures < MAX_STUMBLES)

/** Whether what waits is not worth doing any more once `added` is to be done. */
function isReplacedBy(waiting: OutboxAction, added: OutboxAction): boolean {
  switch (added.kind) {
    case 'send':
      return false
    case 'read':
      return waiting.kind === 'read' && waiting.roomId === added.roomId
    case 'react':
      return (
        waiting.kind === 'react' && waiting.messageId === added.messageId && waiting.emoji === added.emoji
      )
    case 'edit':
      return waiting.kind === 'edit' && waiting.messageId === added.messageId
    case 'delete':
      return (waiting.kind === 'edit' || waiting.kind === 'react') && waiting.messageId === added.messageId
  }
}

/** Of two of the same kind about the same the one that holds: marks never go back. */
function later(waiting: OutboxAction, added: OutboxAction): OutboxAction {
  return waiting.kind === 'read' && added.kind === 'read' && waiting.seq > added.seq ? waiting : added
}

async function perform(
  session: Session,
  action: OutboxAction,
  signal: AbortSignal,
): Promise<Result<Message | null>> {
  const id = action.roomId
  const patience = { signal }
  switch (action.kind) {
    case 'send': {
      const { clientId, body, replyTo } = action
      const message = { id, clientId, body, ...(replyTo === null ? {} : { replyToId: replyTo.id }) }
      return theMessage(await session.call(chatEndpoints.sendMessage, message, patience))
    }
    case 'edit': {
      const { messageId, body } = action
      return theMessage(await session.call(chatEndpoints.editMessage, { id, messageId, body }, patience))
    }
    case 'delete': {
      const { messageId } = action
      return theMessage(await session.call(chatEndpoints.deleteMessage, { id, messageId }, patience))
    }
    case 'react': {
      const { messageId, emoji, on } = action
      const endpoint = on ? chatEndpoints.addReaction : chatEndpoints.removeReaction
      return theMessage(await session.call(endpoint, { id, messageId, emoji }, patience))
    }
    case 'read': {
      const answer = await session.call(chatEndpoints.markRead, { id, seq: action.seq }, patience)
      return answer.ok ? { ok: true, value: null } : answer
    }
  }
}

const theMessage = (answer: Result<{ message: Message }>): Result<Message> =>
  answer.ok ? { ok: true, value: answer.value.message } : answer

/** A failure as it is kept. */
const toRefusal = (failure: Failure): Refusal =>
  refusal.safeParse(failure).data ?? { code: 'desktop.internal', detail: failure.detail }
