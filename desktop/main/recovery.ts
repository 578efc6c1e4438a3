import { app, dialog, type BrowserWindow, type MessageBoxOptions } from 'electron'
import type { Command } from '../bridge.ts'
import { t } from './texts.ts'

/** After how many crashes within how long, in milliseconds, the page is not loaded again by itself. */
const MAX_CRASHES = 3
const WITHIN_MS = 5 * 60_000

/** What the recovery needs. */
export interface RecoveryOptions {
  give: (command: Command) => void
  showLogs: () => void
  log: (message: string, error?: unknown) => void
}

/**
 * Loads a page again that has crashed, or that the person no longer wants to wait for: what was known and written is on disk. One that
 * keeps crashing is left to the person.
 */
export function recoverPage(window: BrowserWindow, { give, showLogs, log }: RecoveryOptions): void {
  const contents = window.webContents
  let crashes: number[] = []
  /** The question whether to wait, where it is open. */
  let asking: AbortController | null = null

  function loadAgain(): void {
    give({ kind: 'recovered' })
    contents.reload()
  }

  async function giveUp(): Promise<void> {
    const options = {
      type: 'error',
      message: t('main.failing.message'),
      detail: t('main.failing.detail'),
      buttons: [t('main.failing.tryAgain'), t('main.failing.showLogs'), t('main.failing.quit')],
      defaultId: 0,
      cancelId: 0,
      noLink: true,
    } satisfies MessageBoxOptions
    const { response } = await dialog.showMessageBox(window, options)
    if (response === 1) showLogs()
    if (response === 2) app.quit()
    else if (!window.isDestroyed()) loadAgain()
  }

  contents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return
    log(`the page is gone (${reason}, ${exitCode})`)
    asking?.abort()
    const now = Date.now()
    crashes = [...crashes.filter((time) => now - time < WITHIN_MS), now]
    if (crashes.length <= MAX_CRASHES) loadAgain()
    else {
      crashes = []
      void giveUp()
    }
  })

  async function ask(): Promise<void> {
    log('the page does not answer')
    const question = new AbortController()
    asking = question
    const { response } = await dialog.showMessageBox(window, {
      type: 'warning',
      message: t('main.hanging.message'),
      detail: t('main.hanging.detail'),
      buttons: [t('main.hanging.wait'), t('main.hanging.reload')],
      defaultId: 0,
      cancelId: 0,
      noLink: true,
      signal: question.signal,
    })
    if (asking === question) asking = null
    // Its end is told like a crash, and taken care of there.
    if (response === 1 && !question.signal.aborted && !window.isDestroyed())
      contents.forcefullyCrashRenderer()
  }

  window.on('unresponsive', () => {
    if (asking === null) void ask()
  })
  window.on('responsive', () => {
    asking?.abort()
    asking = null
  })
}
