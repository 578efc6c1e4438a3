import { de } from '../texts/de.ts'
import { en } from '../texts/en.ts'
import { localeOf, type Language } from '../texts/language.ts'
import type { Texts } from '../texts/texts.ts'
import { createTranslator, type TextKey, type Values } from '../texts/translator.ts'

const catalogues: Record<Language, Texts> = { en, de }

let language: Language = 'en'
let translator = createTranslator(en, localeOf('en'))

/** The language that the program speaks now; English until another was set. */
export const currentLanguage = (): Language => language

/** What dates and times are written by. */
export const currentLocale = (): string => localeOf(language)

/** From now on speaks another language; what is shown already stays as it is. */
export function setLanguage(next: Language): void {
  language = next
  translator = createTranslator(catalogues[next], localeOf(next))
}

/** Says a text by its name, in the language of the moment. */
export const t = <Key extends TextKey>(key: Key, ...values: Values<Key>): string => translator(key, ...values)
