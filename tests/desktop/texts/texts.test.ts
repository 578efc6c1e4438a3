import { parse, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser'
import { describe, expect, it } from 'vitest'
import { de } from '../../../desktop/texts/de.ts'
import { en } from '../../../desktop/texts/en.ts'
import { firstLanguage, localeOf } from '../../../desktop/texts/language.ts'
import { createTranslator } from '../../../desktop/texts/translator.ts'

/** Every text of a catalogue by its name. */
function textsOf(catalogue: object, prefix = ''): Map<string, string> {
  const texts = new Map<string, string>()
  for (const [name, value] of Object.entries(catalogue) as Array<[string, string | object]>)
    if (typeof value === 'string') texts.set(prefix + name, value)
    else for (const [key, text] of textsOf(value, `${prefix}${name}.`)) texts.set(key, text)
  return texts
}

/** The places for values and the tags of a text, each with its kind. */
function placesOf(elements: readonly MessageFormatElement[]): Set<string> {
  const places = new Set<string>()
  for (const element of elements) {
    if (element.type === TYPE.literal || element.type === TYPE.pound) continue
    places.add(`${TYPE[element.type]} ${element.value}`)
    const within =
      element.type === TYPE.tag
        ? [element.children]
        : 'options' in element
          ? Object.values(element.options).map(({ value }) => value)
          : []
    for (const part of within) for (const place of placesOf(part)) places.add(place)
  }
  return places
}

const english = textsOf(en)
const german = textsOf(de)

describe('the catalogue', () => {
  it.each([
    ['English', english],
    ['German', german],
  ])('in %s can be parsed, and has no text that is empty or padded', (_language, texts) => {
    for (const [key, text] of texts) {
      expect(() => parse(text), key).not.toThrow()
      expect(text, key).toMatch(/^\S(.*\S)?$/)
    }
  })

  it('has the same texts with places for the same values in every language', () => {
    expect([...german.keys()].toSorted()).toEqual([...english.keys()].toSorted())
    for (const [key, text] of english)
      expect(placesOf(parse(german.get(key) ?? '')), key).toEqual(placesOf(parse(text)))
  })

  it('sets German as German is set', () => {
    for (const [key, text] of german) {
      expect(text, key).not.toMatch(/[“”]\S|\S…|\.\.\.|["']/)
      expect(text, key).not.toMatch(/\b(Sie haben|Ihr|Ihre|Ihnen)\b/)
    }
  })
})

describe('a translator', () => {
  const t = createTranslator(de, 'de-AT')

  it('fills in values, and chooses between one and many', () => {
    expect(t('chat.composer.typingTwo', { first: 'Ada', second: 'Grace' })).toBe('Ada und Grace schreiben …')
    expect(t('main.unread', { count: 1 })).toBe('eine ungelesene Nachricht')
    expect(t('main.unread', { count: 2 })).toBe('2 ungelesene Nachrichten')
  })

  it('leaves what people have written as it is', () => {
    expect(t('chat.outbox.quoted', { text: '{count} <b>' })).toBe('„{count} <b>“')
  })

  it('gives what a tag encloses to whoever draws it', () => {
    const tags = { b: (enclosed: unknown[]) => ({ bold: enclosed }) }
    expect(t.parts('chat.composer.answering', tags, { name: 'Ada', text: 'Ja' })).toEqual([
      'Antwort an ',
      { bold: ['Ada'] },
      ': Ja',
    ])
  })
})

describe('the language', () => {
  it.each([
    [['de-AT', 'en-GB'], 'de'],
    [['fr-FR', 'de'], 'de'],
    [['en-GB', 'de'], 'en'],
    [['fr-FR'], 'en'],
    [['den'], 'en'],
    [[], 'en'],
  ] as const)('of a system in %j is %s', (tags, language) => {
    expect(firstLanguage(tags)).toBe(language)
  })

  it('has dates as the system has them only where that is the same language', () => {
    const system = new Intl.DateTimeFormat().resolvedOptions().locale
    expect(localeOf('en')).toBe(system.startsWith('en') ? system : 'en')
    expect(localeOf('de')).toBe(system.startsWith('de') ? system : 'de')
  })
})
