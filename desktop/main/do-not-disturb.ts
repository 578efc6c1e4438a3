import type { MenuItemConstructorOptions } from 'electron'
import type { Preferences } from './preferences.ts'
import { currentLocale, t } from './texts.ts'

const HOUR_MS = 3_600_000
/** When a working day begins, by the computer’s clock. */
const MORNING = 8

/** Eight o’clock of the next day, as the computer’s clock has it. */
export function tomorrowMorning(now: Date): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, MORNING)
}

/** The part of a menu that says whether one is disturbed, and changes it. */
export function doNotDisturbMenu(preferences: Preferences): MenuItemConstructorOptions {
  const until = preferences.values.doNotDisturbUntil
  const rest = (end: Date | null): void =>
    void preferences.change({ doNotDisturbUntil: end?.toISOString() ?? null })
  if (until !== null)
    return {
      id: 'disturb-again',
      label: t('main.rest.until', { when: clock().format(new Date(until)) }),
      type: 'checkbox',
      checked: true,
      click: () => rest(null),
    }
  return {
    label: t('main.rest.title'),
    submenu: [
      { id: 'rest-30-minutes', label: t('main.rest.halfHour'), click: () => rest(inHours(0.5)) },
      { id: 'rest-1-hour', label: t('main.rest.hour'), click: () => rest(inHours(1)) },
      { id: 'rest-4-hours', label: t('main.rest.fourHours'), click: () => rest(inHours(4)) },
      { id: 'rest-tomorrow', label: t('main.rest.tomorrow'), click: () => rest(tomorrowMorning(new Date())) },
    ],
  }
}

const clock = () =>
  new Intl.DateTimeFormat(currentLocale(), { weekday: 'short', hour: 'numeric', minute: '2-digit' })

const inHours = (hours: number): Date => new Date(Date.now() + hours * HOUR_MS)
