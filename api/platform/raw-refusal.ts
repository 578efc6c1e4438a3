import { randomUUID } from 'node:crypto'
import { STATUS_CODES, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { AppError, ERRORS } from './errors.ts'
import { PROBLEM_TYPE, toProblem } from './problem.ts'

/** Answers on a bare connection, where no request was made out or it asked to leave HTTP, and closes it. */
export function refuse(stream: Duplex, error: AppError): void {
  if (!stream.writable) {
    stream.destroy()
    return
  }
  const { status } = ERRORS[error.code]
  const requestId = randomUUID()
  const body = JSON.stringify(toProblem(error, requestId))
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    ...(status === 401 ? ['WWW-Authenticate: Bearer'] : []),
    ...(error.retryAfter === null ? [] : [`Retry-After: ${error.retryAfter}`]),
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    'X-Content-Type-Options: nosniff',
    'Cache-Control: no-store',
    'Connection: close',
  ]
  // Otherwise the connection would stay for as long as the peer likes.
  stream.once('finish', () => stream.destroy())
  stream.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

/** Answers what Node itself could not read as HTTP in the form of every other failure. */
export function refuseUnreadable(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, stream) => {
    // A peer that has gone hears nothing; and no second answer may follow into one that has begun.
    // Node keeps the answer under way there, and looks at it itself where nobody else answers (lib/_http_server.js).
    const { _httpMessage: answering } = stream as { _httpMessage?: ServerResponse | null }
    if (error.code === 'ECONNRESET' || answering?.headersSent === true) {
      stream.destroy()
      return
    }
    refuse(stream, unreadable(error.code))
  })
}

function unreadable(code: string | undefined): AppError {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new AppError('request.headers_too_large', 'The headers are over the limit of 16 KiB.')
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new AppError('request.timeout', 'The request did not arrive whole in time. Send it again.')
  return new AppError('request.invalid', 'This is not a request that HTTP knows.')
}
