import { createElement, Fragment, type ReactNode } from 'react'
import { en } from '../../texts/en.ts'
import { firstLanguage, localeOf, type Language } from '../../texts/language.ts'
import type { Texts } from '../../texts/texts.ts'
import {
  createTranslator,
  type Tags,
  type TextKey,
  type Translator,
  type Values,
} from '../../texts/translator.ts'

/** How each language's texts are had: what the page does not need is not loaded. */
const catalogues: Record<Language, () => Promise<Texts>> = {
  en: async () => en,
  de: async () => (await import('../../texts/de.ts')).de,
}

/** The language of the page, as main has written it there; English where there is no page, as in tests. */
export const language = firstLanguage(typeof document === 'undefined' ? [] : [document.documentElement.lang])

/** What dates, times and numbers are written by. */
export const locale = localeOf(language)

/** Says a text by its name, in the page's language, which holds for as long as the page is there. */
export const t: Translator = createTranslator(await catalogues[language](), locale)

/** A text in which tags are drawn as elements. */
export const rich = <Key extends TextKey>(
  key: Key,
  tags: Tags<ReactNode>,
  ...values: Values<Key>
): ReactNode => createElement(Fragment, null, ...t.parts<ReactNode, Key>(key, tags, ...values))
