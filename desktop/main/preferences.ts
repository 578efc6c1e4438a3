import { EventEmitter } from 'node:events'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { id, time } from '../../api/contract/fields.ts'
import type { Preferences as Values } from '../bridge.ts'
import { LANGUAGES } from '../texts/language.ts'
import { accountKey, type Session } from './session.ts'
import { writeWhole } from './write-whole.ts'

/** The most rooms of one account that can be muted: as many as it can have in a snapshot. */
const MAX_MUTED = 5_000
const MAX_LANGUAGES = 10
/** The longest a timer of Node can wait, in milliseconds. */
const LONGEST_WAIT_MS = 2 ** 31 - 1

const mutedRooms = z.array(id).max(MAX_MUTED)

const fields = {
  language: z.enum(['system', ...LANGUAGES]),
  theme: z.enum(['system', 'light', 'dark']),
  density: z.enum(['comfortable', 'compact']),
  textSize: z.enum(['small', 'normal', 'large', 'larger']),
  notifications: z.object({ about: z.enum(['all', 'direct', 'none']), content: z.boolean() }),
  doNotDisturbUntil: time.nullable(),
  closeToTray: z.boolean(),
  startAtLogin: z.boolean(),
  updateChannel: z.enum(['stable', 'beta']),
  spellcheckLanguages: z
    .array(z.string().regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/))
    .max(MAX_LANGUAGES)
    .nullable(),
}

/** What the page may change, any part of it. */
export const preferenceChanges = z.strictObject({ ...fields, mutedRooms }).partial()
/** Zod writes what is left out as possibly undefined, which JSON never is. */
export type PreferenceChanges = z.output<typeof preferenceChanges>

/** As on disk: each value that cannot be used, of a later version or a careless hand, counts as not set. */
const kept = z.object({
  language: fields.language.catch('system'),
  theme: fields.theme.catch('system'),
  density: fields.density.catch('comfortable'),
  textSize: fields.textSize.catch('normal'),
  notifications: fields.notifications.catch({ about: 'all', content: true }),
  doNotDisturbUntil: fields.doNotDisturbUntil.catch(null),
  closeToTray: fields.closeToTray.catch(false),
  startAtLogin: fields.startAtLogin.catch(false),
  updateChannel: fields.updateChannel.catch('stable'),
  spellcheckLanguages: fields.spellcheckLanguages.catch(null),
  mutedByAccount: z.record(z.string(), mutedRooms).catch({}),
})
type Kept = z.output<typeof kept>

/** What the person chose for this computer, in one file; emits `change` with all of it. Muted rooms are each account's own. */
export class Preferences extends EventEmitter<{ change: [Values] }> {
  readonly #file: string
  readonly #session: Session
  readonly #log: (message: string, error?: unknown) => void
  #kept: Kept = kept.parse({})
  #written: Promise<void> = Promise.resolve()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(options: { file: string; session: Session; log: (message: string, error?: unknown) => void }) {
    super()
    this.#file = options.file
    this.#session = options.session
    this.#log = options.log
  }

  /** Takes up what was chosen, and from now on follows who is signed in. Call it once, before anything else. */
  async open(): Promise<void> {
    const text = await readFile(this.#file, 'utf8').catch(() => '{}')
    try {
      this.#kept = kept.parse(JSON.parse(text))
    } catch (error) {
      this.#log('the preferences could not be read; the defaults hold', error)
    }
    this.#awaitEnd()
    this.#session.on('change', () => this.#tell())
  }

  /** All of them, as they hold now. */
  get values(): Values {
    const { mutedByAccount, doNotDisturbUntil, ...rest } = this.#kept
    const account = accountKey(this.#session)
    return {
      ...rest,
      doNotDisturbUntil: isAhead(doNotDisturbUntil) ? doNotDisturbUntil : null,
      mutedRooms: account === null ? [] : (mutedByAccount[account] ?? []),
    }
  }

  /** Changes those that are given; settles once they are on disk, where the disk takes them. */
  change({ mutedRooms, ...changes }: PreferenceChanges): Promise<void> {
    const account = accountKey(this.#session)
    const { mutedByAccount } = this.#kept
    const muted = mutedRooms === undefined || account === null ? {} : { [account]: [...new Set(mutedRooms)] }
    this.#kept = kept.parse({
      ...this.#kept,
      ...changes,
      mutedByAccount: { ...mutedByAccount, ...muted },
    })
    this.#awaitEnd()
    this.#tell()
    return this.#write()
  }

  /** Settles once everything so far is on disk. */
  settled(): Promise<void> {
    return this.#written
  }

  #tell(): void {
    this.emit('change', this.values)
  }

  /** Tells when being undisturbed ends; whoever asks meanwhile is told right anyway. */
  #awaitEnd(): void {
    clearTimeout(this.#timer)
    const { doNotDisturbUntil } = this.#kept
    if (doNotDisturbUntil === null || !isAhead(doNotDisturbUntil)) return
    const wait = Math.min(Date.parse(doNotDisturbUntil) - Date.now() + 1, LONGEST_WAIT_MS)
    this.#timer = setTimeout(() => {
      this.#awaitEnd()
      this.#tell()
    }, wait).unref()
  }

  /** What fails costs only the memory of it. */
  #write(): Promise<void> {
    this.#written = this.#written
      .then(() => writeWhole(this.#file, JSON.stringify(this.#kept)))
      .catch((error: unknown) => this.#log('the preferences could not be kept', error))
    return this.#written
  }
}

const isAhead = (time: string | null): boolean => time !== null && Date.parse(time) > Date.now()
