import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, type Page } from '@playwright/test'
import { startEmbeddedServices } from '../../api/embedded/embedded-services.ts'
import { sessionEndpoints, type User } from '../../api/contract/session.ts'
import type { PictureChange, PictureTarget, SettledChange } from '../../desktop/bridge.ts'
import { startApi, type ApiProcess } from '../support/api-process.ts'
import { launchDesktop, type Desktop } from '../support/launch-desktop.ts'
import type { Renditions } from '../support/photos.ts'
import { openStoreProxy, type StoreProxy, type Treatment } from '../support/store-proxy.ts'
import { openGate, type TcpGate } from '../support/tcp-gate.ts'
import { register, type Member } from './fixtures.ts'

export { expect } from '@playwright/test'

/** An API whose pictures lie in a store behind a proxy. */
interface Servers {
  api: ApiProcess
  store: StoreProxy
}

/** One person at their desktop, with the network to the server and to the store in the test's hands. */
export interface Desk {
  member: Member
  /** The way to the server, socket and all. */
  server: TcpGate
  /** The way to the store. */
  store: StoreProxy
  desktop: Desktop
  page: Page
  /** Saves a picture as the editor does, one's own or a room's: main has taken it over when this settles. */
  save(picture: Renditions, target?: PictureTarget): Promise<void>
  /** The changes under way, as the page would show them. */
  changes(): Promise<PictureChange[]>
  /** Every list of changes that the page was told. */
  told(): Promise<PictureChange[][]>
  settled(): Promise<SettledChange[]>
  /** The person as the API knows them. */
  user(): Promise<User>
  /** The picture that everyone sees now, or null. */
  picture(): Promise<Buffer | null>
  /** How often a file was sent to the store. */
  puts(): number
  /** Treats what is sent to the store by the desktop; what the API does there itself passes. */
  treatPuts(choose: (target: string) => Treatment | undefined): void
  /** Says for the system whether there is a network. */
  setOnline(isOnline: boolean): Promise<void>
  /** Ends the program as a power cut would, and starts it again over the same data; what happens `meanwhile` happens between. */
  crash(meanwhile?: () => void): Promise<void>
}

declare global {
  interface Window {
    told: PictureChange[][]
    settledChanges: SettledChange[]
  }
}

const isUpload = (method: string, target: string): boolean => method === 'PUT' && target.includes('/pending/')

/** Each worker has an API with a store behind a proxy, each test a desk. */
export const test = base.extend<{ desk: Desk }, { servers: Servers }>({
  servers: [
    // Playwright asks for a destructured first parameter.
    // oxlint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const dataDir = mkdtempSync(join(tmpdir(), 'medallion-saving-'))
      const services = await startEmbeddedServices({
        dataDir,
        log: () => {},
        needs: { database: false, objectStore: true },
      })
      const { storage } = services
      if (storage === undefined) throw new Error('There is no object store.')
      const store = await openStoreProxy(storage.endpoint)
      const api = await startApi(join(dataDir, 'api'), {
        S3_ENDPOINT: store.url,
        AWS_BUCKET_NAME: storage.bucket,
        AWS_REGION: storage.region,
        AWS_ACCESS_KEY_ID: storage.accessKeyId,
        AWS_SECRET_ACCESS_KEY: storage.secretAccessKey,
        AVATAR_CHANGES_PER_HOUR: '60',
      })
      await use({ api, store })
      await api.stop()
      await store.close()
      await services.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
    { scope: 'worker', timeout: 120_000 },
  ],

  desk: async ({ servers: { api, store } }, use) => {
    const userData = mkdtempSync(join(tmpdir(), 'medallion-desk-'))
    store.treat(() => undefined)
    store.clockAhead = 0
    store.seen.length = 0
    const member = await register(api.url, 'Ada Lovelace')
    const server = await openGate(api.url)
    const session = { server: server.url.replace(/\/$/, ''), token: member.token }
    let desktop = await launchDesktop({ userData, session })
    await listen(desktop.page)

    await use({
      member,
      server,
      store,
      get desktop() {
        return desktop
      },
      get page() {
        return desktop.page
      },
      async save({ full, thumb }, target = { kind: 'me' }) {
        const answer = await desktop.page.evaluate(
          ([whose, full, thumb]) =>
            window.medallion.avatar.save({
              target: whose,
              full: Uint8Array.from(full),
              thumb: Uint8Array.from(thumb),
            }),
          [target, [...full], [...thumb]] as const,
        )
        if (!answer.ok) throw new Error(`The picture was not taken over: ${answer.error.detail}`)
      },
      changes: () => desktop.page.evaluate(() => window.medallion.avatar.changes()),
      told: () => desktop.page.evaluate(() => window.told),
      settled: () => desktop.page.evaluate(() => window.settledChanges),
      user: () => me(member),
      async picture() {
        const { avatarUrl } = await me(member)
        if (avatarUrl === null) return null
        const answer = await fetch(api.url + avatarUrl, {
          headers: { authorization: `Bearer ${member.token}` },
        })
        return Buffer.from(await answer.arrayBuffer())
      },
      puts: () => store.seen.filter(({ method, target }) => isUpload(method, target)).length,
      treatPuts(choose) {
        store.treat(({ method, target }) => (isUpload(method, target) ? choose(target) : undefined))
      },
      async setOnline(isOnline) {
        await desktop.app.evaluate(({ net }, value) => {
          net.isOnline = () => value
        }, isOnline)
      },
      async crash(meanwhile = () => {}) {
        const process = desktop.app.process()
        const gone = once(process, 'exit')
        process.kill('SIGKILL')
        await gone
        meanwhile()
        desktop = await launchDesktop({ userData })
        await listen(desktop.page)
      },
    })
    await desktop.close()
    await server.close()
    rmSync(userData, { recursive: true, force: true })
  },
})

/** Keeps what the page is told from now on. */
async function listen(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.told = []
    window.settledChanges = []
    window.medallion.avatar.onChanges((changes) => window.told.push(changes))
    window.medallion.avatar.onSettled((change) => window.settledChanges.push(change))
  })
}

const me = async ({ client }: Member): Promise<User> => (await client.ok(sessionEndpoints.getMe, {})).user
