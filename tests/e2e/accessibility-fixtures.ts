import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

/** Waits until everything that moves for a moment has come to rest: a colour that is fading in has another contrast. */
export async function settle(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const passing = document
      .getAnimations()
      .filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity)
    await Promise.allSettled(passing.map(({ finished }) => finished))
  })
}

/** Expects axe to find nothing on what the window shows, in the light and in the dark; `screen` names it in the report. */
export async function expectAccessible(page: Page, screen: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await settle(page)
    // A window of Electron's cannot open the second page in which axe would otherwise put its findings together.
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze()
    const findings = violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 300)}\n  ${failureSummary}`),
    )
    expect.soft(findings, `${screen}, ${colorScheme}`).toEqual([])
  }
}
