import { app, nativeImage, type BrowserWindow } from 'electron'
import type { Unread } from '../bridge.ts'
import { describeUnread } from './tray.ts'

/** Shows how much is unread on the program's icon: a number on macOS and some Linux desktops, an image over it on Windows. */
export function showBadge({ count, badge }: Unread, window: BrowserWindow | null): void {
  if (process.platform !== 'win32') app.setBadgeCount(count)
  else if (badge === null) window?.setOverlayIcon(null, '')
  else window?.setOverlayIcon(nativeImage.createFromBuffer(Buffer.from(badge)), describeUnread(count))
}
