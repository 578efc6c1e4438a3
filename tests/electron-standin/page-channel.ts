import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { DevToolsSession, Payload } from './devtools.ts'
import type { MainMessage, PageMessage } from './messages.ts'
import { FILES, RECEIVE } from './preload-world.ts'
import { pageWorld, preloadWorld } from './worlds.ts'

const WORLD = 'Electron Isolated Context'

/** The way between main and the preload's world of a page, which is there before each of its documents. */
export class PageChannel {
  readonly #page: DevToolsSession
  /** Known to main and to these worlds alone. */
  readonly #secret = `x${randomBytes(8).toString('hex')}`
  /** The preload's world of the document that is there now. */
  #context = ''

  /** `windowFrame` is DevTools' name of the window's own frame: frames within it have such a world, too, but no preload. */
  constructor(page: DevToolsSession, windowFrame: string, hear: (message: PageMessage) => void) {
    this.#page = page
    page.on('Runtime.executionContextCreated', ({ context }: Payload) => {
      if (context.name === WORLD && context.auxData.frameId === windowFrame)
        this.#context = String(context.uniqueId)
    })
    page.on('Runtime.bindingCalled', ({ name, payload }: Payload) => {
      if (name === this.#binding) hear(JSON.parse(String(payload)) as PageMessage)
    })
  }

  /** From now on documents get their worlds, with this preload; settles once that is so. */
  async start(preload: string | undefined): Promise<void> {
    const source = preloadWorld({
      channel: this.#secret,
      binding: this.#binding,
      preload: preload === undefined ? null : { file: preload, source: readFileSync(preload, 'utf8') },
      versions: { electron: process.versions['electron'] ?? '', node: process.versions.node },
    })
    await Promise.all([
      this.#page.send('Page.addScriptToEvaluateOnNewDocument', { source: pageWorld(this.#secret) }),
      this.#page.send('Runtime.addBinding', { name: this.#binding, executionContextName: WORLD }),
      this.#page.send('Page.addScriptToEvaluateOnNewDocument', { worldName: WORLD, source }),
    ])
  }

  /** Sends a message; as in Electron, one that comes before the page is lost. */
  tell(message: MainMessage): void {
    if (this.#context === '') return
    void this.#evaluate(`${RECEIVE}(${JSON.stringify(message)})`).catch(() => {}) // the page has gone elsewhere
  }

  /** The paths of the files that the preload's world has laid out. */
  async pathsOfFiles(count: number): Promise<string[]> {
    const indices = Array.from({ length: count }, (_, index) => index)
    return Promise.all(
      indices.map(async (index) => {
        const { result } = await this.#evaluate(`${FILES}[${index}]`)
        const { path } = await this.#page.send('DOM.getFileInfo', { objectId: result.objectId })
        return String(path)
      }),
    )
  }

  get #binding(): string {
    return `${this.#secret}b`
  }

  #evaluate(expression: string): Promise<Payload> {
    return this.#page.send('Runtime.evaluate', { uniqueContextId: this.#context, expression })
  }
}
