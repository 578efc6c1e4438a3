import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'

/** The memory of the window's process, on Linux; elsewhere nothing of it can be told. */
export interface RendererMemory {
  /** Forgets the greatest so far and tells what is held now, in bytes. */
  restart(): number
  /** The most that was held since, in bytes. */
  peak(): number
}

/** Finds the one process among `pid`'s descendants that draws pages; null on systems other than Linux. */
export function rendererMemory(pid: number): RendererMemory | null {
  if (process.platform !== 'linux') return null
  const renderer = descendants(pid).find((args) => args.command.includes('--type=renderer'))
  if (renderer === undefined) throw new Error(`No process of ${pid} draws pages.`)
  const read = (field: string) => {
    const status = readFileSync(`/proc/${renderer.pid}/status`, 'utf8')
    return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? Number.NaN) * 1024
  }
  return {
    restart() {
      // The kernel's word for: forget the greatest size.
      writeFileSync(`/proc/${renderer.pid}/clear_refs`, '5')
      return read('VmRSS')
    },
    peak: () => read('VmHWM'),
  }
}

interface Running {
  pid: number
  parent: number
  command: string
}

function descendants(pid: number): Running[] {
  const all = execFileSync('ps', ['-e', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((match) => match !== null)
    .map(([, id, parent, command = '']): Running => ({ pid: Number(id), parent: Number(parent), command }))
  const found: Running[] = []
  for (const ancestors = new Set([pid]); ;) {
    const children = all.filter((one) => ancestors.has(one.parent) && !ancestors.has(one.pid))
    if (children.length === 0) return found
    for (const child of children) ancestors.add(child.pid)
    found.push(...children)
  }
}
