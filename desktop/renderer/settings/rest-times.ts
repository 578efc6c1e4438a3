const MINUTE_MS = 60_000
/** When a working day begins, by the computer’s clock. */
const MORNING = 8

const inMinutes = (minutes: number) => () => new Date(Date.now() + minutes * MINUTE_MS)

function tomorrowMorning(): Date {
  const now = new Date()
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, MORNING)
}

/** For how long one can be left undisturbed, counted from when it is asked. The tray offers the same. */
export const REST_TIMES: ReadonlyArray<{ label: string; until: () => Date }> = [
  { label: 'For 30 minutes', until: inMinutes(30) },
  { label: 'For an hour', until: inMinutes(60) },
  { label: 'For 4 hours', until: inMinutes(240) },
  { label: 'Until tomorrow', until: tomorrowMorning },
]
