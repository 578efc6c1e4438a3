import type { Locator, Page } from '@playwright/test'

/** The screen before one is signed in. */
export class SignInScreen {
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
  }

  get #form() {
    return this.#page.getByRole('main')
  }

  get problem() {
    return this.#form.getByRole('alert')
  }

  field(label: 'Username' | 'Display name' | 'Password'): Locator {
    return this.#form.getByLabel(label)
  }

  async waitUntilShown(): Promise<void> {
    await this.#form.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
  }

  async useServer(address: string): Promise<void> {
    const field = this.#form.getByLabel('Server address')
    if (!(await field.isVisible())) await this.#form.getByRole('button', { name: 'Change' }).click()
    await field.fill(address)
  }

  async signIn(person: { username: string; password: string }): Promise<void> {
    await this.#form.getByLabel('Username').fill(person.username)
    await this.#form.getByLabel('Password').fill(person.password)
    await this.#form.getByRole('button', { name: 'Sign in', exact: true }).click()
  }

  async register(person: { username: string; displayName: string; password: string }): Promise<void> {
    await this.#form.getByRole('button', { name: 'Create an account instead' }).click()
    await this.#form.getByLabel('Username').fill(person.username)
    await this.#form.getByLabel('Display name').fill(person.displayName)
    await this.#form.getByLabel('Password').fill(person.password)
    await this.#form.getByRole('button', { name: 'Create account' }).click()
  }
}
