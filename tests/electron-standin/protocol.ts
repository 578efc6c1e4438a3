import { onlyOffered } from './refuse.ts'
import { addScheme, isScheme } from './schemes.ts'

type Handler = (request: Request) => Response | Promise<Response>

const handlers = new Map<string, Handler>()
let ready = false

/** From now on schemes can no longer be registered, as in Electron once the app is ready. */
export const closeSchemes = (): void => {
  ready = true
}

/** Lets the app's handler answer; null where none is responsible. Rejects when the handler does. */
export async function answerByHandler(request: Request): Promise<Response | null> {
  const handler = handlers.get(new URL(request.url).protocol.slice(0, -1))
  return handler === undefined ? null : await handler(request)
}

/** Electron's `protocol`. */
export const protocol = onlyOffered('protocol', {
  registerSchemesAsPrivileged(list: Array<{ scheme: string; privileges?: { standard?: boolean } }>): void {
    if (ready) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready')
    for (const { scheme, privileges } of list) {
      if (privileges?.standard !== true)
        throw new Error(`stand-in: only standard schemes are offered, and ${scheme} is not registered as one`)
      addScheme(scheme)
    }
  },
  handle(scheme: string, handler: Handler): void {
    if (!isScheme(scheme)) throw new Error(`stand-in: register the scheme ${scheme} as privileged first`)
    if (handlers.has(scheme)) throw new Error(`Failed to register protocol: ${scheme}`)
    handlers.set(scheme, handler)
  },
  unhandle(scheme: string): void {
    handlers.delete(scheme)
  },
  isProtocolHandled: (scheme: string): boolean => handlers.has(scheme),
})
