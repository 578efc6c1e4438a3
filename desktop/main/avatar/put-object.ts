import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { PresignedUpload } from '../../../api/contract/avatar.ts'

/** Small enough that progress moves, large enough that it costs nothing; in bytes. */
const CHUNK_BYTES = 4 * 1024
/** How long the store may be silent, in milliseconds. */
const TIMEOUT_MS = 30_000

/** The store took the request and refused the file; the message is its own. */
export class StoreRefusal extends Error {}

/** Sends a file exactly as it was signed, telling how many of its bytes have gone out; throws a StoreRefusal, or what the network threw. */
export async function putObject(
  { method, url, headers }: PresignedUpload,
  file: Uint8Array,
  onSent: (bytes: number) => void,
): Promise<void> {
  const send = url.startsWith('https:') ? httpsRequest : httpRequest
  const request = send(url, { method, headers, timeout: TIMEOUT_MS })
  const answer = new Promise<{ status: number; text: string }>((resolve, reject) => {
    request.once('error', reject)
    request.once('timeout', () => request.destroy(new Error('the store does not answer')))
    request.once('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => (text += part))
      response.once('error', reject)
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
  })
  const sending = writeAll(file)
  const { status, text } = await answer
  await sending
  if (status < 200 || status > 299)
    throw new StoreRefusal(`${status} ${/<Code>([^<]+)/.exec(text)?.[1] ?? ''}`.trim())

  async function writeAll(bytes: Uint8Array): Promise<void> {
    for (let start = 0; start < bytes.length && !request.destroyed; start += CHUNK_BYTES) {
      const chunk = bytes.subarray(start, start + CHUNK_BYTES)
      await new Promise<void>((resolve) => request.write(chunk, () => resolve()))
      onSent(start + chunk.length)
    }
    request.end()
  }
}
