import { expect, type Locator } from '@playwright/test'

/** Asserts that a surface shows this person's picture, decoded and painted, not merely its address. */
export async function expectPicture(surface: Locator, userId: string): Promise<void> {
  const avatar = surface.locator(`[data-user-id="${userId}"]`).first()
  const image = avatar.locator('img[data-face="picture"]')
  await expect(image).toBeVisible()
  await expect
    .poll(() =>
      image.evaluate((img) => (img instanceof HTMLImageElement && img.complete ? img.naturalWidth : 0)),
    )
    .toBeGreaterThan(0)
}

/** Asserts that a surface shows this person's initials. */
export async function expectInitials(surface: Locator, userId: string, initials: string): Promise<void> {
  const avatar = surface.locator(`[data-user-id="${userId}"]`).first()
  const face = avatar.locator('[data-face="initials"]')
  await expect(face).toBeVisible()
  await expect(face).toHaveAttribute('data-initials', initials)
}

/** The address of the picture that a surface shows. */
export async function pictureAddress(surface: Locator, userId: string): Promise<string> {
  return (await surface.locator(`[data-user-id="${userId}"] img`).first().getAttribute('src')) ?? ''
}
