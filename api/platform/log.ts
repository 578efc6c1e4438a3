import { pino, type Logger } from 'pino'

export type Log = Logger

/** Creates the log: one JSON line an entry on standard output. ERROR means that someone must act; no secret is ever written. */
export function createLog(level: string): Log {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: ['authorization', '*.authorization', 'token', '*.token', 'password', '*.password'],
      remove: true,
    },
  })
}
