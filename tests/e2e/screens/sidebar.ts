import type { Locator, Page } from '@playwright/test'

/** The list at the left: oneself, rooms, direct messages. */
export class Sidebar {
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
  }

  /** The whole of it; also behind a dialog, where it is hidden from assistive technology but not from the eye. */
  get area(): Locator {
    return this.#page.getByRole('navigation', { name: 'Conversations', includeHidden: true })
  }

  /** One's own picture at the top left. */
  get ownPicture(): Locator {
    return this.area.getByRole('button', { name: 'Your profile', includeHidden: true })
  }

  /** The line below it that says where a change of the own picture is. */
  get change(): Locator {
    return this.area.getByRole('status', { includeHidden: true })
  }

  /** The row of a room or of a direct chat. */
  row(name: string): Locator {
    return this.area.getByRole('button', { name: new RegExp(`^${name}\\b`) })
  }

  async waitUntilShown(): Promise<void> {
    await this.ownPicture.waitFor()
  }

  async open(name: string): Promise<void> {
    await this.row(name).click()
  }

  async openProfile(): Promise<void> {
    await this.ownPicture.click()
  }

  async createRoom(name: string, people: string[]): Promise<void> {
    await this.area.getByRole('button', { name: 'New room' }).click()
    const dialog = this.#page.getByRole('dialog', { name: 'New room' })
    await dialog.getByLabel('Name').fill(name)
    for (const person of people) {
      await dialog.getByLabel('Search people').fill(person)
      await dialog.getByRole('option').filter({ hasText: person }).click()
    }
    await dialog.getByRole('button', { name: 'Create room' }).click()
    await dialog.waitFor({ state: 'detached' })
  }

  async openDirectChat(person: string): Promise<void> {
    await this.area.getByRole('button', { name: 'New direct message' }).click()
    const dialog = this.#page.getByRole('dialog', { name: 'New direct message' })
    await dialog.getByLabel('Search people').fill(person)
    await dialog.getByRole('option').filter({ hasText: person }).click()
    await dialog.waitFor({ state: 'detached' })
  }
}
