import { photo, renditionsOf } from '../support/photos.ts'
import { savePicture } from '../support/upload.ts'
import type { Desktop } from '../support/launch-desktop.ts'
import { expect, test } from './fixtures.ts'
import { expectPicture } from './screens/avatar.ts'

/** Looks at every frame from now on, and remembers what stood for somebody in the list of chats: picture, initials, or nothing. */
async function watchFrames({ page }: Desktop, userId: string): Promise<() => Promise<string[]>> {
  await page.evaluate((id) => {
    const seen = new Set<string>()
    const look = (): void => {
      for (const person of document.querySelectorAll(`nav [data-user-id="${id}"]`)) {
        const face = person.querySelector<HTMLElement>('[data-face]')
        const shown =
          face instanceof HTMLImageElement && !face.complete ? 'unfinished' : face?.dataset['face']
        seen.add(shown ?? 'nothing')
      }
      requestAnimationFrame(look)
    }
    look()
    Reflect.set(window, 'facesSeen', seen)
  }, userId)
  return () => page.evaluate(() => [...(Reflect.get(window, 'facesSeen') as Set<string>)])
}

test('a picture gives way to the next without a flash, and is there at once on the second look', async ({
  workspace,
  open,
}) => {
  const { ada } = workspace
  const [first, second] = await Promise.all([
    renditionsOf(await photo('webp')),
    renditionsOf(await photo('webp'), { hue: 120 }),
  ])
  await savePicture(ada.client, first)
  const grace = await open(workspace.grace)
  const row = grace.sidebar.row('Ada Lovelace')
  await expectPicture(row, ada.user.id)
  const before = await row.locator('img').getAttribute('src')
  const facesSeen = await watchFrames(grace, ada.user.id)
  await savePicture(ada.client, second)
  await expect(row.locator('img')).not.toHaveAttribute('src', before ?? '')
  await grace.sidebar.open('Ada Lovelace')
  await grace.sidebar.open(workspace.roomName)
  await expectPicture(grace.conversation.history, ada.user.id)
  expect(await facesSeen()).toEqual(['picture'])
})

test('one’s own picture is there at a start without network, from the disk', async ({ ownApi, open }) => {
  const { api, workspace } = ownApi
  const { ada } = workspace
  await savePicture(ada.client, await renditionsOf(await photo('webp')))
  const desktop = await open(ada, api.url)
  await expectPicture(desktop.sidebar.ownPicture, ada.user.id)
  await api.stop()
  const again = await desktop.restart()
  await expectPicture(again.sidebar.ownPicture, ada.user.id)
})
