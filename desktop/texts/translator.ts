import type { GetICUArgs } from '@schummar/icu-type-parser'
import { IntlMessageFormat } from 'intl-messageformat'
import type { en } from './en.ts'
import type { Texts } from './texts.ts'

/** The name of a text: the way to it in the catalogue, joined by dots. */
export type TextKey = KeyIn<typeof en>

type KeyIn<T> = {
  [Key in keyof T & string]: T[Key] extends string ? Key : `${Key}.${KeyIn<T[Key]>}`
}[keyof T & string]

type At<T, Key extends string> = Key extends `${infer Head}.${infer Rest}`
  ? Head extends keyof T
    ? At<T[Head], Rest>
    : never
  : Key extends keyof T
    ? T[Key]
    : never

/** The values that a text of this name has places for, as its English words tell. */
type TextValues<Key extends TextKey> = GetICUArgs<
  Extract<At<typeof en, Key>, string>,
  { ICUArgument: string; ICUNumberArgument: number; ICUDateArgument: Date }
>

/** The same as an argument, left out where there are none. */
export type Values<Key extends TextKey> = keyof TextValues<Key> extends never ? [] : [values: TextValues<Key>]

/** How a tag of a text is drawn around what it encloses. */
export type Tags<T> = Record<string, (enclosed: Array<string | T>) => T>

/** Says a text by its name. */
export interface Translator {
  <Key extends TextKey>(key: Key, ...values: Values<Key>): string
  /** The same in parts, where tags in the text draw what they enclose. */
  parts<T, Key extends TextKey>(key: Key, tags: Tags<T>, ...values: Values<Key>): Array<string | T>
}

/** A translator for one language: `locale` writes its numbers, and chooses between one and many. */
export function createTranslator(texts: Texts, locale: string): Translator {
  const formats = new Map<string, IntlMessageFormat>()
  const formatOf = (key: string): IntlMessageFormat => {
    const known = formats.get(key) ?? new IntlMessageFormat(textAt(texts, key), locale)
    formats.set(key, known)
    return known
  }
  const translate = (key: string, values?: Record<string, string>): string =>
    String(formatOf(key).format(values))
  const parts = <T>(key: string, tags: Tags<T>, values?: object): Array<string | T> =>
    [formatOf(key).format<T>({ ...values, ...tags })].flat() as Array<string | T>
  return Object.assign(translate, { parts }) as Translator
}

function textAt(texts: object, key: string): string {
  let at: unknown = texts
  for (const step of key.split('.')) at = (at as Record<string, unknown>)[step]
  return at as string
}
