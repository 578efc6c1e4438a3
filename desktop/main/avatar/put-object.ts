import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { PresignedUpload } from '../../../api/contract/avatar.ts'
import { readRetryAfter } from '../network.ts'

/** Small enough that progress moves, large enough that it costs nothing; in bytes. */
const CHUNK_BYTES = 4 * 1024
/** How long the store may be silent, in milliseconds. */
const SILENCE_MS = 30_000
/** How long one file may take, however little of it trickles, in milliseconds: two minutes, and a second more for each 16 kB. */
const longestFor = (bytes: number): number => 120_000 + bytes / 16
/** How much of a store's words is read, in characters; S3's errors have some 500. */
const MAX_ANSWER = 10_000

/** What a store says when it does not take a file; the message is its status and S3's code. */
export class StoreRefusal extends Error {
  readonly status: number
  /** S3's code, such as `AccessDenied`; empty where there is none. */
  readonly code: string
  /** S3's sentence; empty where there is none. */
  readonly sentence: string
  /** The store's clock, in milliseconds; null where it does not tell. */
  readonly clock: number | null
  /** In how many seconds it may be tried again, where the store says so. */
  readonly retryAfter: number | undefined

  constructor({ status, text, date, retryAfter }: Answer) {
    const code = /<Code>([^<]+)/.exec(text)?.[1] ?? ''
    super(`${status} ${code}`.trim())
    this.status = status
    this.code = code
    this.sentence = /<Message>([^<]+)/.exec(text)?.[1] ?? ''
    this.clock = Number.isNaN(Date.parse(date ?? '')) ? null : Date.parse(date ?? '')
    this.retryAfter = readRetryAfter(retryAfter)
  }
}

interface Answer {
  status: number
  text: string
  date?: string | undefined
  retryAfter?: string | undefined
}

/** Who wants to know how a file fares, and who may stop it. */
export interface PutOptions {
  /** Hears how many bytes are on their way; all of them only once the store has them. */
  onSent?: (bytes: number) => void
  /** The whole file has gone out: from here on the store may have it, even if its answer is lost. */
  onWhole?: () => void
  signal?: AbortSignal
  silenceMs?: number
  longestMs?: number
}

/** Sends a file exactly as it was signed. Throws a StoreRefusal, or what the network threw. */
export async function putObject(
  { method, url, headers }: PresignedUpload,
  file: Uint8Array,
  { onSent, onWhole, signal, silenceMs = SILENCE_MS, longestMs = longestFor(file.length) }: PutOptions = {},
): Promise<void> {
  const send = url.startsWith('https:') ? httpsRequest : httpRequest
  // A connection of its own: one that was kept may have died unnoticed while the machine slept.
  const request = send(url, { method, headers, signal, timeout: silenceMs, agent: false })
  const answered = new Promise<Answer>((resolve, reject) => {
    request.on('error', reject)
    request.once('response', (response) => readAnswer(response).then(resolve, reject))
  })
  const giveUp = (): void => void request.destroy(new Error('the store does not answer'))
  const deadline = setTimeout(giveUp, longestMs)
  request.once('timeout', giveUp)
  // A connection that is cut does not call back for all that was written.
  const closed = new Promise<'lost'>((resolve) => request.once('close', () => resolve('lost')))
  try {
    const sending = writeAll()
    const answer = await answered
    if (answer.status < 200 || answer.status > 299) throw new StoreRefusal(answer)
    await sending
    onSent?.(file.length)
  } finally {
    clearTimeout(deadline)
    // The rest of a file is of no use to a store that has refused it.
    request.destroy()
  }

  async function writeAll(): Promise<void> {
    for (let start = 0; start < file.length; start += CHUNK_BYTES) {
      const chunk = file.subarray(start, start + CHUNK_BYTES)
      if ((await Promise.race([write(chunk), closed])) === 'lost') return
      const sent = start + chunk.length
      if (sent < file.length) onSent?.(sent)
    }
    request.end(onWhole)
  }

  function write(chunk: Uint8Array): Promise<'sent' | 'lost'> {
    return new Promise((resolve) => request.write(chunk, (error) => resolve(error ? 'lost' : 'sent')))
  }
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  let text = ''
  response.setEncoding('utf8')
  // With an encoding it comes in strings.
  for await (const part of response) if (text.length < MAX_ANSWER) text += part as string
  const { date, 'retry-after': retryAfter } = response.headers
  return { status: response.statusCode ?? 0, text, date, retryAfter }
}
