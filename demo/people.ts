/** The two people of the demo workspace. Their passwords are no secret: the workspace lives on one's own machine. */
export const PEOPLE = {
  ada: { username: 'ada', displayName: 'Ada Lovelace', password: 'analytical engine' },
  grace: { username: 'grace', displayName: 'Grace Hopper', password: 'nanoseconds of wire' },
} as const

/** The demo's group room. */
export const ROOM = 'Engine room'
