import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Preferences, preferenceChanges } from '../../../desktop/main/preferences.ts'
import { install, remembering } from './installation.ts'
import { temporaryFolder } from './samples.ts'

const ROOM = '00000000-0000-4000-8000-000000000001'

afterEach(() => {
  vi.useRealTimers()
})

async function open(file: string, of: Pick<Awaited<ReturnType<typeof install>>, 'start'>) {
  const { session, logged } = await of.start()
  const preferences = new Preferences({ file, session, log: (message) => logged.push(message) })
  await preferences.open()
  return { preferences, session, logged }
}

describe('the preferences', () => {
  it('begin with defaults, and are kept from start to start', async () => {
    const file = join(await temporaryFolder(), 'preferences.json')
    const installation = await install()
    const { preferences } = await open(file, installation)
    expect(preferences.values).toEqual({
      language: 'system',
      theme: 'system',
      density: 'comfortable',
      textSize: 'normal',
      notifications: { about: 'all', content: true },
      doNotDisturbUntil: null,
      mutedRooms: [],
      closeToTray: false,
      startAtLogin: false,
      updateChannel: 'stable',
      spellcheckLanguages: null,
    })
    const told = vi.fn()
    preferences.on('change', told)
    await preferences.change({ theme: 'dark', notifications: { about: 'direct', content: false } })
    expect(told).toHaveBeenLastCalledWith(preferences.values)

    const again = await open(file, installation)
    expect(again.preferences.values).toMatchObject({
      theme: 'dark',
      density: 'comfortable',
      notifications: { about: 'direct', content: false },
    })
  })

  it('take the default for each value that cannot be used, and keep the others', async () => {
    const file = join(await temporaryFolder(), 'preferences.json')
    await writeFile(
      file,
      JSON.stringify({ theme: 'sepia', density: 'compact', closeToTray: 'yes', later: true }),
    )
    const { preferences } = await open(file, await install())
    expect(preferences.values).toMatchObject({ theme: 'system', density: 'compact', closeToTray: false })
  })

  it('fall back to the defaults where the file is damaged, and say so', async () => {
    const file = join(await temporaryFolder(), 'preferences.json')
    await writeFile(file, '{"theme":')
    const { preferences, logged } = await open(file, await install())
    expect(preferences.values.theme).toBe('system')
    expect(logged).toEqual(['the preferences could not be read; the defaults hold'])
  })

  it('keep muted rooms for each account', async () => {
    const file = join(await temporaryFolder(), 'preferences.json')
    const one = await open(file, await remembering('http://127.0.0.1:1'))
    await one.preferences.change({ mutedRooms: [ROOM, ROOM] })
    expect(one.preferences.values.mutedRooms).toEqual([ROOM])

    const other = await open(file, await remembering('http://127.0.0.1:2'))
    expect(other.preferences.values.mutedRooms).toEqual([])
    const nobody = await open(file, await install())
    await nobody.preferences.change({ mutedRooms: [ROOM] })
    expect(nobody.preferences.values.mutedRooms).toEqual([])
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
      mutedByAccount: expect.any(Object) as object,
    })
  })

  it('tell when being undisturbed ends', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] })
    const file = join(await temporaryFolder(), 'preferences.json')
    const { preferences } = await open(file, await install())
    const until = new Date(Date.now() + 60_000).toISOString()
    await preferences.change({ doNotDisturbUntil: until })
    expect(preferences.values.doNotDisturbUntil).toBe(until)
    const told = vi.fn()
    preferences.on('change', told)
    vi.advanceTimersByTime(60_001)
    expect(told).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ doNotDisturbUntil: null }))
  })
})

describe('what the page may change', () => {
  it.each([
    { theme: 'sepia' },
    { mutedRooms: ['../x'] },
    { spellcheckLanguages: ['../../x'] },
    { doNotDisturbUntil: 'tomorrow' },
    { mutedByAccount: {} },
  ])('does not include %j', (changes) => {
    expect(preferenceChanges.safeParse(changes).success).toBe(false)
  })
})
