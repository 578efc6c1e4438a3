import { useSyncExternalStore } from 'react'
import { locale, t } from './texts.ts'

const time = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' })
const weekday = new Intl.DateTimeFormat(locale, { weekday: 'long' })
const shortDate = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' })
const longDate = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' })
const dateWithYear = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric' })
const full = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short' })

const twoDigits = (part: number) => String(part).padStart(2, '0')
const midnight = (of: Date) => Date.UTC(of.getFullYear(), of.getMonth(), of.getDate())

/** The local calendar day of a time, as a key that sorts and compares. */
export function dayKey(date: Date): string {
  return `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`
}

/** How many midnights lie between two times, as the calendar counts: 0 the same day, 1 the day before `now`. */
export function daysAgo(date: Date, now: Date): number {
  return Math.round((midnight(now) - midnight(date)) / 86_400_000)
}

/** The hour and minute, in the way of the system, or of the texts' language where that is another. */
export const timeOfDay = (date: Date): string => time.format(date)

/** Day and time in full, for whoever wants it exactly. */
export const fullTime = (date: Date): string => full.format(date)

/** What a separator between days says: Today, Yesterday or the date. */
export function dayName(date: Date, now: Date): string {
  const ago = daysAgo(date, now)
  if (ago === 0) return t('ui.today')
  if (ago === 1) return t('ui.yesterday')
  return date.getFullYear() === now.getFullYear() ? longDate.format(date) : dateWithYear.format(date)
}

/** The shortest telling form for a list: the time today, the weekday within a week, else the date. */
export function shortWhen(date: Date, now: Date): string {
  const ago = daysAgo(date, now)
  if (ago <= 0) return time.format(date)
  if (ago === 1) return t('ui.yesterday')
  if (ago < 7) return weekday.format(date)
  return date.getFullYear() === now.getFullYear() ? shortDate.format(date) : dateWithYear.format(date)
}

function onMidnight(listener: () => void): () => void {
  // Looked at every half minute: a timer set for midnight is late by however long the computer slept.
  const timer = setInterval(listener, 30_000)
  return () => clearInterval(timer)
}

let today = new Date()

function currentDay(): Date {
  const now = new Date()
  if (dayKey(now) !== dayKey(today)) today = now
  return today
}

/** Some time of the present day; whoever uses it is drawn anew after midnight. */
export const useToday = (): Date => useSyncExternalStore(onMidnight, currentDay)
