import type { Command } from '../bridge.ts'

/** How many commands wait for a page at most. */
const MAX_WAITING = 10

/** Has the page do things; what is wanted while no page listens waits for the next one. */
export class Commands {
  readonly #tell: (command: Command) => void
  #isHeard = false
  #waiting: Command[] = []

  constructor(tell: (command: Command) => void) {
    this.#tell = tell
  }

  give(command: Command): void {
    if (this.#isHeard) this.#tell(command)
    else this.#waiting = [...this.#waiting, command].slice(-MAX_WAITING)
  }

  /** A page begins to listen, or stops. */
  heard(isHeard: boolean): void {
    this.#isHeard = isHeard
    if (!isHeard) return
    const waiting = this.#waiting
    this.#waiting = []
    for (const command of waiting) this.#tell(command)
  }
}
