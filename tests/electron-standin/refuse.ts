import { EventEmitter } from 'node:events'

// What JavaScript itself, Node's inspection and Playwright ask of any object.
const ASKED_OF_ANYTHING = new Set([
  'then',
  'toJSON',
  'constructor',
  'prototype',
  'inspect',
  'nodeType',
  '$$typeof',
])

/** Lets through what is offered; asking for anything else throws, naming it: no test can pass on what was never there. */
export function onlyOffered<T extends object>(name: string, offered: T): T {
  return new Proxy(offered, {
    get(target, property, receiver): unknown {
      if (property in target || typeof property === 'symbol' || ASKED_OF_ANYTHING.has(property))
        return Reflect.get(target, property, receiver)
      throw new Error(`stand-in: electron.${name}.${property} is not offered`)
    },
  })
}

/** An emitter whose members are all it offers. Derived classes keep to TypeScript's `private`: `#` fields do not pass a proxy. */
export class Offered extends EventEmitter {
  constructor(name: string) {
    super()
    return onlyOffered(name, this)
  }
}

/** A part of Electron that the stand-in does not have at all. */
export const refused = (name: string): unknown =>
  new Proxy(function notOffered() {}, {
    get(target, property): unknown {
      if (typeof property === 'symbol' || ASKED_OF_ANYTHING.has(property))
        return Reflect.get(target, property)
      throw new Error(`stand-in: electron.${name}.${property} is not offered`)
    },
    construct() {
      throw new Error(`stand-in: new electron.${name} is not offered`)
    },
  })

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
