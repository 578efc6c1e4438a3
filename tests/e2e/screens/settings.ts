import type { Locator, Page } from '@playwright/test'

type Section = 'Appearance' | 'Notifications' | 'This computer' | 'Account' | 'About'

/** The settings. */
export class Settings {
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
  }

  get dialog(): Locator {
    return this.#page.getByRole('dialog', { name: 'Settings' })
  }

  async open(section?: Section): Promise<void> {
    await this.#page.getByRole('button', { name: 'Settings', exact: true }).click()
    if (section) await this.choose(section)
  }

  async choose(section: Section): Promise<void> {
    await this.dialog.getByRole('tab', { name: section }).click()
  }

  /** One of a few, like `Dark` of `Theme`. */
  async pick(group: string, option: string): Promise<void> {
    await this.dialog.getByRole('group', { name: group }).getByText(option, { exact: true }).click()
  }

  toggle(name: string): Locator {
    return this.dialog.getByRole('switch', { name })
  }

  async close(): Promise<void> {
    await this.#page.keyboard.press('Escape')
    await this.dialog.waitFor({ state: 'detached' })
  }
}
