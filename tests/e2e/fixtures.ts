import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base } from '@playwright/test'
import { chatEndpoints, type Room } from '../../api/contract/chat.ts'
import { sessionEndpoints, type User } from '../../api/contract/session.ts'
import { startApi, type ApiProcess } from '../support/api-process.ts'
import { Client } from '../support/client.ts'
import { launchDesktop, type Desktop } from '../support/launch-desktop.ts'

export { expect } from '@playwright/test'

/** Somebody with an account and a client that speaks for them behind the desktop's back. */
export interface Member {
  user: User
  username: string
  password: string
  token: string
  client: Client
}

/** Two people who know each other: a direct chat and a room, each with a message of both. */
export interface Workspace {
  ada: Member
  grace: Member
  dm: Room
  room: Room
  roomName: string
}

/** An API that a test may stop and start again over the same data. */
export interface OwnApi {
  api: ApiProcess
  workspace: Workspace
  /** Starts it again on the port that it had. */
  startAgain(port: string): Promise<void>
}

interface Fixtures {
  workspace: Workspace
  /** Opens a desktop in which this person is signed in already; at the worker's API unless another is named. */
  open: (member: Member, url?: string) => Promise<Desktop>
  /** An API of this test's own, which it may stop and start, with a workspace of its own. */
  ownApi: OwnApi
  /** Opens a desktop in which nobody has signed in yet. */
  openFresh: () => Promise<Desktop>
  /** Opens a desktop with data of its own, and closes it after the test. */
  openDesktop: (options: { session?: { server: string; token: string } }) => Promise<Desktop>
  /** A person who has just registered. */
  newMember: (displayName: string) => Promise<Member>
}

/** Each worker has an API of its own, each test people of its own and desktops that are closed after it. */
export const test = base.extend<Fixtures, { api: ApiProcess }>({
  api: [
    // Playwright asks for a destructured first parameter.
    // oxlint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const dataDir = mkdtempSync(join(tmpdir(), 'medallion-e2e-'))
      const api = await startApi(dataDir, { LOG_LEVEL: 'info' })
      await use(api)
      await api.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
    { scope: 'worker', timeout: 120_000 },
  ],

  newMember: async ({ api }, use) => {
    await use((displayName) => register(api.url, displayName))
  },

  workspace: async ({ api }, use) => {
    await use(await createWorkspace(api.url))
  },

  // oxlint-disable-next-line no-empty-pattern -- as above
  ownApi: async ({}, use) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'medallion-e2e-'))
    let api = await startApi(dataDir)
    await use({
      api,
      workspace: await createWorkspace(api.url),
      async startAgain(port) {
        api = await startApi(dataDir, { PORT: port })
      },
    })
    await api.stop()
    rmSync(dataDir, { recursive: true, force: true })
  },

  open: async ({ api, openDesktop }, use) => {
    await use((member, url = api.url) => openDesktop({ session: { server: url, token: member.token } }))
  },

  openFresh: async ({ openDesktop }, use) => {
    await use(() => openDesktop({}))
  },

  // oxlint-disable-next-line no-empty-pattern -- as above
  openDesktop: async ({}, use) => {
    const opened: Array<{ desktop: Desktop; userData: string }> = []
    await use(async (options) => {
      const userData = mkdtempSync(join(tmpdir(), 'medallion-desktop-'))
      const desktop = await launchDesktop({ userData, ...options })
      opened.push({ desktop, userData })
      return desktop
    })
    for (const { desktop, userData } of opened) {
      await desktop.close()
      rmSync(userData, { recursive: true, force: true })
    }
  },
})

/** Sends a message as this person, without their desktop. */
export async function say(member: Member, roomId: string, body: string): Promise<void> {
  await member.client.ok(chatEndpoints.sendMessage, { id: roomId, clientId: randomUUID(), body })
}

/** Signs the same person in on another device. */
export async function secondDevice(api: ApiProcess, member: Member): Promise<Member> {
  const { token } = await new Client(api.url, null).ok(sessionEndpoints.login, member)
  return { ...member, token, client: new Client(api.url, token) }
}

/** Registers somebody new at the API of that address. */
export async function register(url: string, displayName: string): Promise<Member> {
  const username = `${displayName.split(' ')[0]?.toLowerCase()}-${randomUUID().slice(0, 8)}`
  const password = 'correct horse battery'
  const { token, user } = await new Client(url, null).ok(sessionEndpoints.register, {
    username,
    displayName,
    password,
  })
  return { user, username, password, token, client: new Client(url, token) }
}

async function createWorkspace(url: string): Promise<Workspace> {
  // Ada comes first, so that in a workspace of her own she is the admin.
  const ada = await register(url, 'Ada Lovelace')
  const grace = await register(url, 'Grace Hopper')
  const { room: dm } = await ada.client.ok(chatEndpoints.openDm, { userId: grace.user.id })
  const roomName = `Engine room ${ada.username}`
  const { room } = await ada.client.ok(chatEndpoints.createRoom, {
    name: roomName,
    memberIds: [grace.user.id],
  })
  for (const { id } of [dm, room]) {
    await say(ada, id, 'Good morning, Grace.')
    await say(grace, id, 'Good morning, Ada.')
  }
  return { ada, grace, dm, room, roomName }
}
