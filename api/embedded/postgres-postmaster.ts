import { execFile } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { errorCode, readTextFile } from './files.ts'
import type { PostgresCluster } from './postgres-cluster.ts'

const execute = promisify(execFile)

/** A living server of a cluster. It accepts connections once it is `ready`; else it is starting up or shutting down. */
export type Postmaster = { pid: number; port: number; ready: boolean }

/**
 * The server that is running on the cluster, by its postmaster.pid; null if none is. A pid that by now belongs to another program does
 * not count, and its file is removed, since PostgreSQL itself would take it for a running server and refuse to start.
 */
export async function findPostmaster(cluster: PostgresCluster): Promise<Postmaster | null> {
  const path = join(cluster.data, 'postmaster.pid')
  const content = await readTextFile(path)
  if (content === null) return null
  // pid, data folder, start time, port, socket folder, address, shared memory, status: PostgreSQL's miscadmin.h, LOCK_FILE_LINE_*.
  const lines = content.split('\n').map((line) => line.trim())
  const pid = Number(lines[0])
  if (isAlive(pid) && (await isServerOf(pid, cluster.data))) {
    return { pid, port: Number(lines[3]), ready: lines[7] === 'ready' }
  }
  // PostgreSQL removes the file of a dead server by itself, after making sure that none of its children lives on.
  if (isAlive(pid) && (await readTextFile(path)) === content) await rm(path)
  return null
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
}

/** Whether the process is a PostgreSQL server, and (where the system tells) started on this very data folder. */
async function isServerOf(pid: number, data: string): Promise<boolean> {
  const commandLine = await readCommandLine(pid)
  return process.platform === 'win32' ? commandLine.includes('"postgres.exe"') : commandLine.includes(data)
}

async function readCommandLine(pid: number): Promise<string> {
  try {
    if (process.platform === 'linux') return await readFile(`/proc/${pid}/cmdline`, 'utf8')
    const [program, args] =
      process.platform === 'win32'
        ? ['tasklist', ['/FI', `PID eq ${pid}`, '/NH', '/FO', 'CSV']]
        : ['ps', ['-o', 'command=', '-p', String(pid)]]
    return (await execute(program, args)).stdout
  } catch {
    // It has ended meanwhile.
    return ''
  }
}
