import type { Locator, Page } from '@playwright/test'

/** The editor in which an image becomes a picture. */
export class PictureEditor {
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
  }

  get area(): Locator {
    return this.#page.getByRole('dialog', { name: /^(Edit picture|Picture of .*)$/ })
  }

  get problem(): Locator {
    return this.area.getByRole('alert')
  }

  get stage(): Locator {
    return this.area.getByRole('application')
  }

  get zoom(): Locator {
    return this.area.getByRole('slider', { name: 'Zoom' })
  }

  get straighten(): Locator {
    return this.area.getByRole('slider', { name: 'Straighten' })
  }

  /** What is told to those who do not see the stage. */
  get said(): Locator {
    return this.area.locator('output')
  }

  /** The former pictures. */
  get recent(): Locator {
    return this.area.getByRole('button', { name: /again$/ })
  }

  button(name: string): Locator {
    return this.area.getByRole('button', { name, exact: true })
  }

  /** Waits until the image can be seen and saved. */
  async waitUntilReady(): Promise<void> {
    await this.button('Save').and(this.#page.locator(':enabled')).waitFor()
    await this.stage.waitFor()
  }

  async zoomIn(steps: number): Promise<void> {
    await this.zoom.focus()
    for (let step = 0; step < steps; step += 1) await this.#page.keyboard.press('Shift+ArrowRight')
  }

  async save(): Promise<void> {
    await this.button('Save').click()
    await this.area.waitFor({ state: 'detached' })
  }

  async cancel(): Promise<void> {
    await this.button('Cancel').click()
    await this.area.waitFor({ state: 'detached' })
  }

  async removePicture(): Promise<void> {
    await this.button('Remove picture').click()
    await this.area.waitFor({ state: 'detached' })
  }
}
