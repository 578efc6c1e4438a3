/** The languages that the texts are in, the one that stands in for all others first. */
export const LANGUAGES = ['en', 'de'] as const

/** A language that the texts are in, as a BCP 47 tag. */
export type Language = (typeof LANGUAGES)[number]

/** Each language by its own name, for whoever looks for theirs. */
export const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', de: 'Deutsch' }

/** The first of some BCP 47 tags, the best first, that there are texts for, whatever the country; English where there is none. */
export function firstLanguage(tags: readonly string[]): Language {
  for (const tag of tags) {
    const known = LANGUAGES.find((language) => language === languageOf(tag))
    if (known !== undefined) return known
  }
  return LANGUAGES[0]
}

/**
 * How dates, times and numbers are written beside texts of this language: as the system has it, in its country's way, where that is the
 * same language; else as the language has it, so that no sentence is half in another.
 */
export function localeOf(language: Language): string {
  const system = new Intl.DateTimeFormat().resolvedOptions().locale
  return languageOf(system) === language ? system : language
}

const languageOf = (tag: string): string => tag.toLowerCase().split(/[-_]/, 1)[0] ?? ''
