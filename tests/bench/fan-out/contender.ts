import { fork, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Answer, Order } from './load.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const ROOT = here('../../..')
const NODE = [process.execPath, '--expose-gc', '--import', 'tsx']

/** A server that takes part: how to start it, and how to join it. */
export interface Contestant {
  name: string
  command: string[]
  /** Where it takes WebSockets. */
  path: string
  /** How many text frames it sends before events. */
  greetings: number
  /** What it wants to be told first, if anything. */
  first: string | null
}

/** What Medallion is called here. */
export const MEDALLION = 'Medallion'

/** Medallion itself, over a migrated database, with a heartbeat every `heartbeatMs`: an hour unless said, so that none falls into the measuring. */
export const medallion = (databaseUrl: string, heartbeatMs = 3_600_000): Contestant => ({
  name: MEDALLION,
  command: [...NODE, here('medallion-server.ts'), databaseUrl, String(heartbeatMs)],
  path: '/ws',
  greetings: 1,
  first: null,
})

/** ws, the library below Medallion's sockets and socket.io's, as its manual broadcasts. */
export const plainWs: Contestant = {
  name: 'ws',
  command: [...NODE, here('ws-server.ts')],
  path: '/ws',
  greetings: 1,
  first: null,
}

/** socket.io with the WebSocket transport alone: its two greetings are those of its two layers. */
export const socketIo: Contestant = {
  name: 'socket.io',
  command: [...NODE, here('../peers/socket-io-server.ts')],
  path: '/socket.io/?EIO=4&transport=websocket',
  greetings: 2,
  first: '40',
}

/** Bun's own WebSocket server. */
export const bun: Contestant = {
  name: 'Bun',
  command: [here('../peers/node_modules/bun/bin/bun.exe'), here('../peers/bun-server.ts')],
  path: '/ws',
  greetings: 1,
  first: null,
}

/** What something took, as the load client saw it. */
export type Took = Exclude<Answer, { error: string }>

/** A server and a load client, each a process of its own, with sockets between them. */
export interface Contender {
  readonly name: string
  /** What the server's memory grew by for each socket, in bytes. */
  readonly bytesPerSocket: number
  /**
   * Tells `count` events, `perTurn` in each turn of the server's event loop, through the log if so `through` says. Resolves with the time
   * until the last socket has heard the last event, and how much of that the load client was computing, in milliseconds.
   */
  publish(burst: { count: number; perTurn: number; through?: 'log' }): Promise<Took>
  /** How long the server has been computing since it began, in milliseconds. */
  cpuMs(): Promise<number>
  /** Connects one more socket with this query in its address, and resolves once it has heard so many text frames. */
  join(query: string, texts: number): Promise<Took>
  /** Waits until every socket has been pinged, and has answered. */
  heartbeat(): Promise<Took>
  stop(): Promise<void>
}

/** Starts a contestant and connects `size` sockets to it. */
export async function enter(contestant: Contestant, size: number): Promise<Contender> {
  let sockets = size
  const { name, command, path, greetings, first } = contestant
  const [program = '', ...options] = command
  const server = spawn(program, options, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] })
  const load = fork(here('load.ts'), { cwd: ROOT, execArgv: ['--import', 'tsx'] })
  const stop = async (): Promise<void> => {
    await Promise.all([end(load), end(server)])
  }
  try {
    const port = await listening(name, server)
    const get = async (what: string): Promise<number> =>
      Number(await (await fetch(`http://127.0.0.1:${port}/${what}`)).text())
    const connect = (count: number) => ask(load, { do: 'connect', port, path, count, greetings, first })
    // The first half also fills what all sockets share.
    await connect(sockets / 2)
    const half = await get('memory')
    await connect(sockets)
    const full = await get('memory')
    return {
      name,
      bytesPerSocket: (full - half) / (sockets / 2),
      publish({ count, perTurn, through }) {
        const where = `/publish?count=${count}&perTurn=${perTurn}${through === undefined ? '' : `&through=${through}`}`
        return ask(load, { do: 'publish', path: where, events: count })
      },
      cpuMs: () => get('cpu'),
      join(query, texts) {
        sockets += 1
        return ask(load, { do: 'connect', port, path: path + query, count: sockets, greetings: texts, first })
      },
      heartbeat: () => ask(load, { do: 'wait', pings: 1 }),
      stop,
    }
  } catch (error) {
    await stop()
    throw new Error(`${name} could not take part: ${String(error)}`, { cause: error })
  }
}

async function listening(name: string, server: ChildProcess): Promise<number> {
  const { stdout } = server
  if (stdout === null) throw new Error('The server was started without its output.')
  const failed = new Promise<never>((_, reject) => {
    server.once('error', reject)
    server.once('exit', (code) => reject(new Error(`${name}'s server ended with ${code}.`)))
  })
  const line = once(createInterface({ input: stdout }), 'line') as Promise<[string]>
  const [said] = await Promise.race([line, failed])
  failed.catch(() => {})
  return Number(/\d+$/.exec(said)?.[0])
}

async function ask(load: ChildProcess, order: Order): Promise<Took> {
  load.send(order)
  const [answer] = (await once(load, 'message')) as [Answer]
  if ('error' in answer) throw new Error(answer.error)
  return answer
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}
