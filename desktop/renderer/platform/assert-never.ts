/** The end of an exhaustive switch: a new case does not compile until it is handled. */
export function assertNever(value: never): never {
  throw new TypeError(`Unhandled: ${JSON.stringify(value)}`)
}
