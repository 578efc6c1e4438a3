import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { Locator, Page } from '@playwright/test'

/** Drags a file from outside over an element, and drops it there when asked to: as the system does it, by events that a page can trust. */
export async function dragFile(target: Locator, path: string): Promise<{ drop(): Promise<void> }> {
  const page = target.page()
  const box = await target.boundingBox()
  if (box === null) throw new Error('Nothing can be dropped on what is not shown.')
  const place = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  const devTools = await page.context().newCDPSession(page)
  const data = { items: [], files: [path], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver'] as const)
    await devTools.send('Input.dispatchDragEvent', { type, ...place, data })
  return {
    async drop() {
      await devTools.send('Input.dispatchDragEvent', { type: 'drop', ...place, data })
      await devTools.detach()
    },
  }
}

/** Drops a file from outside onto an element. */
export async function dropFile(target: Locator, path: string): Promise<void> {
  const { drop } = await dragFile(target, path)
  await drop()
}

/**
 * Pastes a file, as after copying an image elsewhere. The event is the page's own, since neither DevTools nor Playwright can put
 * an image on the clipboard of a page that may not write there.
 */
export async function pasteFile(page: Page, path: string, type: string): Promise<void> {
  const file = { name: basename(path), type, base64: readFileSync(path).toString('base64') }
  await page.evaluate(({ name, type, base64 }) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
    const clipboardData = new DataTransfer()
    clipboardData.items.add(new File([bytes], name, { type }))
    const target = document.activeElement ?? document.body
    target.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  }, file)
}
