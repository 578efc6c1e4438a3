import { t } from '../platform/texts.ts'

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
  { label: t('settings.restTimes.halfHour'), until: inMinutes(30) },
  { label: t('settings.restTimes.hour'), until: inMinutes(60) },
  { label: t('settings.restTimes.fourHours'), until: inMinutes(240) },
  { label: t('settings.restTimes.tomorrow'), until: tomorrowMorning },
]
