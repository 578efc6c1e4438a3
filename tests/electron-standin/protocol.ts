import { Offered, onlyOffered } from './refuse.ts'

type Handler = (request: Request) => Response | Promise<Response>

/** Schemes that the app has registered. Chromium knows none of them, so `app://x/y` travels as `https://x.app.standin.test/y`. */
const schemes = new Set<string>()
const handlers = new Map<string, Handler>()
const SUFFIX = '.standin.test'
let ready = false

/** From when on schemes can no longer be registered. */
export const markReady = (): void => {
  ready = true
}

/** Every address that must come to a handler. */
export const HANDLED_PATTERN = `https://*${SUFFIX}/*`

/** An address of the app as Chromium sees it. */
export function toBrowserUrl(url: string): string {
  const { protocol, host, pathname, search, hash } = new URL(url)
  const scheme = protocol.slice(0, -1)
  return schemes.has(scheme) ? `https://${host}.${scheme}${SUFFIX}${pathname}${search}${hash}` : url
}

/** An address in Chromium as the app knows it. */
export function toAppUrl(url: string): string {
  const [, host, scheme, rest] =
    /^https:\/\/([^/?#]+)\.([a-z][a-z0-9+-]*)\.standin\.test([/?#].*)?$/.exec(url) ?? []
  return host === undefined ? url : `${scheme}://${host}${rest ?? '/'}`
}

/** Lets the app's handler answer; null where none is responsible. Rejects when the handler does. */
export async function answerByHandler(request: Request): Promise<Response | null> {
  const handler = handlers.get(new URL(request.url).protocol.slice(0, -1))
  return handler === undefined ? null : await handler(request)
}

/** Electron's `protocol`. */
export const protocol = onlyOffered('protocol', {
  registerSchemesAsPrivileged(list: Array<{ scheme: string }>): void {
    if (ready) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready')
    for (const { scheme } of list) schemes.add(scheme)
  },
  handle(scheme: string, handler: Handler): void {
    if (!schemes.has(scheme)) throw new Error(`stand-in: register the scheme ${scheme} as privileged first`)
    if (handlers.has(scheme)) throw new Error(`Failed to register protocol: ${scheme}`)
    handlers.set(scheme, handler)
  },
})

type PermissionRequest = (
  contents: unknown,
  permission: string,
  decide: (granted: boolean) => void,
  details: object,
) => void
type PermissionCheck = (contents: unknown, permission: string, origin: string, details: object) => boolean

/** Electron's default session: it decides what pages may do. */
class Session extends Offered {
  private requestHandler: PermissionRequest | null = null
  private checkHandler: PermissionCheck | null = null

  constructor() {
    super('session.defaultSession')
  }

  setPermissionRequestHandler(handler: PermissionRequest | null): void {
    this.requestHandler = handler
  }

  setPermissionCheckHandler(handler: PermissionCheck | null): void {
    this.checkHandler = handler
  }

  /** Whether the app grants a permission; like Electron, yes where it does not say. */
  async grants(contents: unknown, permission: string, origin: string): Promise<boolean> {
    if (this.checkHandler !== null && !this.checkHandler(contents, permission, origin, {})) return false
    const { requestHandler } = this
    if (requestHandler === null) return true
    return new Promise((resolve) => requestHandler(contents, permission, resolve, { requestingUrl: origin }))
  }
}

/** The session of every window. */
export const defaultSession = new Session()

/** Electron's `session`. */
export const session = onlyOffered('session', { defaultSession })
