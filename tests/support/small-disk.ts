import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A disk of its own that a test can fill. */
export interface SmallDisk {
  readonly folder: string
  /** Leaves not a byte free. */
  fill(): Promise<void>
  /** Frees what was filled. */
  clear(): Promise<void>
  remove(): Promise<void>
}

/** Mounts a disk of so many megabytes, in memory; null, and a line that says why, where that cannot be done: it takes Linux, and root. */
export async function mountSmallDisk(megabytes: number): Promise<SmallDisk | null> {
  const folder = await mkdtemp(join(tmpdir(), 'medallion-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'pipe' })
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    const why = error instanceof Error ? error.message.split('\n').join(' ') : String(error)
    process.stdout.write(`Full disk: not tested here, since no small disk can be mounted (${why})\n`)
    return null
  }
  const ballast = join(folder, 'ballast')
  return {
    folder,
    async fill() {
      const { bavail, bsize } = await statfs(folder)
      // Whoever else writes meanwhile may be quicker: what then does not fit is as good.
      await writeFile(ballast, Buffer.alloc(bavail * bsize)).catch(() => {})
    },
    clear: () => rm(ballast, { force: true }),
    async remove() {
      execFileSync('umount', ['--lazy', folder])
      await rm(folder, { recursive: true, force: true })
    },
  }
}
