import type { NotificationConstructorOptions } from 'electron'
import { createEvent } from './event.ts'
import { record, records } from './records.ts'
import { Offered, refuseUnknownOptions } from './refuse.ts'

/** Electron's `Notification`: among the app's records for as long as it is shown. */
export class Notification extends Offered {
  title: string
  body: string
  silent: boolean
  icon: unknown
  hasReply: boolean
  replyPlaceholder: string

  constructor(options: NotificationConstructorOptions = {}) {
    super('Notification')
    refuseUnknownOptions('Notification', options, [
      'title',
      'body',
      'silent',
      'icon',
      'hasReply',
      'replyPlaceholder',
    ])
    this.title = options.title ?? ''
    this.body = options.body ?? ''
    this.silent = options.silent ?? false
    this.icon = options.icon
    this.hasReply = options.hasReply ?? false
    this.replyPlaceholder = options.replyPlaceholder ?? ''
  }

  static isSupported(): boolean {
    return true
  }

  show(): void {
    record('Notification.show', { title: this.title, body: this.body, silent: this.silent })
    this.#hide()
    records.notifications.push(this)
    this.emit('show', createEvent())
  }

  close(): void {
    if (this.#hide()) this.emit('close', createEvent())
  }

  /** Tells whether it was shown. */
  #hide(): boolean {
    const shown = records.notifications.includes(this)
    records.notifications = records.notifications.filter((notification) => notification !== this)
    return shown
  }
}
