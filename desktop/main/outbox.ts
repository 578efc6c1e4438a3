import { EventEmitter } from 'node:events'
import { chatEndpoints, type Message } from '../../api/contract/chat.ts'
import type { Failure, OutboxAction, OutboxEntry, OutboxProgress, Result, StagedImage } from '../bridge.ts'
import { DONE, failed } from './api-client.ts'
import type { StagedImages } from './attachments/staged-images.ts'
import { uploadImages, type AnnouncedUpload } from './attachments/upload-images.ts'
import type { PictureCache } from './avatar/cache.ts'
import { judgeApiFailure } from './avatar/fault.ts'
import type { Network } from './network.ts'
import { OutboxFile } from './outbox-file.ts'
import { Lane } from './outbox-lane.ts'
import { refusal, type OutboxRecord, type Refusal } from './outbox-record.ts'
import type { Session } from './session.ts'

/** What the outbox needs. */
export interface OutboxOptions {
  /** Where entries are kept; it need not exist. */
  file: string
  session: Session
  /** Where the images are that messages are to carry. */
  staged: StagedImages
  /** Where they show from once they are sent. */
  originals: Pick<PictureCache, 'put'>
  isOnline: Network['isOnline']
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
/** How often within one attempt images are sent anew that the server has let go of. */
const MAX_LAPSES = 2
/** By how much of 1 an upload must have moved to be told: each time the whole list is. */
const TOLD_EVERY = 0.01

type Send = Extract<OutboxAction, { kind: 'send' }>

/**
 * What the person has said and done and the server has not taken yet: kept on disk, and carried out in order for whoever is signed in
 * until each entry is settled, refused or given up. Each room has its own order, so that none waits for what another one uploads; read
 * marks go beside the words.
 */
export class Outbox extends EventEmitter<{ change: [OutboxEntry[]]; settled: [Message] }> {
  readonly #file: OutboxFile
  readonly #session: Session
  readonly #staged: StagedImages
  readonly #originals: OutboxOptions['originals']
  readonly #isOnline: Network['isOnline']
  readonly #log: OutboxOptions['log']
  /** What is said in each room, by its id. */
  readonly #words = new Map<string, Lane>()
  readonly #marks: Lane
  /** Messages whose images are on their way and which are not sent themselves, and how far they are. */
  readonly #uploading = new Map<string, number>()
  /** Uploads of images that are begun, by the images' ids; the next run of the program begins them anew. */
  readonly #announced = new Map<string, AnnouncedUpload>()
  /** Of all accounts, in their order. */
  #records: readonly OutboxRecord[] = []

  constructor({ file, session, staged, originals, isOnline, log }: OutboxOptions) {
    super()
    this.#file = new OutboxFile(file, log)
    this.#session = session
    this.#staged = staged
    this.#originals = originals
    this.#isOnline = isOnline
    this.#log = log
    this.#marks = this.#lane(({ kind }) => kind === 'read')
  }

  /** Takes up what earlier runs have left, and from now on follows who is signed in. Call it once, before anything else. */
  async open(): Promise<void> {
    this.#records = await this.#file.read((record) => this.#isAtHand(record))
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

  /** The images that wait to be sent, of every account. */
  imageIds(): ReadonlySet<string> {
    return new Set(this.#records.flatMap(({ action }) => imagesOf(action).map(({ id }) => id)))
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
      uploaded: {},
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
    // One that was refused has come to its end, though its attempt may still be writing that down.
    const isBeingSent = record.refusal === null && this.#isUnderWay(record) && !this.#uploading.has(id)
    if (record.action.kind === 'send' && isBeingSent) this.#replace(id, { isWithdrawn: true })
    else {
      this.#remove(id)
      if (this.#uploading.has(id)) this.#laneOf(record.action).wake()
    }
    await this.#changed()
  }

  /** Tries at once whatever waits, and anew what has no answer yet: the network may be another one. */
  wake(): void {
    for (const lane of this.#lanes()) lane.wake()
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

  async #attempt(attempted: OutboxRecord, signal: AbortSignal, failures: number): Promise<Failure | null> {
    const { id, action } = attempted
    const answer = await this.#perform(attempted, signal)
    if (answer.ok && answer.value !== null) await this.#keepShown(imagesOf(action), answer.value)
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

  async #perform(record: OutboxRecord, signal: AbortSignal): Promise<Result<Message | null>> {
    try {
      const { action } = record
      return await (action.kind === 'send'
        ? this.#send(record, action, signal)
        : perform(this.#session, action, signal))
    } catch (error) {
      this.#log('an entry of the outbox met an unexpected problem', error)
      return failed('desktop.internal', 'The program met an unexpected problem.')
    } finally {
      this.#uploading.delete(record.id)
    }
  }

  /** Sends a message, its images first; those that the server has let go of meanwhile are sent anew, but not without end. */
  async #send({ id }: OutboxRecord, action: Send, signal: AbortSignal): Promise<Result<Message>> {
    for (let lapses = 0; ; lapses += 1) {
      const attachments = await this.#upload(id, action, signal)
      if (!attachments.ok) return attachments
      // Given up while its images were on their way.
      if (this.#find(id) === undefined || signal.aborted)
        return failed('desktop.server_unreachable', 'The upload was stopped.')
      this.#uploading.delete(id)
      const answer = await sendMessage(this.#session, action, attachments.value, signal)
      const isLapsed = !answer.ok && answer.error.code === 'chat.attachment_not_found'
      if (!isLapsed) return answer
      this.#replace(id, { uploaded: {} })
      if (lapses === MAX_LAPSES) return answer
    }
  }

  async #upload(id: string, { roomId, images }: Send, signal: AbortSignal): Promise<Result<string[]>> {
    if (images.length === 0) return { ok: true, value: [] }
    this.#progressed(id, 0)
    return uploadImages({
      roomId,
      images,
      uploaded: this.#find(id)?.uploaded ?? {},
      announced: this.#announced,
      session: this.#session,
      read: (imageId) => this.#staged.read(imageId),
      isOnline: this.#isOnline,
      signal,
      onUploaded: async (imageId, attachmentId) => {
        const uploaded = { ...this.#find(id)?.uploaded, [imageId]: attachmentId }
        this.#replace(id, { uploaded })
        await this.#write()
      },
      onProgress: (fraction) => {
        if (!signal.aborted) this.#progressed(id, fraction)
      },
    })
  }

  #progressed(id: string, fraction: number): void {
    const told = this.#uploading.get(id)
    if (told !== undefined && fraction < 1 && Math.abs(fraction - told) < TOLD_EVERY) return
    this.#uploading.set(id, fraction)
    this.#tell()
  }

  /** The server has done it; what has changed about it meanwhile is to be done as well. */
  #settle(record: OutboxRecord, message: Message | null): void {
    const { id, action, isRewritten, isWithdrawn } = record
    if (message !== null && !isWithdrawn) this.emit('settled', message)
    if (action.kind !== 'send' || message === null) return this.#remove(id)
    const { roomId, body } = action
    const rest = { roomId, messageId: message.id }
    const isChanged = isRewritten && message.body !== body
    if (!isWithdrawn && !isChanged) return this.#remove(id)
    this.#release(action)
    this.#replace(id, {
      action: isWithdrawn ? { kind: 'delete', ...rest } : { kind: 'edit', ...rest, body },
      isWithdrawn: false,
    })
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

  /** Keeps what is now, tells it and goes on. */
  async #changed(): Promise<void> {
    await this.#write()
    this.#tell()
    this.#run()
  }

  /** A disk that does not take it costs only what the end of the program would cost. */
  async #write(): Promise<void> {
    await this.#file
      .write(this.#records)
      .catch((error: unknown) => this.#log('the outbox could not be written', error))
  }

  /** Has a message's images show from here at once, as they were sent. */
  async #keepShown(images: readonly StagedImage[], { attachments }: Message): Promise<void> {
    for (const [index, { id }] of images.entries()) {
      const url = attachments[index]?.imageUrl
      const file = await this.#staged.read(id)
      if (url !== undefined && file !== null) await this.#originals.put(url, file)
    }
  }

  /** Lets go of the images of a message that needs them no more. */
  #release(action: OutboxAction): void {
    for (const { id } of imagesOf(action)) {
      this.#announced.delete(id)
      void this.#staged
        .discard(id)
        .catch((error: unknown) => this.#log('an image that was sent could not be removed', error))
    }
  }

  #run(): void {
    for (const { action } of this.#ours()) void this.#laneOf(action).run()
  }

  #tell(): void {
    this.emit('change', this.list())
  }

  #progressOf({ id, action, refusal }: OutboxRecord): OutboxProgress {
    if (refusal !== null) return { status: 'failed', failure: refusal }
    const { trouble } = this.#laneOf(action)
    const fraction = this.#uploading.get(id)
    if (fraction !== undefined) return { status: 'sending', fraction }
    return trouble === null ? { status: 'sending' } : { status: 'waiting', ...trouble }
  }

  #isUnderWay({ id, action }: OutboxRecord): boolean {
    return this.#laneOf(action).current?.id === id
  }

  #laneOf({ kind, roomId }: OutboxAction): Lane {
    if (kind === 'read') return this.#marks
    const known = this.#words.get(roomId)
    if (known !== undefined) return known
    const lane = this.#lane((action) => action.kind !== 'read' && action.roomId === roomId)
    this.#words.set(roomId, lane)
    return lane
  }

  #lane(isOurs: (action: OutboxAction) => boolean): Lane {
    return new Lane({
      next: () => this.#ours().find(({ action, refusal }) => refusal === null && isOurs(action)),
      attempt: (...attempt) => this.#attempt(...attempt),
      onTrouble: (record) => this.#troubled(record),
    })
  }

  #lanes(): Lane[] {
    return [...this.#words.values(), this.#marks]
  }

  /** Whether its account is signed in here, at work or not. */
  #isAtHand({ server, userId }: OutboxRecord): boolean {
    const { state } = this.#session
    const isAtWork = state.status === 'signed-in' && state.server === server && state.user.id === userId
    return isAtWork || state.others.some((other) => other.server === server && other.userId === userId)
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
    const record = this.#records.find((other) => other.id === id)
    if (record !== undefined) this.#release(record.action)
    this.#records = this.#records.filter((record) => record.id !== id)
  }
}

/** Whether it may pass by itself. What the server stumbles over each time does so for good, and must not hold up the others. */
const isPassing = (failure: Failure, failures: number): boolean =>
  failure.code === 'chat.too_many_attachments' ||
  (judgeApiFailure(failure).remedy === 'wait' &&
    (failure.code !== 'server.internal' || failures < MAX_STUMBLES))

const imagesOf = (action: OutboxAction): readonly StagedImage[] =>
  action.kind === 'send' ? action.images : []

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

async function sendMessage(
  session: Session,
  { roomId: id, clientId, body, replyTo }: Send,
  attachmentIds: string[],
  signal: AbortSignal,
): Promise<Result<Message>> {
  const message = {
    id,
    clientId,
    body,
    ...(replyTo === null ? {} : { replyToId: replyTo.id }),
    ...(attachmentIds.length === 0 ? {} : { attachmentIds }),
  }
  return theMessage(await session.call(chatEndpoints.sendMessage, message, { signal }))
}

async function perform(
  session: Session,
  action: Exclude<OutboxAction, Send>,
  signal: AbortSignal,
): Promise<Result<Message | null>> {
  const id = action.roomId
  const patience = { signal }
  switch (action.kind) {
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
