import type { Locator, Page } from '@playwright/test'

/** The open room or direct chat: header, messages, composer. */
export class Conversation {
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
  }

  // Behind a dialog both are hidden from assistive technology, but not from the eye.
  get header(): Locator {
    return this.#page.getByRole('region', { name: 'Conversation', includeHidden: true })
  }

  /** The line below the header that says where a change of the room's picture is. */
  get pictureChange(): Locator {
    return this.#page
      .getByRole('main')
      .getByRole('status')
      .filter({ has: this.#page.getByRole('button') })
  }

  get history(): Locator {
    return this.#page.getByRole('log', { name: 'Messages', includeHidden: true })
  }

  get composer(): Locator {
    return this.#page.getByRole('textbox', { name: /^Message / })
  }

  get typingLine(): Locator {
    return this.#page.getByRole('status').filter({ hasText: 'typing' })
  }

  /** What the messages say, in their order. */
  texts(): Promise<string[]> {
    return this.history.locator('article div[class*=body], article div[class*=sending]').allInnerTexts()
  }

  message(text: string): Locator {
    return this.history.getByRole('article').filter({ hasText: text })
  }

  async send(text: string): Promise<void> {
    await this.composer.fill(text)
    await this.composer.press('Enter')
  }

  async edit(text: string, replacement: string): Promise<void> {
    await this.message(text).hover()
    await this.message(text).getByRole('button', { name: 'Edit' }).click()
    const field = this.history.getByRole('textbox')
    await field.fill(replacement)
    await field.press('Enter')
  }

  async delete(text: string): Promise<void> {
    await this.message(text).hover()
    await this.message(text).getByRole('button', { name: 'Delete' }).click()
    const question = this.#page.getByRole('alertdialog')
    await question.getByRole('button', { name: 'Delete' }).click()
    await question.waitFor({ state: 'detached' })
  }
}
