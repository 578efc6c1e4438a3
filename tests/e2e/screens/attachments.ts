import type { Locator, Page } from '@playwright/test'

/** The images of a conversation: those that are attached, those that were sent, and the one that is looked at. */
export class Attachments {
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
  }

  get attachButton(): Locator {
    return this.#page.getByRole('button', { name: 'Attach images' })
  }

  /** What is attached and not sent. */
  get tiles(): Locator {
    return this.#page.getByRole('list', { name: 'Images to be sent' })
  }

  tile(name: string): Locator {
    return this.tiles.getByRole('img', { name })
  }

  removeButton(name: string): Locator {
    return this.tiles.getByRole('button', { name: `Remove ${name}` })
  }

  /** An image that a message carries. */
  sent(name: string): Locator {
    return this.#page.getByRole('log').getByRole('button', { name })
  }

  /** The notice of what was not attached. */
  get notice(): Locator {
    return this.#page.getByRole('dialog').filter({ hasText: 'not attached' })
  }

  get viewer(): Locator {
    return this.#page
      .getByRole('dialog')
      .filter({ has: this.#page.getByRole('button', { name: 'Save as…' }) })
  }

  /** The image in the viewer; whole once the original is there. */
  viewed(name: string): Locator {
    return this.viewer.getByRole('img', { name }).and(this.#page.locator('[data-whole]'))
  }
}
