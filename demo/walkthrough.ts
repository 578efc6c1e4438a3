import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, type Locator } from '@playwright/test'
import { avatarEndpoints } from '../api/contract/avatar.ts'
import { sessionEndpoints } from '../api/contract/session.ts'
import { expectInitials, expectPicture } from '../tests/e2e/screens/avatar.ts'
import type { Client } from '../tests/support/client.ts'
import { launchDesktop, type Desktop } from '../tests/support/launch-desktop.ts'
import { fetchPicture } from '../tests/support/upload.ts'
import { PEOPLE, ROOM } from './people.ts'
import { ADA, writePhoto } from './portrait.ts'
import type { DemoPerson } from './seed.ts'

const SCREENSHOTS = resolve('walkthrough')

/** One step: what it is, and what to do; screenshots of both people are taken after it. */
interface Step {
  title: string
  play(): Promise<void>
}

/** Plays the walkthrough with two desktops, prints each step's time, and leaves screenshots in `walkthrough/`; tells the exit code. */
export async function playWalkthrough(
  url: string,
  people: { ada: DemoPerson; grace: DemoPerson },
): Promise<0 | 1> {
  rmSync(SCREENSHOTS, { recursive: true, force: true })
  mkdirSync(SCREENSHOTS, { recursive: true })
  const folder = mkdtempSync(join(tmpdir(), 'medallion-walkthrough-'))
  const photo = join(folder, 'ada.jpg')
  await writePhoto(photo, ADA)
  await people.ada.client.ok(avatarEndpoints.removeAvatar, {})
  const desktops: Desktop[] = []
  const open = async (name: string): Promise<Desktop> => {
    const desktop = await launchDesktop({ userData: join(folder, name) })
    desktops.push(desktop)
    return desktop
  }
  try {
    const [ada, grace] = await Promise.all([open('ada'), open('grace')])
    const steps = tell({ url, ada, grace, adaId: people.ada.user.id, client: people.ada.client, photo })
    return await playSteps(steps, { ada, grace })
  } finally {
    await Promise.all(desktops.map((desktop) => desktop.close()))
    rmSync(folder, { recursive: true, force: true })
  }
}

async function playSteps(steps: Step[], desktops: Record<string, Desktop>): Promise<0 | 1> {
  for (const [index, { title, play }] of steps.entries()) {
    const start = performance.now()
    try {
      await play()
    } catch (error) {
      console.log(`  ✗ ${title}\n${error instanceof Error ? error.message : String(error)}`)
      await photograph(desktops, `${index}-failed`)
      return 1
    }
    console.log(`  ✓ ${title} (${Math.round(performance.now() - start)} ms)`)
    await photograph(desktops, String(index))
  }
  console.log(`The screenshots are in ${SCREENSHOTS}.`)
  return 0
}

async function photograph(desktops: Record<string, Desktop>, step: string): Promise<void> {
  for (const [name, { page }] of Object.entries(desktops))
    await page.screenshot({ path: join(SCREENSHOTS, `${step}-${name}.png`) })
}

interface Cast {
  url: string
  ada: Desktop
  grace: Desktop
  adaId: string
  /** Ada's, behind the back of her desktop. */
  client: Client
  photo: string
}

/** The story, step by step: a picture is chosen, cropped, seen by the other at once, and taken away again. */
function tell({ url, ada, grace, adaId, client, photo }: Cast): Step[] {
  return [
    {
      title: 'Both sign in and open their chat',
      async play() {
        await Promise.all([signIn(ada, url, PEOPLE.ada), signIn(grace, url, PEOPLE.grace)])
        await ada.sidebar.open(ROOM)
        await grace.sidebar.open(PEOPLE.ada.displayName)
        await expectInitials(ada.sidebar.ownPicture, adaId, 'AL')
        await expectInitials(grace.conversation.header, adaId, 'AL')
      },
    },
    {
      title: 'Ada opens her profile card',
      async play() {
        await ada.sidebar.openProfile()
        await ada.profile.area.waitFor()
      },
    },
    {
      title: 'She chooses a photograph, zooms and crops it',
      async play() {
        await ada.chooseFile(photo)
        await ada.profile.changePicture()
        await ada.editor.waitUntilReady()
        await ada.editor.zoomIn(1)
      },
    },
    {
      title: 'She saves: the picture is there at once, in her sidebar and on her card',
      async play() {
        await ada.editor.save()
        await expectPicture(ada.sidebar.ownPicture, adaId)
        await expectPicture(ada.profile.area, adaId)
      },
    },
    {
      title: 'Grace sees it without doing anything: in her list, in the header, beside the messages',
      async play() {
        for (const surface of surfacesOf(grace)) await expectPicture(surface, adaId)
        await expectPicture(grace.conversation.history, adaId)
        await grace.sidebar.open(ROOM)
        await expectPicture(grace.conversation.history, adaId)
      },
    },
    {
      title: 'Ada takes it away in the editor: initials everywhere, and the store has it no more',
      async play() {
        const { user } = await client.ok(sessionEndpoints.getMe, {})
        await grace.sidebar.open(PEOPLE.ada.displayName)
        await ada.profile.changePicture()
        await ada.editor.waitUntilReady()
        await ada.editor.removePicture()
        await expectInitials(ada.sidebar.ownPicture, adaId, 'AL')
        await expectInitials(ada.profile.area, adaId, 'AL')
        for (const surface of surfacesOf(grace)) await expectInitials(surface, adaId, 'AL')
        await expectInitials(grace.conversation.history, adaId, 'AL')
        for (const address of [user.avatarUrl, user.avatarThumbUrl])
          await expect.poll(async () => (await fetchPicture(client, address)).status).toBe(404)
      },
    },
  ]
}

/** Where somebody shows in another's window, besides their messages. */
const surfacesOf = (desktop: Desktop): Locator[] => [desktop.sidebar.area, desktop.conversation.header]

async function signIn(
  desktop: Desktop,
  url: string,
  person: { username: string; password: string },
): Promise<void> {
  await desktop.signIn.waitUntilShown()
  await desktop.signIn.useServer(url)
  await desktop.signIn.signIn(person)
  await desktop.sidebar.waitUntilShown()
}
