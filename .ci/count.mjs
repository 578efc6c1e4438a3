// Adds up the reports of Vitest and Playwright: `N passed, N failed`.
import { readFileSync } from 'node:fs'

/** @param {string} file */
const read = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined // the run ended before it wrote its report
  }
}

const vitest = read('test-results/vitest.json')
const playwright = read('test-results/playwright.json')?.stats
const passed = (vitest?.numPassedTests ?? 0) + (playwright?.expected ?? 0) + (playwright?.flaky ?? 0)
const failed = (vitest?.numFailedTests ?? 0) + (playwright?.unexpected ?? 0)
process.stdout.write(`${passed} passed, ${failed} failed\n`)
