import type { ElectronApplication } from '@playwright/test'
import type { StandInRecords, SystemCall } from '../electron-standin/records.ts'

/** A notification that the system shows now. */
export interface ShownNotification {
  title: string
  body: string
  hasIcon: boolean
  hasReply: boolean
}

/** What the stand-in's system shows of a program, and what somebody does there. Only the stand-in tells: see its README. */
export class StandInSystem {
  readonly #app: ElectronApplication

  constructor(app: ElectronApplication) {
    this.#app = app
  }

  /** What the app has asked of the system by this of Electron's names. */
  calls(name: string): Promise<SystemCall[]> {
    return this.#app.evaluate((_electron, call) => {
      const { standIn } = globalThis as unknown as { standIn: StandInRecords }
      return standIn.calls.filter((one) => one.call === call)
    }, name)
  }

  notifications(): Promise<ShownNotification[]> {
    return this.#app.evaluate(() => {
      const { standIn } = globalThis as unknown as { standIn: StandInRecords }
      return standIn.notifications.map(({ title, body, icon, hasReply }) => ({
        title,
        body,
        hasIcon: icon !== undefined,
        hasReply,
      }))
    })
  }

  /** Presses the notification with this title. */
  async press(title: string): Promise<void> {
    await this.#app.evaluate((_electron, wanted) => {
      const { standIn } = globalThis as unknown as { standIn: StandInRecords }
      standIn.notifications.find((one) => one.title === wanted)?.emit('click', {})
    }, title)
  }

  /** Answers in the notification with this title. */
  async reply(title: string, reply: string): Promise<void> {
    await this.#app.evaluate(
      (_electron, [wanted, text]) => {
        const { standIn } = globalThis as unknown as { standIn: StandInRecords }
        standIn.notifications.find((one) => one.title === wanted)?.emit('reply', { reply: text })
      },
      [title, reply] as const,
    )
  }

  /** What the tray says, and the labels of its menu; null where there is none. */
  tray(): Promise<{ toolTip: string; labels: string[] } | null> {
    return this.#app.evaluate(() => {
      const { standIn } = globalThis as unknown as { standIn: StandInRecords }
      const [tray] = standIn.trays
      if (!tray) return null
      return { toolTip: tray.toolTip, labels: tray.menu?.items.map(({ label }) => label) ?? [] }
    })
  }

  /** Chooses an entry of the tray's menu, by its id. */
  async chooseInTray(id: string): Promise<void> {
    await this.#app.evaluate((_electron, wanted) => {
      const { standIn } = globalThis as unknown as { standIn: StandInRecords }
      const item = standIn.trays[0]?.menu?.getMenuItemById(wanted)
      if (!item) throw new Error(`The tray's menu has no ${wanted}.`)
      item.click()
    }, id)
  }
}

/** Chooses an entry of the application's menu, by its id, as its accelerator would. */
export async function chooseInMenu(app: ElectronApplication, id: string): Promise<void> {
  await app.evaluate(({ Menu }, wanted) => {
    const item = Menu.getApplicationMenu()?.getMenuItemById(wanted)
    if (!item) throw new Error(`The menu has no ${wanted}.`)
    item.click()
  }, id)
}
