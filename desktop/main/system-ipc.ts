import { app, clipboard, session, shell, type BrowserWindow } from 'electron'
import { z } from 'zod'
import { id, MAX_SEQ } from '../../api/contract/fields.ts'
import type { RoomNotification, SystemInfo, Unread } from '../bridge.ts'
import { DONE } from './api-client.ts'
import type { PictureCaches } from './avatar/rewrite.ts'
import { showBadge } from './badge.ts'
import type { Commands } from './commands.ts'
import { describePageError } from './describe-error.ts'
import type { Handle, Hear, Tell } from './ipc.ts'
import type { LogFile } from './log-file.ts'
import type { Notifications } from './notifications.ts'
import { preferenceChanges, type Preferences } from './preferences.ts'
import type { SystemTray } from './tray.ts'
import type { Updates } from './updates.ts'

/** What the bridge reaches of the system. */
export interface SystemCapabilities {
  window: () => BrowserWindow | null
  preferences: Preferences
  notifications: Notifications
  commands: Commands
  pictures: PictureCaches
  tray: SystemTray
  updates: Updates
  logs: LogFile
  log: (message: string, error?: unknown) => void
}

/** The most bytes of a drawn icon: one of 128 × 128 pixels needs half of it at the worst. */
const MAX_ICON_BYTES = 128 * 1024
/** How many messages a badge can count. */
const MAX_UNREAD = 1_000_000

const png = z
  .instanceof(Uint8Array)
  .refine(({ length }) => length <= MAX_ICON_BYTES, 'is too large')
  .nullable()

const roomNotification = z.object({
  roomId: id,
  seq: z.number().int().min(1).max(MAX_SEQ),
  title: z.string().min(1).max(300),
  body: z.string().max(1_000),
  icon: png,
  canReply: z.boolean(),
}) satisfies z.ZodType<RoomNotification>

const pageError = z.object({ name: z.string().regex(/^\w{1,60}$/), stack: z.string().max(20_000) })
/** How many errors of the page one run of the program keeps. */
const MAX_REPORTS = 100

const unread = z.object({
  count: z.number().int().min(0).max(MAX_UNREAD),
  badge: png,
}) satisfies z.ZodType<Unread>

/** Answers what the page asks of the system, and tells it what the system wants. */
export function setupSystemIpc(
  handle: Handle,
  hear: Hear,
  tell: Tell,
  { window, preferences, notifications, commands, pictures, tray, updates, logs, log }: SystemCapabilities,
): void {
  handle('preferences:get', z.undefined(), async () => ({ ok: true, value: preferences.values }))
  handle('preferences:change', preferenceChanges, async (changes) => {
    await preferences.change(changes)
    return DONE
  })
  preferences.on('change', (values) => tell('preferences:changed', values))

  hear('notifications:show', roomNotification, (notification) => notifications.show(notification))
  hear('notifications:close', z.object({ roomId: id }), ({ roomId }) => notifications.close(roomId))
  hear('notifications:unread', unread, (input) => {
    showBadge(input, window())
    tray.setUnread(input.count)
  })

  handle('updates:state', z.undefined(), async () => ({ ok: true, value: updates.state }))
  handle('updates:check', z.undefined(), async () => {
    await updates.check()
    return DONE
  })
  handle('updates:install', z.undefined(), async () => {
    await updates.install()
    return DONE
  })
  updates.on('change', (state) => tell('updates:changed', state))

  hear('system:listening', z.boolean(), (isListening) => commands.heard(isListening))
  handle('system:info', z.undefined(), async () => ({ ok: true, value: systemInfo() }))
  const caches = Object.values(pictures)
  handle('system:picture-cache-size', z.undefined(), async () => {
    const sizes = await Promise.all(caches.map((cache) => cache.size()))
    return { ok: true, value: sizes.reduce((sum, bytes) => sum + bytes, 0) }
  })
  handle('system:clear-picture-cache', z.undefined(), async () => {
    await Promise.all(caches.map((cache) => cache.clear()))
    return DONE
  })
  // One that repeats with every picture drawn would push everything else out of the log.
  let reports = 0
  hear('system:report-error', pageError, (error) => {
    reports += 1
    if (reports <= MAX_REPORTS) log(`the page met an error: ${describePageError(error)}`)
  })
  handle('system:show-logs', z.undefined(), async () => {
    await shell.openPath(logs.folder)
    return DONE
  })
  handle('system:copy-logs', z.undefined(), async () => ({ ok: true, value: copyLogs(logs) }))
}

/** Puts the logs into the clipboard; tells how many lines. */
export function copyLogs(logs: LogFile): number {
  const text = logs.read()
  void clipboard.writeText(text)
  return text.split('\n').length - 1
}

const systemInfo = (): SystemInfo => ({
  version: app.getVersion(),
  electron: process.versions.electron,
  platform: process.platform,
  spellcheckLanguages:
    process.platform === 'darwin' ? [] : session.defaultSession.availableSpellCheckerLanguages,
})
