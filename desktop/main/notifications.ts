import { randomUUID } from 'node:crypto'
import { nativeImage, Notification } from 'electron'
import type { RoomNotification } from '../bridge.ts'
import { body as messageBody } from './outbox-record.ts'
import type { Outbox } from './outbox.ts'
import type { Session } from './session.ts'
import { t } from './texts.ts'

/** What happens where somebody acts on a notification. */
export interface NotificationActions {
  /** The person pressed it. */
  open: (roomId: string, seq: number) => void
  outbox: Pick<Outbox, 'add'>
  session: Session
}

/** The notifications that the system shows, at most one for each room. What they say, and whether, the page decides. */
export class Notifications {
  readonly #actions: NotificationActions
  readonly #shown = new Map<string, Notification>()

  constructor(actions: NotificationActions) {
    this.#actions = actions
    let last = whoIsIn(actions.session)
    actions.session.on('change', () => {
      const now = whoIsIn(actions.session)
      // What was told to one is nothing to the next.
      if (now !== last) this.closeAll()
      last = now
    })
  }

  /** Shows one in place of the one before of the same room. */
  show({ roomId, seq, title, body, icon, canReply }: RoomNotification): void {
    if (!Notification.isSupported()) return
    this.close(roomId)
    const notification = new Notification({
      title,
      body,
      // Offered by macOS; the others pass it over.
      ...(canReply ? { hasReply: true, replyPlaceholder: t('main.reply') } : {}),
      ...(icon === null ? {} : { icon: nativeImage.createFromBuffer(Buffer.from(icon)) }),
    })
    // Kept here also when it is no longer to be seen: one that is collected as garbage does not tell that it was pressed in the
    // system's list, nor can it be taken from there.
    this.#shown.set(roomId, notification)
    notification.on('click', () => {
      this.close(roomId)
      this.#actions.open(roomId, seq)
    })
    notification.on('reply', ({ reply }) => {
      this.close(roomId)
      this.#answer(roomId, reply)
    })
    notification.show()
  }

  /** Takes that of a room away. */
  close(roomId: string): void {
    const notification = this.#shown.get(roomId)
    this.#shown.delete(roomId)
    notification?.close()
  }

  /** Takes all of them away. */
  closeAll(): void {
    for (const roomId of this.#shown.keys()) this.close(roomId)
  }

  /** Goes out as what is written in the window does: kept on disk first, and shown there as on its way. */
  #answer(roomId: string, reply: string): void {
    const parsed = messageBody.safeParse(reply)
    if (!parsed.success) return
    const clientId = randomUUID()
    void this.#actions.outbox.add(clientId, {
      kind: 'send',
      roomId,
      clientId,
      body: parsed.data,
      replyTo: null,
      images: [],
    })
  }
}

const whoIsIn = ({ state }: Session): string | null =>
  state.status === 'signed-in' ? `${state.server} ${state.user.id}` : null
