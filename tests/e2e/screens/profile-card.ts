import type { Locator, Page } from '@playwright/test'

/** One's own profile card. */
export class ProfileCard {
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
  }

  get area(): Locator {
    return this.#page.getByRole('dialog', { name: 'Your profile' })
  }

  async changePicture(): Promise<void> {
    await this.area.getByRole('button', { name: 'Change picture' }).click()
  }

  async removePicture(): Promise<void> {
    await this.area.getByRole('button', { name: 'Remove picture' }).click()
  }

  async signOut(): Promise<void> {
    await this.area.getByRole('button', { name: 'Sign out' }).click()
  }

  async close(): Promise<void> {
    await this.#page.keyboard.press('Escape')
    await this.area.waitFor({ state: 'detached' })
  }
}
