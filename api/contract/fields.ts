import { z } from 'zod'

// PostgreSQL's text cannot hold NUL, and the other control characters only disturb whoever reads a name.
// oxlint-disable-next-line no-control-regex -- control characters are exactly what this looks for
const CONTROL = /[\u0000-\u001f\u007f]/
// oxlint-disable-next-line no-control-regex -- as above; tab, line feed and carriage return belong to a message
const CONTROL_IN_TEXT = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/

// Half of a character: UTF-8, and so PostgreSQL, cannot hold it.
const HALF = /\p{Surrogate}/u

/** An id of anything stored: a UUID, in lower case once parsed, since ids are compared as text. */
export const id = z.uuid().toLowerCase()

/** A point in time, ISO 8601 in UTC. */
export const time = z.iso.datetime()

/** A name or search as somebody typed it, up to `max` characters, perhaps empty, without control characters. */
export const typed = (max: number) =>
  z
    .string()
    .max(max)
    .refine((text) => !CONTROL.test(text), 'must not contain control characters')
    .refine((text) => !HALF.test(text), 'must not contain half of a character (a lone surrogate)')

/** One line of text, trimmed, of 1 to `max` characters, without control characters. */
export const line = (max: number) => typed(max).trim().min(1)

/** Text of several lines, of up to `max` characters, perhaps empty, kept as it was typed. */
export const perhapsText = (max: number) =>
  z
    .string()
    .max(max)
    .refine((value) => !CONTROL_IN_TEXT.test(value), 'must not contain control characters')
    .refine((value) => !HALF.test(value), 'must not contain half of a character (a lone surrogate)')

/** As above, of 1 to `max` characters, not blank. */
export const text = (max: number) =>
  perhapsText(max).refine((value) => value.trim() !== '', 'must not be empty')

/** A whole number that may come as a number or, in a query, as its digits. */
export const integer = (min: number, max: number) =>
  z
    .union([
      z.number(),
      z
        .string()
        .regex(/^\d{1,12}$/, 'must be a whole number')
        .transform(Number),
    ])
    .pipe(z.number().int().min(min).max(max))

/** The greatest `seq` a room can reach: PostgreSQL's integer. */
export const MAX_SEQ = 2_147_483_647
