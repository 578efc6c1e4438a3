import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Client as PgClient } from 'pg'
import { chatEndpoints, type Room } from '../../api/contract/chat.ts'
import { startEmbeddedPostgres } from '../../api/embedded/postgres.ts'
import { register, say, type Member } from '../e2e/fixtures.ts'
import { startApi } from '../support/api-process.ts'
import { launchDesktop, type Desktop } from '../support/launch-desktop.ts'
import { bundleSizes } from './desktop/bundle-sizes.ts'
import { frameRows, recordFrames } from './desktop/frames.ts'
import type { Benchmark, Measurement } from './measure.ts'
import { rendererMemory } from './render/renderer-memory.ts'

const STARTS = 5
/** Messages of a lively hour: ten a minute. */
const HOUR = 600
const HISTORY = 100_000
/** How long is scrolled upwards at a go, in frames: a minute's hard work of a finger on a wheel. */
const SCROLLS = 1_500
/** Pixels of one such frame: some 45 windows a second. */
const WHEEL = -540

interface World {
  folder: string
  url: string
  database: PgClient
  ada: Member
  grace: Member
  room: Room
}

/** How the built desktop starts, what it takes, and how it scrolls. */
export const benchmark: Benchmark = {
  title:
    'The built desktop: its bundles; from launch to the sidebar painted; the memory of main and page; ' +
    `scrolling upwards through a room of ${HISTORY.toLocaleString('en')} messages`,
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'medallion-bench-'))
    const database = await startEmbeddedPostgres({ dataDir: join(folder, 'database'), log: () => {} })
    const client = new PgClient({ connectionString: database.url })
    const api = await startApi(join(folder, 'api'), { DATABASE_URL: database.url })
    try {
      await client.connect()
      const ada = await register(api.url, 'Ada Lovelace')
      const grace = await register(api.url, 'Grace Hopper')
      const { room } = await ada.client.ok(chatEndpoints.createRoom, {
        name: 'The long room',
        memberIds: [grace.user.id],
      })
      const world = { folder, url: api.url, database: client, ada, grace, room }
      await fillRoom(world)
      return [
        ...bundles(),
        ...(await measureStarts(world)),
        ...(await measureMemory(world)),
        ...(await measureScrolling(world)),
      ]
    } finally {
      await client.end()
      await api.stop()
      await database.stop()
      await rm(folder, { recursive: true, force: true })
    }
  },
}

/** Writes the room's history, as two people would have said it: of different lengths, in turns, a minute apart. */
async function fillRoom({ database, ada, grace, room }: World): Promise<void> {
  await database.query(
    `insert into messages (id, room_id, seq, sender_id, client_id, body, created_at)
     select gen_random_uuid(), $1, n, case when n % 5 < 3 then $2::uuid else $3::uuid end, gen_random_uuid(),
       case when n % 7 = 0 then '**' || n || '** ' || repeat('The engine weaves algebraical patterns. ', n % 11)
            else 'Message ' || n || repeat(' and some more words', n % 5) end,
       now() - ($4 - n) * interval '1 minute'
     from generate_series(1, $4::int) as n`,
    [room.id, ada.user.id, grace.user.id, HISTORY],
  )
  await database.query('update rooms set last_seq = $2 where id = $1', [room.id, HISTORY])
  await database.query('update room_members set last_read_seq = $2 where room_id = $1', [room.id, HISTORY])
}

function bundles(): Measurement[] {
  const { main, preload, firstLoad, lazy } = bundleSizes(resolve('out'))
  const row = (what: string, bytes: number): Measurement => ({ what, unit: 'kB', samples: [bytes / 1_000] })
  return [
    row('bundle: main', main),
    row('bundle: preload', preload),
    row('bundle: the page’s first load', firstLoad),
    ...lazy.map(({ name, bytes }) => row(`bundle, when needed: ${name}`, bytes)),
  ]
}

async function measureStarts({ folder, url, ada, room }: World): Promise<Measurement[]> {
  const fresh: number[] = []
  const known: number[] = []
  for (let n = 0; n < STARTS; n += 1) {
    const userData = join(folder, `start-${n}`)
    const start = Date.now()
    const desktop = await launchDesktop({ userData, session: { server: url, token: ada.token } })
    fresh.push((await sidebarPainted(desktop)) - start)
    await desktop.sidebar.open(room.name ?? '')
    // What is kept for the next start is kept soon after it has changed.
    await desktop.conversation.message(String(HISTORY)).waitFor()
    await desktop.page.waitForFunction(
      async (roomId) =>
        JSON.stringify(await window.medallion.snapshot.read()).includes(`"selectedId":"${roomId}"`),
      room.id,
    )
    let began = 0
    const again = await desktop.restart(() => (began = Date.now()))
    known.push((await sidebarPainted(again)) - began)
    await again.close()
  }
  return [
    { what: 'start, never been here: launch to sidebar painted', samples: fresh },
    { what: 'start, with a snapshot: launch to sidebar painted', samples: known },
  ]
}

/** When the list of conversations was painted, in milliseconds since 1970: by the page's own clock, at most a frame late. */
async function sidebarPainted({ page }: Desktop): Promise<number> {
  await page.locator('nav [data-row]').first().waitFor()
  return page.evaluate(
    () =>
      new Promise<number>((done) =>
        requestAnimationFrame(() => requestAnimationFrame(() => done(Date.now()))),
      ),
  )
}

async function measureMemory({ folder, url, ada, grace, room }: World): Promise<Measurement[]> {
  const session = { server: url, token: ada.token }
  const desktop = await launchDesktop({ userData: join(folder, 'memory'), session })
  try {
    await desktop.sidebar.open(room.name ?? '')
    await desktop.conversation.message(String(HISTORY)).waitFor()
    const idle = await memoryOf(desktop)
    for (let n = 0; n < HOUR; n += 1) await say(grace, room.id, `Said in this hour, ${n}.`)
    await desktop.conversation.message(`Said in this hour, ${HOUR - 1}.`).waitFor()
    const hour = await memoryOf(desktop)
    const row = (what: string, bytes: number): Measurement => ({ what, unit: 'MB', samples: [bytes / 1e6] })
    return [
      row('memory of main, idle', idle.main),
      row(`memory of main, after ${HOUR} messages`, hour.main),
      row('memory of the page’s process, idle', idle.page),
      row(`memory of the page’s process, after ${HOUR} messages`, hour.page),
    ]
  } finally {
    await desktop.close()
  }
}

/** Bytes that main's process and the page's hold once the page's rubbish is collected. */
async function memoryOf({ app, page }: Desktop): Promise<{ main: number; page: number }> {
  const pid = app.process().pid ?? 0
  await page.requestGC()
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const main = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024
  return { main, page: rendererMemory(pid)?.restart() ?? Number.NaN }
}

async function measureScrolling({ folder, url, ada, room }: World): Promise<Measurement[]> {
  const session = { server: url, token: ada.token }
  const desktop = await launchDesktop({ userData: join(folder, 'scrolling'), session })
  try {
    const { page, sidebar, conversation } = desktop
    await sidebar.open(room.name ?? '')
    await conversation
      .message(String(HISTORY + HOUR))
      .or(conversation.message(`${HOUR - 1}.`))
      .first()
      .waitFor()
    const box = await conversation.history.boundingBox()
    if (box === null) throw new Error('The history cannot be seen.')
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    const oldest = async (): Promise<number> =>
      page.evaluate(() =>
        Math.min(
          ...[...document.querySelectorAll('[role=log] article')].map((row) =>
            Number(/\d{3,}/.exec(row.querySelector('[class*=body]')?.textContent ?? '')?.[0] ?? Infinity),
          ),
        ),
      )
    const scrolled = await recordFrames(
      page,
      () => page.mouse.wheel(0, WHEEL),
      (turn) => turn === SCROLLS,
    )
    const reached = HISTORY - (await oldest())
    return [
      { what: 'scrolling upwards: messages gone past', unit: 'messages', samples: [reached] },
      ...frameRows('scrolling upwards', scrolled),
    ]
  } finally {
    await desktop.close()
  }
}
