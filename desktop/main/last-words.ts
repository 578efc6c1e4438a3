import type { WebContents } from 'electron'

/** How long the page has to keep what it knows, in milliseconds; what it has kept before is on disk anyway. */
const PATIENCE_MS = 1_000

/** What the page keeps before it goes: what was written within the last second, above all. */
export class LastWords {
  #heard = (): void => {}

  /** Has the page keep everything now; settles once that is on disk, and after a second in any case. */
  ask(page: WebContents): Promise<void> {
    page.send('snapshot:wanted')
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, PATIENCE_MS)
      this.#heard = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** The page has kept it. */
  heard(): void {
    this.#heard()
  }
}
