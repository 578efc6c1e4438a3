import { randomUUID } from 'node:crypto'
import { access, chown, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/** The code of a Node system error (`ENOENT`, `EACCES`, …), or undefined for anything else. */
export function errorCode(error: unknown): string | undefined {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return undefined
}

/** Whether a file or folder is there and this process may see it. */
export async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}

/** The text of a file, or null where there is none. Other failures (no permission, a folder) are thrown. */
export async function readTextFile(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  }
}

/**
 * Writes a file that one account alone may read (0600), whole or not at all, and on the disk when it returns. It belongs to
 * `owner`, or to whoever runs this process.
 */
export async function writePrivateFile(
  path: string,
  content: string,
  owner: { uid: number; gid: number } | null = null,
): Promise<void> {
  const draft = `${path}.${randomUUID()}`
  try {
    await writeDurably(draft, [content])
    if (owner !== null) await chown(draft, owner.uid, owner.gid)
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
  await syncFolder(dirname(path))
}

/** Creates a file (0600) from its parts and returns once they are on the disk. Throws `EEXIST` if it is there. */
export async function writeDurably(path: string, parts: readonly (string | Uint8Array)[]): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    for (const part of parts) await file.writeFile(part)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Makes the names of a folder (after a rename, a link or a removal) survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder; NTFS journals its names by itself.
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
