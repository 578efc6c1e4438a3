import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sessionEndpoints } from '../../api/contract/session.ts'
import { chatEndpoints } from '../../api/contract/chat.ts'
import { startApi } from '../support/api-process.ts'
import { Client } from '../support/client.ts'
import { launchDesktop, type Desktop } from '../support/launch-desktop.ts'
import { Listener } from '../support/listener.ts'
import { photoFile } from '../support/photos.ts'
import type { Benchmark, Measurement } from './measure.ts'

const SAVES = Number(process.env.BENCH_SAVES ?? 100)
const WARM_UP = 3

/** The promise itself: from the click on Save to the picture in another person's window, all of it real, with few and with many connected. */
export const benchmark: Benchmark = {
  title: `A picture is saved: from the click on Save to its being painted in another person’s window (built desktop, embedded services, ${SAVES} saves each)`,
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'medallion-bench-'))
    const api = await startApi(join(folder, 'api'), {
      DATABASE_URL: '',
      AWS_BUCKET_NAME: '',
      S3_ENDPOINT: '',
      AVATAR_CHANGES_PER_HOUR: '0',
    })
    const desktops: Desktop[] = []
    try {
      const [ada, grace] = [await register(api.url, 'Ada'), await register(api.url, 'Grace')]
      await ada.client.ok(chatEndpoints.openDm, { userId: grace.userId })
      for (const { name, token } of [ada, grace])
        desktops.push(
          await launchDesktop({ userData: join(folder, name), session: { server: api.url, token } }),
        )
      const [from, to] = desktops
      if (from === undefined || to === undefined) throw new Error('The desktops did not open.')
      await from.chooseFile(await photoFile('jpeg'))
      await from.sidebar.openProfile()
      // Running TypeScript names functions by a helper that the page does not have.
      for (const { page } of [from, to]) await page.evaluate('globalThis.__name = (value) => value')
      const measurements: Measurement[] = []
      for (const sockets of [2, 200]) {
        const others = await connect(api.url, grace.token, sockets - 2)
        measurements.push({
          what: `Save → painted elsewhere, ${sockets} sockets`,
          samples: await measureSaves(from, to, ada.userId),
        })
        await Promise.all(others.map((listener) => listener.close()))
      }
      return measurements
    } finally {
      for (const desktop of desktops) await desktop.close()
      await api.stop()
      await rm(folder, { recursive: true, force: true })
    }
  },
}

async function measureSaves(from: Desktop, to: Desktop, userId: string): Promise<number[]> {
  const samples: number[] = []
  for (let n = -WARM_UP; n < SAVES; n += 1) {
    await from.profile.changePicture()
    await from.editor.waitUntilReady()
    // Another picture each time: nothing may be there already.
    await from.editor.zoomIn(1 + ((n + WARM_UP) % 7))
    const painted = nextPicture(to, userId)
    const clicked = nextClick(from)
    await from.editor.save()
    const took = (await painted) - (await clicked)
    if (n >= 0) samples.push(took)
  }
  return samples
}

/** When the next click lands, as the page's own clock has it. */
const nextClick = ({ page }: Desktop): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        addEventListener('click', () => resolve(performance.timeOrigin + performance.now()), {
          capture: true,
          once: true,
        })
      }),
  )

/** When somebody's picture in the list of chats is next another one, decoded and painted. */
const nextPicture = ({ page }: Desktop, userId: string): Promise<number> =>
  page.evaluate(
    (id) =>
      new Promise<number>((resolve) => {
        const find = (): HTMLImageElement | null =>
          document.querySelector<HTMLImageElement>(`nav [data-user-id="${id}"] img`)
        const before = find()?.getAttribute('src')
        const observer = new MutationObserver(() => {
          const image = find()
          if (image === null || image.getAttribute('src') === before || !image.complete) return
          observer.disconnect()
          // The frame after the next has it on the screen.
          requestAnimationFrame(() =>
            requestAnimationFrame(() => resolve(performance.timeOrigin + performance.now())),
          )
        })
        observer.observe(document.body, { subtree: true, childList: true, attributes: true })
      }),
    userId,
  )

async function connect(url: string, token: string, count: number): Promise<Listener[]> {
  return Promise.all(Array.from({ length: count }, () => Listener.connect(url, token)))
}

async function register(url: string, name: string) {
  const { token, user } = await new Client(url, null).ok(sessionEndpoints.register, {
    username: name.toLowerCase(),
    displayName: name,
    password: 'correct horse battery',
  })
  return { name, token, userId: user.id, client: new Client(url, token) }
}
