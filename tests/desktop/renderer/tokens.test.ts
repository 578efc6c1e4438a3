import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { contrast } from './contrast.ts'

const css = readFileSync(new URL('../../../desktop/renderer/ui/tokens.css', import.meta.url), 'utf8')
const colours = (text: string) =>
  Object.fromEntries(
    [...text.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name = '', colour = '']) => [name, colour]),
  )
const [lightText = '', darkText = ''] = css.split('@media')
const light = colours(lightText)
const themes = { light, dark: { ...light, ...colours(darkText) } }

/** Every colour of text, and the grounds that it stands on. */
const pairs = {
  text: ['ground', 'ground-sunken', 'ground-raised', 'ground-field', 'selected'],
  'text-soft': ['ground', 'ground-sunken', 'ground-raised', 'selected'],
  'text-faint': ['ground', 'ground-sunken', 'ground-raised', 'ground-field'],
  'accent-text': ['ground', 'ground-sunken', 'ground-raised', 'accent-soft'],
  'danger-text': ['ground', 'ground-sunken', 'ground-raised', 'danger-soft'],
  'on-accent': ['accent', 'accent-hover'],
  'on-danger': ['danger', 'danger-hover'],
  new: ['ground'],
}

describe.each(Object.entries(themes))('in the %s theme', (_, theme) => {
  const cases = Object.entries(pairs).flatMap(([text, grounds]) => grounds.map((ground) => [text, ground]))
  it.each(cases)('%s on %s reaches AA contrast', (text = '', ground = '') => {
    expect(contrast(theme[text] ?? '', theme[ground] ?? '')).toBeGreaterThanOrEqual(4.5)
  })
})
