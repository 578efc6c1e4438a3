import type { PermissionQuestion } from './messages.ts'

// These run in the page's own world by their source text: each stands alone, importing nothing. A frame within the page asks
// by way of the window that it is in.

/** Links and scripts that want a window of their own ask main, as in Electron; `window.open` gives null, as where main denies. */
export function interceptWindows(channel: string): void {
  const ask = (url: string): unknown =>
    window.top?.document.dispatchEvent(new CustomEvent(`${channel}open`, { detail: url }))
  window.open = (url = '') => {
    ask(new URL(url, document.baseURI).href)
    return null
  }
  const follow = (event: MouseEvent): void => {
    const link = event
      .composedPath()
      .find((target) => target instanceof HTMLAnchorElement && target.href !== '')
    if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented) return
    const elsewhere =
      !['', '_self', '_top', '_parent'].includes(link.target) || event.ctrlKey || event.button === 1
    if (!elsewhere) return
    event.preventDefault()
    ask(link.href)
  }
  window.addEventListener('click', follow)
  window.addEventListener('auxclick', follow)
}

/**
 * Chromium asks nobody when headless: so what needs a permission asks main first, and then does what Chromium now allows.
 * Camera and microphone Chromium would always give, so a refusal is thrown here.
 */
export function askForPermissions(channel: string): void {
  interface Decision {
    id: string
    granted: boolean
  }
  const home = window.top?.document
  const waiting = new Map<string, (granted: boolean) => void>()
  home?.addEventListener(`${channel}decided`, (event) => {
    const { id, granted } = (event as CustomEvent<Decision>).detail
    waiting.get(id)?.(granted)
    waiting.delete(id)
  })

  function decided(question: PermissionQuestion): Promise<boolean> {
    const id = crypto.randomUUID()
    return new Promise((resolve) => {
      waiting.set(id, resolve)
      home?.dispatchEvent(new CustomEvent(`${channel}permission`, { detail: { id, ...question } }))
    })
  }

  /** Puts the question before a method that returns a promise. */
  function guard<Owner extends object>(
    owner: Owner | undefined,
    method: keyof Owner & string,
    questionOf: (argument: unknown) => PermissionQuestion,
  ): void {
    if (owner === undefined) return
    const native = owner[method] as (...args: unknown[]) => unknown
    Reflect.set(owner, method, async function guarded(this: unknown, ...args: unknown[]) {
      const question = questionOf(args[0])
      const granted = await decided(question)
      if (!granted && method === 'getUserMedia')
        throw new DOMException('Permission denied', 'NotAllowedError')
      return native.apply(this, args)
    })
  }

  const request =
    (...permissions: string[]) =>
    (): PermissionQuestion => ({ permissions, asking: 'request' })

  guard(window.Permissions?.prototype, 'query', (descriptor) => ({
    permissions: [(descriptor as PermissionDescriptor).name],
    asking: 'check',
  }))
  guard(window.MediaDevices?.prototype, 'getUserMedia', (constraints) => {
    const { video, audio } = (constraints ?? {}) as MediaStreamConstraints
    const wanted = [...(video ? ['camera'] : []), ...(audio ? ['microphone'] : [])]
    return { permissions: wanted, asking: 'request' }
  })
  guard(window.Clipboard?.prototype, 'readText', request('clipboard-read'))
  guard(window.Clipboard?.prototype, 'read', request('clipboard-read'))
  guard(window.Clipboard?.prototype, 'writeText', request('clipboard-write'))
  guard(window.Clipboard?.prototype, 'write', request('clipboard-write'))
  guard(window.Notification, 'requestPermission', request('notifications'))
  guard(window.Geolocation?.prototype, 'getCurrentPosition', request('geolocation'))
}
