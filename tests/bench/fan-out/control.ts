/** How a server tells its events: to all sockets, `perTurn` of them in each turn of its event loop, until it is `count`. */
export interface Burst {
  count: number
  perTurn: number
}

/**
 * Answers the benchmark's own requests, the same in every server: `/cpu`, the computing time of the process since it began, in
 * milliseconds; `/memory`, what is resident once the garbage is collected, in bytes; and `/publish?count=&perTurn=`, which `publish`
 * carries out. Null for any other address.
 */
export function control(url: string, publish: (burst: Burst, url: string) => void): string | null {
  const [path, query] = url.split('?', 2)
  if (path === '/cpu') return String(cpuMs())
  if (path === '/memory') return String(residentBytes())
  if (path !== '/publish') return null
  const parameters = new URLSearchParams(query)
  const burst = { count: Number(parameters.get('count')), perTurn: Number(parameters.get('perTurn')) }
  publish(burst, url)
  return ''
}

/** Calls `tell` for each event of a burst, numbered from 0. */
export function tellBurst({ count, perTurn }: Burst, tell: (n: number) => void): void {
  let told = 0
  const turn = (): void => {
    for (const end = Math.min(count, told + perTurn); told < end; told += 1) tell(told)
    if (told < count) setImmediate(turn)
  }
  turn()
}

/** Says where the server listens; its parent waits for that. */
export function announce(port: number | undefined): void {
  process.stdout.write(`listening on ${port}\n`)
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

function residentBytes(): number {
  // Thoroughly: pages that are only half in use would count as memory of the sockets.
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })
  return process.memoryUsage.rss()
}
