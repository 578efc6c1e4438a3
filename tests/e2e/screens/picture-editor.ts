import type { Locator, Page } from '@playwright/test'

/** The editor in which a picture is zoomed, moved and saved. */
export class PictureEditor {
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
  }

  get area(): Locator {
    return this.#page.getByRole('dialog', { name: 'Edit picture' })
  }

  get problem(): Locator {
    return this.area.getByRole('alert')
  }

  get zoom(): Locator {
    return this.area.getByRole('slider', { name: 'Zoom' })
  }

  /** Waits until the image can be seen and saved. */
  async waitUntilReady(): Promise<void> {
    await this.area
      .getByRole('button', { name: 'Save', exact: true })
      .and(this.#page.locator(':enabled'))
      .waitFor()
  }

  async zoomIn(steps: number): Promise<void> {
    await this.zoom.focus()
    for (let step = 0; step < steps; step += 1) await this.#page.keyboard.press('Shift+ArrowRight')
  }

  async save(): Promise<void> {
    await this.area.getByRole('button', { name: 'Save', exact: true }).click()
    await this.area.waitFor({ state: 'detached' })
  }

  async cancel(): Promise<void> {
    await this.area.getByRole('button', { name: 'Cancel', exact: true }).click()
    await this.area.waitFor({ state: 'detached' })
  }

  async removePicture(): Promise<void> {
    await this.area.getByRole('button', { name: 'Remove picture' }).click()
    await this.area.waitFor({ state: 'detached' })
  }
}
