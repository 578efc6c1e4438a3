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

  /** Opens the picture editor, in which an image is yet to be chosen. */
  async openEditor(): Promise<void> {
    await this.area.getByRole('button', { name: 'Change picture' }).click()
  }

  /** Opens the picture editor and asks for a file there. */
  async changePicture(): Promise<void> {
    await this.openEditor()
    await this.#page.getByRole('button', { name: 'Choose a file…' }).click()
  }

  /** The line that says where a change of the picture is. */
  get change(): Locator {
    return this.area.getByRole('status')
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
