import type { Notification } from './notification.ts'
import type { Tray } from './tray.ts'

/** Something that the app asked of the system and that has no effect without one. */
export interface SystemCall {
  /** Electron's name for it, like `shell.openExternal`. */
  call: string
  /** Its arguments, as plain data. */
  args: unknown[]
}

/** What a test finds in main as `globalThis.standIn`: there is no other way to see it without a screen. */
export interface StandInRecords {
  calls: SystemCall[]
  /** Those that are shown now; a test emits `click` on one. */
  notifications: Notification[]
  /** Those that are in the tray now; a test emits `click` on one, or clicks an item of its menu. */
  trays: Tray[]
}

/** Everything recorded since the app started. */
export const records: StandInRecords = { calls: [], notifications: [], trays: [] }
Object.assign(globalThis, { standIn: records })

/** Records a call; what is not plain data is kept as its class's name. */
export function record(call: string, ...args: unknown[]): void {
  records.calls.push({ call, args: args.map(describe) })
}

function describe(argument: unknown): unknown {
  if (typeof argument !== 'object' || argument === null) return argument
  const prototype: unknown = Object.getPrototypeOf(argument)
  const plain = prototype === Object.prototype || prototype === null || Array.isArray(argument)
  return plain ? (JSON.parse(JSON.stringify(argument)) as unknown) : argument.constructor.name
}
