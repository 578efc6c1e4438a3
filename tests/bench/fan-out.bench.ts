import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startEmbeddedPostgres } from '../../api/embedded/postgres.ts'
import { migrate } from '../../api/platform/db.ts'
import { createLog } from '../../api/platform/log.ts'
import {
  bun,
  enter,
  MEDALLION,
  medallion,
  plainWs,
  socketIo,
  type Contender,
  type Contestant,
} from './fan-out/contender.ts'
import { EVENT_BYTES } from './fan-out/event.ts'
import type { Benchmark, Measurement } from './measure.ts'

const SIZES = [100, 1_000, 5_000]
const ROUNDS = 5
/** How many lone events a round has. */
const LONE = 20
/** How many deliveries a burst comes to. */
const DELIVERIES = 500_000
/** A change at a time, and as many as one look into the log brings under load. */
const PER_TURN = [1, 50]
const LONE_EVENT = 'lone event, until the last has it'
const burstOf = (perTurn: number): string => `burst, ${perTurn} a turn`

/** One event to everyone: until the last of so many sockets has it, and how many deliveries a second a burst comes to. */
export const benchmark: Benchmark = {
  title: `An event of ${EVENT_BYTES} bytes to all sockets, each server and its load client a process of its own; yardstick: Bun's WebSocket server`,
  async run() {
    const dataDir = await mkdtemp(join(tmpdir(), 'medallion-bench-'))
    const database = await startEmbeddedPostgres({ dataDir, log: () => {} })
    try {
      await migrate(database.url, createLog('warn'))
      const contestants = [medallion(database.url), plainWs, ...(await installPeers())]
      const measurements: Measurement[] = []
      for (const sockets of SIZES) measurements.push(...(await compete(contestants, sockets)))
      return measurements
    } finally {
      await database.stop()
      await rm(dataDir, { recursive: true, force: true })
    }
  },
}

/** The others are 100 MB that nobody else needs: they are installed here, once, and not with the project. */
async function installPeers(): Promise<Contestant[]> {
  const folder = join(import.meta.dirname, 'peers')
  if (!existsSync(join(folder, 'node_modules'))) {
    process.stdout.write('Installing socket.io and Bun to compare with (once).\n')
    try {
      await promisify(execFile)('npm', ['ci', '--prefix', folder, '--no-audit', '--no-fund'], {
        shell: process.platform === 'win32',
      })
    } catch (error) {
      process.stdout.write(`They could not be installed, so they do not take part: ${String(error)}\n`)
      return []
    }
  }
  return [socketIo, bun]
}

async function compete(contestants: Contestant[], sockets: number): Promise<Measurement[]> {
  const contenders: Contender[] = []
  try {
    for (const contestant of contestants) contenders.push(await enter(contestant, sockets))
    const results = new Results(sockets)
    // Fewer are lost in what the process itself gains and loses.
    if (sockets === Math.max(...SIZES))
      for (const { name, bytesPerSocket } of contenders)
        results.note('memory per socket', 'kB', name, bytesPerSocket / 1_000)
    // In turns, so that whatever else the machine does falls on all alike; the first round only warms them up.
    for (let round = -1; round < ROUNDS; round += 1)
      for (const contender of contenders)
        await takeTurn(contender, round < 0 ? new Results(sockets) : results)
    return results.measurements()
  } finally {
    for (const contender of contenders) await contender.stop()
  }
}

async function takeTurn(contender: Contender, results: Results): Promise<void> {
  const { name } = contender
  for (let n = 0; n < LONE; n += 1) {
    const { ms } = await contender.publish({ count: 1, perTurn: 1 })
    results.note(LONE_EVENT, 'ms', name, ms)
  }
  const count = DELIVERIES / results.sockets
  for (const perTurn of PER_TURN) {
    const before = await contender.cpuMs()
    const { ms, cpuMs } = await contender.publish({ count, perTurn })
    const serverCpuMs = (await contender.cpuMs()) - before
    const burst = burstOf(perTurn)
    results.note(burst, 'deliveries/ms', name, DELIVERIES / ms)
    results.note(`${burst}: computing`, 'µs/delivery', name, (serverCpuMs * 1_000) / DELIVERIES)
    results.note(`${burst}: load client busy`, '%', name, (cpuMs / ms) * 100)
  }
  if (name === MEDALLION) await takeLoggedTurn(contender, results)
}

/** The way of every change, which the others have nothing like: each event is committed first. */
async function takeLoggedTurn(contender: Contender, results: Results): Promise<void> {
  const through = 'log'
  const name = `${contender.name}, by its log`
  for (let n = 0; n < LONE; n += 1) {
    const { ms } = await contender.publish({ count: 1, perTurn: 1, through })
    results.note(LONE_EVENT, 'ms', name, ms)
  }
  const count = Math.min(DELIVERIES / results.sockets, 500)
  const { ms } = await contender.publish({ count, perTurn: 1, through })
  results.note(burstOf(1), 'deliveries/ms', name, (count * results.sockets) / ms)
}

/** What was measured at one number of sockets, by what it is and who did it. */
class Results {
  readonly sockets: number
  readonly #groups = new Map<string, { unit: string; samples: Map<string, number[]> }>()

  constructor(sockets: number) {
    this.sockets = sockets
  }

  note(what: string, unit: string, name: string, sample: number): void {
    const group = this.#groups.get(what) ?? { unit, samples: new Map<string, number[]>() }
    this.#groups.set(what, group)
    group.samples.set(name, [...(group.samples.get(name) ?? []), sample])
  }

  /** Each group ends with Bun's, which its others are compared to. */
  measurements(): Measurement[] {
    return [...this.#groups].flatMap(([what, { unit, samples }]) =>
      [...samples]
        .toSorted(([a], [b]) => Number(a === bun.name) - Number(b === bun.name))
        .map(([name, values]) => ({
          what: `${this.sockets} sockets: ${what}: ${name}`,
          unit,
          samples: values,
          ...(name === bun.name ? { yardstick: true as const } : {}),
        })),
    )
  }
}
