import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { PresignedUpload } from '../../../api/contract/avatar.ts'

/** Small enough that progress moves, large enough that it costs nothing; in bytes. */
const CHUNK_BYTES = 4 * 1024
/** How long the store may be silent, in milliseconds. */
const TIMEOUT_MS = 30_000

/** The store took the request and refused the file; the message is its own. */
export class StoreRefusal extends Error {}

/**
 * Sends a file exactly as it was signed, telling how many of its bytes have gone out; `signal` cuts it off. Throws a StoreRefusal,
 * or what the network threw.
 */
export async function putObject(
  { method, url, headers }: PresignedUpload,
  file: Uint8Array,
  onSent: (bytes: number) => void,
  { signal, timeoutMs = TIMEOUT_MS }: { signal?: AbortSignal; timeoutMs?: number } = {},
): Promise<void> {
  const send = url.startsWith('https:') ? httpsRequest : httpRequest
  const request = send(url, { method, headers, signal, timeout: timeoutMs })
  const answer = new Promise<{ status: number; text: string }>((resolve, reject) => {
    request.on('error', reject)
    request.once('timeout', () => request.destroy(new Error('the store does not answer')))
    request.once('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => (text += part))
      response.once('error', reject)
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
  })
  // A connection that is cut does not call back for all that was written.
  const closed = new Promise<'lost'>((resolve) => request.once('close', () => resolve('lost')))
  const sending = writeAll()
  const { status, text } = await answer
  if (status < 200 || status > 299) {
    // The rest of the file is of no use to a store that has refused it.
    request.destroy()
    throw new StoreRefusal(`${status} ${/<Code>([^<]+)/.exec(text)?.[1] ?? ''}`.trim())
  }
  await sending

  async function writeAll(): Promise<void> {
    for (let start = 0; start < file.length; start += CHUNK_BYTES) {
      const chunk = file.subarray(start, start + CHUNK_BYTES)
      if ((await Promise.race([write(chunk), closed])) === 'lost') return
      onSent(start + chunk.length)
    }
    request.end()
  }

  function write(chunk: Uint8Array): Promise<'sent' | 'lost'> {
    return new Promise((resolve) => request.write(chunk, (error) => resolve(error ? 'lost' : 'sent')))
  }
}
