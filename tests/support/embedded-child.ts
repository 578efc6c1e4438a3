import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** A child process that has said its first line, and a way to kill it at once (SIGKILL), as a power cut would. */
export type EmbeddedChild = { firstLine: string; kill(): Promise<void> }

/** Runs a script of tests/support with an argument; returns when it has printed a line. Throws what it complained of if it ends before. */
export async function startChild(script: string, argument: string): Promise<EmbeddedChild> {
  const path = fileURLToPath(new URL(script, import.meta.url))
  // `tsx` as a loader, not as a command: the command would be one process more between us and the one to kill.
  const child = spawn(process.execPath, ['--import', 'tsx', path, argument], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let complaint = ''
  child.stderr.on('data', (text: Buffer) => (complaint += text.toString()))
  const firstLine = await Promise.race([
    readLine(child.stdout),
    once(child, 'exit').then(() => Promise.reject(new Error(`${script} ended: ${complaint}`))),
  ])
  return { firstLine, kill: () => kill(child) }
}

async function readLine(stream: NodeJS.ReadableStream): Promise<string> {
  let text = ''
  return await new Promise((resolve) => {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const [line, rest] = text.split('\n')
      if (rest !== undefined && line !== undefined) resolve(line)
    })
  })
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}
