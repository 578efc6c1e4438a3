import type { DevToolsSession, Payload } from './devtools.ts'
import { answerByHandler } from './protocol.ts'
import { HANDLED_PATTERN, toAppHeader, toAppUrl, toBrowserHeader, toBrowserUrl } from './schemes.ts'

/** Where a page is about to go. `how` tells whether it goes by itself or was sent on by an answer. */
export type MayNavigate = (url: string, how: 'navigate' | 'redirect') => boolean

/** Holds every request of a page that concerns the app: its navigations are asked about, its own addresses answered. */
export class PageRequests {
  readonly #page: DevToolsSession
  readonly #mayNavigate: MayNavigate
  /** Addresses that main itself sends the page to: nobody is asked about those. */
  readonly #sentTo = new Set<string>()
  /** Where the page itself has asked to go. */
  #wanted = ''
  #mainFrame = ''
  #current = ''

  constructor(page: DevToolsSession, mayNavigate: MayNavigate) {
    this.#page = page
    this.#mayNavigate = mayNavigate
    page.on('Page.frameNavigated', ({ frame }: Payload) => {
      if (frame.parentId !== undefined) return
      this.#mainFrame = String(frame.id)
      this.#current = String(frame.url)
    })
    page.on('Page.frameRequestedNavigation', ({ frameId, url }: Payload) => {
      if (frameId === this.#mainFrame) this.#wanted = withoutHash(String(url))
    })
    page.on('Fetch.requestPaused', (paused: Payload) => void this.#answer(paused).catch(() => {})) // the page has gone
  }

  /** From now on requests are held; settles once that is so. */
  async start(): Promise<void> {
    await this.#page.send('Fetch.enable', {
      patterns: [{ urlPattern: HANDLED_PATTERN }, { urlPattern: '*', resourceType: 'Document' }],
    })
  }

  /** Main is about to send the page here. */
  expect(url: string): void {
    this.#sentTo.add(withoutHash(toBrowserUrl(url)))
  }

  async #answer(paused: Payload): Promise<void> {
    const { requestId, request } = paused
    if (this.#navigates(paused) && !this.#allowed(paused)) return this.#fail(requestId, 'Aborted')
    const url = toAppUrl(String(request.url))
    if (url === request.url) return void (await this.#page.send('Fetch.continueRequest', { requestId }))
    const response = await answer(url, request)
    if (typeof response === 'string') return this.#fail(requestId, response)
    await this.#page.send('Fetch.fulfillRequest', { requestId, ...response })
  }

  #navigates({ resourceType, frameId }: Payload): boolean {
    return resourceType === 'Document' && (this.#mainFrame === '' || frameId === this.#mainFrame)
  }

  #allowed({ request, redirectedRequestId }: Payload): boolean {
    const url = String(request.url)
    const wanted = this.#wanted === withoutHash(url)
    this.#wanted = ''
    if (redirectedRequestId !== undefined) return this.#mayNavigate(toAppUrl(url), 'redirect')
    if (this.#sentTo.delete(url)) return true
    // A test reloads the page from outside: that is not the page's doing.
    if (!wanted && url === withoutHash(this.#current)) return true
    return this.#mayNavigate(toAppUrl(url), 'navigate')
  }

  async #fail(requestId: unknown, errorReason: string): Promise<void> {
    await this.#page.send('Fetch.failRequest', { requestId, errorReason })
  }
}

/** What the app's handler answers, as DevTools take it, or the reason why there is no answer. The whole body is awaited. */
async function answer(url: string, request: Payload): Promise<Payload | string> {
  try {
    const response = await answerByHandler(toRequest(url, request))
    if (response === null) return 'AddressUnreachable'
    return {
      responseCode: response.status,
      responseHeaders: [...response.headers].map(([name, value]) => ({
        name,
        value: toBrowserHeader(value),
      })),
      body: Buffer.from(await response.arrayBuffer()).toString('base64'),
    }
  } catch (error) {
    console.error(`stand-in: the protocol handler failed for ${url}`, error)
    return 'Failed'
  }
}

function toRequest(url: string, { method, headers, postDataEntries }: Payload): Request {
  const parts = (postDataEntries ?? []) as Array<{ bytes?: string }>
  const body = Buffer.concat(parts.map(({ bytes }) => Buffer.from(bytes ?? '', 'base64')))
  return new Request(url, {
    method: String(method),
    headers: Object.entries(headers as Record<string, string>).map(([name, value]) => [
      name,
      toAppHeader(value),
    ]),
    ...(parts.length > 0 ? { body } : {}),
  })
}

const withoutHash = (url: string): string => url.split('#', 1)[0] ?? ''
