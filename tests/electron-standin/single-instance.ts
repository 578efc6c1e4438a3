import { mkdirSync, readFileSync, renameSync, rmSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from './is-alive.ts'

/** What a second instance tells the first. */
export interface SecondInstance {
  argv: string[]
  workingDirectory: string
  additionalData: unknown
}

/** Gives back the lock that this app has. */
let release = (): void => {}

/**
 * Takes the lock of an app's data folder and calls `heard` for every instance that comes after; or, when another has it,
 * tells that one and returns false. All of it at once, as in Electron: so a message is a file, which the first one watches for.
 */
export function claimSingleInstance(
  userData: string,
  message: SecondInstance,
  heard: (message: SecondInstance) => void,
): boolean {
  const folder = join(userData, 'standin-instances')
  const lock = join(folder, 'lock')
  mkdirSync(folder, { recursive: true })
  if (!takeLock(lock)) {
    const draft = join(folder, `${process.pid}.draft`)
    writeFileSync(draft, JSON.stringify(message))
    renameSync(draft, join(folder, `${process.pid}.json`))
    return false
  }
  const watcher = watch(folder, (_event, name) => {
    if (name?.endsWith('.json') !== true) return
    const file = join(folder, name)
    const text = readAndRemove(file)
    if (text !== null) heard(JSON.parse(text) as SecondInstance)
  })
  watcher.unref()
  release = () => {
    watcher.close()
    rmSync(lock, { force: true })
    release = () => {}
  }
  process.once('exit', () => release())
  return true
}

/** Lets go of the lock, where this app has it: the next to ask for it gets it. */
export function releaseSingleInstance(): void {
  release()
}

/** A lock holds its owner's process; one whose owner has gone is nobody's. */
function takeLock(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch {
    if (isAlive(Number(readFileSync(lock, 'utf8')))) return false
    rmSync(lock, { force: true })
    return takeLock(lock)
  }
}

/** The watcher may tell twice of one file. */
function readAndRemove(file: string): string | null {
  try {
    const text = readFileSync(file, 'utf8')
    rmSync(file)
    return text
  } catch {
    return null
  }
}
