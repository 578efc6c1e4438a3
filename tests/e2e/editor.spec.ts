import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import sharp from 'sharp'
import { avatarEndpoints } from '../../api/contract/avatar.ts'
import { sessionEndpoints } from '../../api/contract/session.ts'
import type { Desktop } from '../support/launch-desktop.ts'
import { differentPictures, photoFile } from '../support/photos.ts'
import { savePicture } from '../support/upload.ts'
import { expect, test, type Member } from './fixtures.ts'
import { expectInitials, expectPicture } from './screens/avatar.ts'

/** Opens the editor with a photograph in it. */
async function openEditor(desktop: Desktop, kind: Parameters<typeof photoFile>[0] = 'jpeg'): Promise<void> {
  await desktop.chooseFile(await photoFile(kind))
  await desktop.sidebar.openProfile()
  await desktop.profile.changePicture()
  await desktop.editor.waitUntilReady()
}

const versionOf = async ({ client }: Member): Promise<number> =>
  (await client.ok(sessionEndpoints.getMe, {})).user.avatarVersion

/** Lets a file fall onto, or be pasted into, what a selector finds, as the browser would tell of it. */
async function give(
  page: Page,
  how: 'drop' | 'paste',
  selector: string,
  files: Array<{ name: string; type: string; bytes: Buffer }>,
): Promise<void> {
  await page
    .locator(selector)
    .first()
    .evaluate(
      (element, { how: way, given }) => {
        const transfer = new DataTransfer()
        for (const { name, type, base64 } of given) {
          const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
          transfer.items.add(new File([bytes], name, { type }))
        }
        if (way === 'paste')
          element.dispatchEvent(
            new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true }),
          )
        else
          for (const type of ['dragenter', 'dragover', 'drop'])
            element.dispatchEvent(
              new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }),
            )
      },
      {
        how,
        given: files.map(({ name, type, bytes }) => ({ name, type, base64: bytes.toString('base64') })),
      },
    )
}

/** Opens the editor with the camera in it, unless the card is open already, and remembers the device. */
async function openCamera({ page, sidebar, profile, editor }: Desktop): Promise<void> {
  if (!(await profile.area.isVisible())) await sidebar.openProfile()
  await profile.openEditor()
  await editor.button('Take a photo').click()
  await editor.area.locator('video').waitFor()
  await expect
    .poll(() =>
      page.evaluate(() => {
        const stream = document.querySelector('video')?.srcObject
        if (stream instanceof MediaStream) Reflect.set(window, 'track', stream.getVideoTracks()[0])
        return stream instanceof MediaStream
      }),
    )
    .toBe(true)
  expect(await cameraState(page)).toBe('live')
}

/** Whether the camera that was opened is in use: `live` or `ended`. */
const cameraState = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const track: unknown = Reflect.get(window, 'track')
    return track instanceof MediaStreamTrack ? track.readyState : 'none'
  })

const photograph = async () => ({
  name: 'photo.jpg',
  type: 'image/jpeg',
  bytes: await readFile(await photoFile('jpeg')),
})

test.describe('the ways in', () => {
  test('an image is dropped onto the own picture, onto the card, and onto the editor', async ({
    workspace,
    open,
  }) => {
    const ada = await open(workspace.ada)
    const file = await photograph()
    await give(ada.page, 'drop', 'nav button[aria-haspopup="dialog"]', [file])
    await ada.editor.waitUntilReady()
    await ada.editor.cancel()
    await ada.sidebar.openProfile()
    await give(ada.page, 'drop', '[role="dialog"] [data-user-id]', [file])
    await ada.editor.waitUntilReady()
    await ada.editor.button('Another picture…').click()
    await give(ada.page, 'drop', '[role="dialog"] p:text("Drop an image here")', [file])
    await ada.editor.waitUntilReady()
  })

  test('a copied image is pasted, on the card and in the editor', async ({ workspace, open }) => {
    const ada = await open(workspace.ada)
    const file = { ...(await photograph()), name: '' }
    await ada.sidebar.openProfile()
    await ada.profile.area.waitFor()
    await give(ada.page, 'paste', '[role="dialog"]', [file])
    await ada.editor.waitUntilReady()
    await ada.editor.button('Another picture…').click()
    await give(ada.page, 'paste', 'body', [file])
    await ada.editor.waitUntilReady()
    await ada.editor.save()
    await expectPicture(ada.sidebar.ownPicture, workspace.ada.user.id)
  })

  test('what cannot be used is a sentence: several files, no image, too large', async ({
    workspace,
    open,
  }) => {
    const ada = await open(workspace.ada)
    const file = await photograph()
    await ada.sidebar.openProfile()
    await ada.profile.openEditor()
    const target = '[role="dialog"] p:text("Drop an image here")'
    await give(ada.page, 'drop', target, [file, file])
    await expect(ada.editor.problem).toContainText('These are 2 files. Drop one image.')
    await give(ada.page, 'drop', target, [
      { name: 'notes.pdf', type: 'application/pdf', bytes: Buffer.from('%PDF') },
    ])
    await expect(ada.editor.problem).toContainText('notes.pdf is no image')
    await ada.page.locator(target).evaluate((element) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([new Uint8Array(51 * 1024 * 1024)], 'huge.png', { type: 'image/png' }))
      element.dispatchEvent(
        new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }),
      )
    })
    await expect(ada.editor.problem).toContainText('51.0 MB; at most 50 MB')
  })

  test('a photo is taken with the camera: seen live as in a mirror, counted down, then released', async ({
    workspace,
    open,
  }) => {
    const ada = await open(workspace.ada)
    await openCamera(ada)
    const video = ada.editor.area.locator('video')
    expect(await video.evaluate((element) => getComputedStyle(element).transform)).toMatch(
      /^matrix\(-1, 0, 0, 1/,
    )
    const seen = (): Promise<number> =>
      video.evaluate((element) => (element instanceof HTMLVideoElement ? element.currentTime : 0))
    const before = await seen()
    await expect.poll(seen).toBeGreaterThan(before)

    // Left alone it counts down to the photo.
    await ada.editor.button('Take photo').click()
    const timer = ada.editor.area.getByRole('timer')
    for (const second of ['3', '2', '1']) await expect(timer).toHaveText(second)
    await ada.editor.waitUntilReady()
    expect(await cameraState(ada.page)).toBe('ended')
    await ada.editor.save()
    await expect.poll(() => versionOf(workspace.ada)).toBe(1)
  })

  test('the camera is released wherever one leaves it, and a photo need not be waited for', async ({
    workspace,
    open,
  }) => {
    const ada = await open(workspace.ada)
    await openCamera(ada)
    await ada.editor.button('Back').click()
    await expect.poll(() => cameraState(ada.page)).toBe('ended')

    await ada.page.keyboard.press('Escape')
    await openCamera(ada)
    await ada.editor.button('Take photo').click()
    await ada.page.keyboard.press('Escape')
    await ada.editor.area.waitFor({ state: 'detached' })
    await expect.poll(() => cameraState(ada.page)).toBe('ended')

    await openCamera(ada)
    await ada.editor.button('Take photo').click()
    await ada.editor.button('Now').click()
    await ada.editor.waitUntilReady()
    expect(await cameraState(ada.page)).toBe('ended')
  })

  test('a camera that may not be used, or is not there, is a sentence', async ({ workspace, open }) => {
    const ada = await open(workspace.ada)
    await ada.app.evaluate(({ session }) => {
      session.defaultSession.setPermissionRequestHandler((_contents, _permission, decide) => decide(false))
    })
    await ada.sidebar.openProfile()
    await ada.profile.openEditor()
    await ada.editor.button('Take a photo').click()
    await expect(ada.editor.problem).toContainText(
      'Medallion may not use the camera. Allow it in the settings',
    )
    await ada.editor.button('Back').click()
    await expect(ada.editor.button('Choose a file…')).toBeVisible()

    await ada.page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotFoundError'))
    })
    await ada.editor.button('Take a photo').click()
    await expect(ada.editor.problem).toContainText('No camera was found. Connect one, or choose a file.')
  })

  test('a former picture is taken again with one click, and can be forgotten', async ({
    workspace,
    open,
  }) => {
    for (const picture of await differentPictures(3)) await savePicture(workspace.ada.client, picture)
    const before = await workspace.ada.client.ok(avatarEndpoints.listRecentAvatars, {})
    expect(before.pictures).toHaveLength(2)
    const ada = await open(workspace.ada)
    await ada.sidebar.openProfile()
    await ada.profile.openEditor()
    await expect(ada.editor.recent).toHaveCount(2)
    await ada.editor.area
      .getByRole('button', { name: /^Forget/ })
      .last()
      .click()
    await expect(ada.editor.recent).toHaveCount(1)
    await ada.editor.recent.first().click()
    await ada.editor.area.waitFor({ state: 'detached' })
    await expect.poll(() => versionOf(workspace.ada)).toBe(4)
    await expectPicture(ada.sidebar.ownPicture, workspace.ada.user.id)
  })
})

test.describe('editing', () => {
  test('goes entirely by keyboard, and each change is told', async ({ workspace, open }) => {
    const ada = await open(workspace.ada)
    await openEditor(ada)
    const { keyboard } = ada.page
    await expect(ada.editor.stage).toBeFocused()
    for (const [key, told] of [
      ['+', 'Zoom 120 %'],
      ['+', 'Zoom 144 %'],
      ['-', 'Zoom 120 %'],
      ['ArrowLeft', 'Moved left'],
      ['Shift+ArrowDown', 'Moved down'],
      [']', 'Turned to 90 degrees'],
      ['[', 'Turned to 0 degrees'],
      ['f', 'Flipped'],
      ['Control+z', 'Undone'],
      ['Control+Shift+Z', 'Done again'],
      ['0', 'As at the beginning'],
    ] as const) {
      await keyboard.press(key)
      await expect(ada.editor.said).toHaveText(told)
    }
    await ada.editor.straighten.focus()
    await keyboard.press('Shift+ArrowRight')
    await expect(ada.editor.straighten).toHaveAttribute('aria-valuetext', '5°')
    // Tab never leaves the dialog.
    for (let step = 0; step < 16; step += 1) {
      await keyboard.press('Tab')
      // At its ends the focus passes what brings it back.
      await expect
        .poll(() => ada.editor.area.evaluate((dialog) => dialog.contains(document.activeElement)))
        .toBe(true)
    }
    await ada.editor.stage.focus()
    await keyboard.press('Enter')
    await ada.editor.area.waitFor({ state: 'detached' })
    await expect.poll(() => versionOf(workspace.ada)).toBe(1)
  })

  test('by pointer: dragged, zoomed by wheel and double click, each one step to undo', async ({
    workspace,
    open,
  }) => {
    const ada = await open(workspace.ada)
    await openEditor(ada)
    const box = await ada.editor.stage.boundingBox()
    if (box === null) throw new Error('The stage cannot be seen.')
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
    await ada.page.mouse.dblclick(x, y)
    await expect(ada.editor.zoom).toHaveAttribute('aria-valuetext', '200 %')
    await ada.page.mouse.move(x, y)
    await ada.page.mouse.wheel(0, -200)
    await expect(ada.editor.zoom).not.toHaveAttribute('aria-valuetext', '200 %')
    await ada.page.mouse.down()
    for (let step = 1; step <= 10; step += 1) await ada.page.mouse.move(x + step * 8, y + step * 4)
    await ada.page.mouse.up()
    await ada.editor.button('Undo').click()
    await expect(ada.editor.zoom).not.toHaveAttribute('aria-valuetext', '200 %')
    await ada.editor.button('Undo').click()
    await expect(ada.editor.zoom).toHaveAttribute('aria-valuetext', '200 %')
    await ada.editor.button('Undo').click()
    await expect(ada.editor.zoom).toHaveAttribute('aria-valuetext', '100 %')
    await expect(ada.editor.button('Undo')).toBeDisabled()
  })

  test('is seen live where it will be seen: in the list, a header and a message, on light and dark', async ({
    workspace,
    open,
  }) => {
    const ada = await open(workspace.ada)
    await openEditor(ada)
    // Six: three places on two grounds.
    const seen = (): Promise<string[]> =>
      ada.editor.area
        .locator('canvas[data-side]')
        .evaluateAll((canvases) =>
          canvases.map((canvas) => (canvas instanceof HTMLCanvasElement ? canvas.toDataURL() : '')),
        )
    const isPainted = (): Promise<boolean> =>
      ada.editor.area.locator('canvas[data-side]').evaluateAll((canvases) =>
        canvases.every((canvas) => {
          if (!(canvas instanceof HTMLCanvasElement)) return false
          const { width, height } = canvas
          return canvas.getContext('2d')?.getImageData(width / 2, height / 2, 1, 1).data[3] === 255
        }),
      )
    await expect.poll(isPainted).toBe(true)
    for (const act of ['Flip', 'Turn right', 'Zoom in', 'Zoom out']) {
      const before = await seen()
      expect(before).toHaveLength(6)
      await ada.editor.button(act).click()
      await expect.poll(async () => (await seen()).every((now, index) => now !== before[index])).toBe(true)
    }
    await expect(ada.editor.area).toContainText('Ada Lovelace')
  })

  test('by two fingers: spread they zoom where they are, together they move, all of it one step', async ({
    workspace,
    open,
  }) => {
    const ada = await open(workspace.ada)
    await openEditor(ada)
    const box = await ada.editor.stage.boundingBox()
    if (box === null) throw new Error('The stage cannot be seen.')
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
    const session = await ada.page.context().newCDPSession(ada.page)
    const touch = (
      type: 'touchStart' | 'touchMove' | 'touchEnd',
      reach: number,
      right = 0,
    ): Promise<unknown> =>
      session.send('Input.dispatchTouchEvent', {
        type,
        touchPoints:
          type === 'touchEnd'
            ? []
            : [
                { x: x - reach + right, y, id: 1 },
                { x: x + reach + right, y, id: 2 },
              ],
      })
    const percent = async (): Promise<number> =>
      Number.parseInt((await ada.editor.zoom.getAttribute('aria-valuetext')) ?? '', 10)

    await touch('touchStart', 40)
    for (let reach = 42; reach <= 80; reach += 2) await touch('touchMove', reach)
    await expect.poll(percent).toBeGreaterThanOrEqual(195)
    expect(await percent()).toBeLessThanOrEqual(205)
    const spread = await ada.editor.stage.screenshot()
    for (let right = 4; right <= 60; right += 4) await touch('touchMove', 80, right)
    await touch('touchEnd', 0)
    // Fingers that stay as far apart only move it.
    expect(Math.abs((await percent()) - 200)).toBeLessThanOrEqual(5)
    expect(spread.equals(await ada.editor.stage.screenshot())).toBe(false)
    await ada.editor.button('Undo').click()
    await expect(ada.editor.zoom).toHaveAttribute('aria-valuetext', '100 %')
    await expect(ada.editor.button('Undo')).toBeDisabled()
  })

  test('Escape asks only if something would be lost', async ({ workspace, open }) => {
    const ada = await open(workspace.ada)
    await openEditor(ada)
    await ada.page.keyboard.press('Escape')
    await ada.editor.area.waitFor({ state: 'detached' })
    await ada.profile.changePicture()
    await ada.editor.waitUntilReady()
    await ada.page.keyboard.press('f')
    await ada.page.keyboard.press('Escape')
    const question = ada.page.getByRole('alertdialog', { name: 'Discard your changes?' })
    await question.getByRole('button', { name: 'Cancel' }).click()
    await expect(ada.editor.stage).toBeVisible()
    await ada.editor.button('Cancel').click()
    await question.getByRole('button', { name: 'Discard' }).click()
    await ada.editor.area.waitFor({ state: 'detached' })
    await expectInitials(ada.sidebar.ownPicture, workspace.ada.user.id, 'AL')
  })

  test('warns of a cut with fewer than 256 pixels, and saves it all the same', async ({
    workspace,
    open,
  }) => {
    const ada = await open(workspace.ada)
    const small = await sharp({ create: { width: 200, height: 300, channels: 3, background: '#2a6bb0' } })
      .png()
      .toBuffer()
    await give(ada.page, 'drop', 'nav button[aria-haspopup="dialog"]', [
      { name: 'small.png', type: 'image/png', bytes: small },
    ])
    await ada.editor.waitUntilReady()
    await expect(ada.editor.area).toContainText('Only 200 pixels')
    await ada.editor.save()
    await expect.poll(() => versionOf(workspace.ada)).toBe(1)
  })

  test('a transparent picture stands on a ground that the person chooses', async ({
    api,
    workspace,
    open,
  }) => {
    const ada = await open(workspace.ada)
    const clear = await sharp({
      create: { width: 400, height: 400, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
    })
      .png()
      .toBuffer()
    await give(ada.page, 'drop', 'nav button[aria-haspopup="dialog"]', [
      { name: 'clear.png', type: 'image/png', bytes: clear },
    ])
    await ada.editor.waitUntilReady()
    await ada.editor.area.getByRole('radio', { name: 'Blue' }).click()
    await ada.editor.save()
    await expect.poll(() => versionOf(workspace.ada)).toBe(1)
    const { user } = await workspace.ada.client.ok(sessionEndpoints.getMe, {})
    const answer = await fetch(new URL(user.avatarUrl ?? '', api.url), {
      headers: { authorization: `Bearer ${workspace.ada.token}` },
    })
    const { dominant } = await sharp(Buffer.from(await answer.arrayBuffer())).stats()
    expect(Math.abs(dominant.b - 0xc7)).toBeLessThan(16)
    expect(Math.abs(dominant.r - 0x4a)).toBeLessThan(16)
  })
})
