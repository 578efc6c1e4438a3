import { EventEmitter } from 'node:events'

// What JavaScript itself, Node's inspection and Playwright ask of any object.
const ASKED_OF_ANYTHING = new Set<string | symbol>([
  'then',
  'toJSON',
  'constructor',
  'prototype',
  'inspect',
  'nodeType',
  '$$typeof',
])

const NAME = Symbol('what Electron calls it')

const isAskedOfAnything = (property: string | symbol): boolean =>
  typeof property === 'symbol' || ASKED_OF_ANYTHING.has(property)

/** The error for a part of Electron that the stand-in does not have; `what` is a path below `electron`. */
export const notOffered = (what: string): Error => new Error(`stand-in: electron.${what} is not offered`)

/** Lets through what is offered; reading or setting anything else throws, naming it: no test can pass on what was never there. */
export function onlyOffered<T extends object>(name: string, offered: T): T {
  return new Proxy(offered, {
    get(target, property, receiver): unknown {
      if (property in target || isAskedOfAnything(property)) return Reflect.get(target, property, receiver)
      throw notOffered(`${name}.${String(property)}`)
    },
    set(target, property, value, receiver) {
      if (property in target || isAskedOfAnything(property))
        return Reflect.set(target, property, value, receiver)
      throw notOffered(`${name}.${String(property)}`)
    },
  })
}

/** The last in the chain of prototypes: it is asked for whatever no class before it has. */
const endOfTheChain = new Proxy(EventEmitter.prototype, {
  get(target, property, receiver: Offered): unknown {
    if (property in target || isAskedOfAnything(property)) return Reflect.get(target, property, receiver)
    throw notOffered(`${receiver[NAME]}.${String(property)}`)
  },
  set(target, property, value, receiver: Offered) {
    if (property in target || isAskedOfAnything(property))
      return Reflect.set(target, property, value, receiver)
    throw notOffered(`${receiver[NAME]}.${String(property)}`)
  },
})

/** An emitter which refuses, by name, every member that its class does not have. */
export class Offered extends EventEmitter {
  readonly [NAME]: string

  constructor(name: string) {
    super()
    this[NAME] = name
  }
}
Object.setPrototypeOf(Offered.prototype, endOfTheChain)

/** A part of Electron that the stand-in does not have at all. */
export const refused = (name: string): unknown =>
  new Proxy(function notOfferedAtAll() {}, {
    get(target, property): unknown {
      if (isAskedOfAnything(property)) return Reflect.get(target, property)
      throw notOffered(`${name}.${String(property)}`)
    },
    set(_target, property) {
      throw notOffered(`${name}.${String(property)}`)
    },
    construct() {
      throw new Error(`stand-in: new electron.${name} is not offered`)
    },
  })

/** Throws at the first option which the stand-in would pass over in silence. */
export function refuseUnknownOptions(name: string, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((option) => !known.includes(option))
  if (unknown !== undefined) throw notOffered(`${name}: the option ${unknown}`)
}
