import type { en } from './en.ts'

/** Every text in one language: the same keys as in English, no more and no fewer. */
export type Texts = SameKeys<typeof en>

type SameKeys<T> = { readonly [Key in keyof T]: T[Key] extends string ? string : SameKeys<T[Key]> }
