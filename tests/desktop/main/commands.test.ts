import { expect, it } from 'vitest'
import type { Command } from '../../../desktop/bridge.ts'
import { Commands } from '../../../desktop/main/commands.ts'

const settings: Command = { kind: 'settings', section: 'about' }

it('what is wanted while no page listens waits for the next one, the latest of it', () => {
  const told: Command[] = []
  const commands = new Commands((command) => told.push(command))
  for (let number = 0; number < 20; number += 1) commands.give({ kind: 'room', roomId: String(number) })
  commands.give(settings)
  expect(told).toEqual([])
  commands.heard(true)
  expect(told).toHaveLength(10)
  expect(told.at(-1)).toEqual(settings)

  commands.give(settings)
  expect(told).toHaveLength(11)
  commands.heard(false)
  commands.give(settings)
  expect(told).toHaveLength(11)
  commands.heard(true)
  expect(told).toHaveLength(12)
})
