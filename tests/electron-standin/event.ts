/** An event as Electron hands it over: what listeners may prevent. */
export interface StandInEvent {
  defaultPrevented: boolean
  preventDefault(): void
}

/** Creates an event with further members. */
export function createEvent<T extends object>(members: T = {} as T): StandInEvent & T {
  const event = {
    defaultPrevented: false,
    preventDefault() {
      event.defaultPrevented = true
    },
    ...members,
  }
  return event
}
