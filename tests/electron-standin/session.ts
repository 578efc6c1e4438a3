import { record } from './records.ts'
import { Offered, onlyOffered, refuseUnknownOptions } from './refuse.ts'

type PermissionRequest = (
  contents: unknown,
  permission: string,
  decide: (granted: boolean) => void,
  details: object,
) => void
type PermissionCheck = (contents: unknown, permission: string, origin: string, details: object) => boolean

/** Electron's `Session`: it decides what pages may do. */
class Session extends Offered {
  #requestHandler: PermissionRequest | null = null
  #checkHandler: PermissionCheck | null = null

  constructor() {
    super('session.defaultSession')
  }

  /** What the real one can check by; here nothing is checked, and what is asked for is recorded. */
  readonly availableSpellCheckerLanguages = ['de', 'en-GB', 'en-US', 'fr']

  setSpellCheckerEnabled(enable: boolean): void {
    record('session.setSpellCheckerEnabled', enable)
  }

  setSpellCheckerLanguages(languages: string[]): void {
    record('session.setSpellCheckerLanguages', languages)
  }

  setPermissionRequestHandler(handler: PermissionRequest | null): void {
    this.#requestHandler = handler
  }

  setPermissionCheckHandler(handler: PermissionCheck | null): void {
    this.#checkHandler = handler
  }

  /** For the stand-in's own use: a page asks for a permission. Like Electron, granted where the app does not say. */
  requested(contents: unknown, permission: string, details: object): Promise<boolean> {
    const handler = this.#requestHandler
    if (handler === null) return Promise.resolve(true)
    return new Promise((resolve) => handler(contents, permission, resolve, details))
  }

  /** For the stand-in's own use: a page looks whether it has a permission. Like Electron, yes where the app does not say. */
  checked(contents: unknown, permission: string, origin: string, details: object): boolean {
    return this.#checkHandler?.(contents, permission, origin, details) ?? true
  }
}

/** The session of every window. */
export const defaultSession = new Session()

/** Electron's `session`. */
export const session = onlyOffered('session', {
  defaultSession,
  /** One for requests of main alone. */
  fromPartition(partition: string, options: object = {}): object {
    refuseUnknownOptions('session.fromPartition', options, ['cache'])
    return onlyOffered(`session.fromPartition('${partition}')`, {})
  },
})
