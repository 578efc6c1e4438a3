import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, type Page } from '@playwright/test'
import { dragFile, pasteFile } from '../support/give-files.ts'
import { invoke, test } from './example.ts'

/** Plays the camera in the page and tells what arrives; the name of the error when there is none. */
function look(page: Page, constraints: MediaStreamConstraints): Promise<unknown> {
  return page.evaluate(async (wanted) => {
    try {
      const stream = await navigator.mediaDevices.getUserMedia(wanted)
      const video = document.createElement('video')
      video.muted = true
      video.srcObject = stream
      await video.play()
      const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight)
      const pen = canvas.getContext('2d')
      pen?.drawImage(video, 0, 0)
      const pixels = pen?.getImageData(0, 0, canvas.width, canvas.height).data ?? []
      const [track] = stream.getVideoTracks()
      track?.stop()
      return {
        kinds: stream.getTracks().map(({ kind }) => kind),
        isLarge: canvas.width >= 320 && canvas.height >= 240,
        // A picture has several colours; an empty frame has one.
        hasContent: new Set(pixels).size > 3,
        stopped: track?.readyState,
      }
    } catch (error) {
      return error instanceof Error ? error.name : String(error)
    }
  }, constraints)
}

test('a camera is there, and its frames arrive, under the page’s policy', async ({ launch }) => {
  const { page } = await launch({ grants: ['media'] })
  expect(await look(page, { video: true })).toEqual({
    kinds: ['video'],
    isLarge: true,
    hasContent: true,
    stopped: 'ended',
  })
})

test('a machine without a camera has none', async ({ launch }) => {
  const { page } = await launch({ grants: ['media'], env: { STANDIN_CAMERA: 'off' } })
  expect(await look(page, { video: true })).toBe('NotFoundError')
})

test('the app hears which devices are asked for, by which page, and decides each time', async ({
  launch,
}) => {
  const { app, page } = await launch()
  await app.evaluate(({ session }) => {
    const asked: unknown[] = []
    Reflect.set(globalThis, 'asked', asked)
    session.defaultSession.setPermissionRequestHandler((contents, permission, decide, details) => {
      asked.push({ permission, url: contents.getURL(), ...details })
      decide('mediaTypes' in details && details.mediaTypes?.join() === 'video')
    })
  })
  expect(await look(page, { video: true })).toMatchObject({ kinds: ['video'] })
  expect(await look(page, { video: true, audio: true })).toBe('NotAllowedError')
  expect(await look(page, { audio: true })).toBe('NotAllowedError')
  expect(await look(page, { video: true })).toMatchObject({ kinds: ['video'] })
  const question = (...mediaTypes: string[]) => ({
    permission: 'media',
    url: 'app://example/',
    requestingUrl: 'app://example/',
    isMainFrame: true,
    mediaTypes,
  })
  expect(await app.evaluate(() => Reflect.get(globalThis, 'asked') as unknown)).toEqual([
    question('video'),
    question('video', 'audio'),
    question('audio'),
    question('video'),
  ])
})

test('a page that looks whether it has the camera is answered by the app’s other handler', async ({
  launch,
}) => {
  const { app, page } = await launch()
  const state = (name: string): Promise<string> =>
    page.evaluate(
      // TypeScript's list of names lacks these two.
      async (name) => (await navigator.permissions.query({ name: name as PermissionName })).state,
      name,
    )
  await app.evaluate(({ session }) => {
    session.defaultSession.setPermissionCheckHandler(
      (_contents, permission, origin, { mediaType, isMainFrame }) =>
        permission === 'media' && mediaType === 'video' && isMainFrame && origin === 'app://example',
    )
  })
  expect(await state('camera')).toBe('granted')
  expect(await state('microphone')).toBe('denied')
})

test('a test says that the machine is offline, and that it wakes up', async ({ launch }) => {
  const { app } = await launch()
  const seen = await app.evaluate(({ net, powerMonitor }) => {
    const before = net.isOnline()
    net.isOnline = () => false
    let woken = 0
    powerMonitor.on('resume', () => {
      woken += 1
    })
    powerMonitor.emit('resume')
    return { before, now: net.isOnline(), online: net.online, woken }
  })
  expect(seen).toEqual({ before: true, now: false, online: false, woken: 1 })
})

test('a file is dropped from outside, by events that can be trusted', async ({ launch, userData }) => {
  const path = join(userData, 'photo.png')
  writeFileSync(path, 'a photo')
  const { page } = await launch()
  await page.evaluate(() => {
    const seen: unknown[] = []
    Reflect.set(window, 'seen', seen)
    document.addEventListener('dragover', (event) => {
      event.preventDefault()
      seen.push(['dragover', [...(event.dataTransfer?.types ?? [])], event.isTrusted])
    })
    document.addEventListener('drop', (event) => {
      event.preventDefault()
      const [file] = event.dataTransfer?.files ?? []
      void file?.text().then((text) => seen.push(['drop', file.name, text, event.isTrusted]))
    })
  })
  const seen = (): Promise<unknown> => page.evaluate(() => Reflect.get(window, 'seen') as unknown)
  const { drop } = await dragFile(page.getByRole('main'), path)
  await expect.poll(seen).toEqual([['dragover', ['Files'], true]])
  await drop()
  await expect.poll(seen).toContainEqual(['drop', 'photo.png', 'a photo', true])
})

test('a file is pasted', async ({ launch, userData }) => {
  const path = join(userData, 'photo.png')
  writeFileSync(path, 'a photo')
  const { page } = await launch()
  await page.evaluate(() =>
    document.addEventListener('paste', (event) => {
      const [file] = event.clipboardData?.files ?? []
      const output = document.querySelector('output')
      if (file !== undefined && output !== null)
        output.textContent = `${file.name}, ${file.type}, ${file.size}`
    }),
  )
  await pasteFile(page, path, 'image/png')
  await expect(page.getByRole('status')).toHaveText('photo.png, image/png, 7')
})

test('what the page copied is pasted with the keyboard, by an event that can be trusted', async ({
  launch,
}) => {
  const { page } = await launch({ grants: ['clipboard-sanitized-write'] })
  await page.evaluate(async () => {
    document.addEventListener('paste', (event) => {
      const [file] = event.clipboardData?.files ?? []
      const output = document.querySelector('output')
      if (output !== null) output.textContent = `${file?.type}, trusted: ${event.isTrusted}`
    })
    const canvas = new OffscreenCanvas(8, 8)
    canvas.getContext('2d')?.fillRect(0, 0, 4, 4)
    const blob = await canvas.convertToBlob({ type: 'image/png' })
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })])
  })
  await page.keyboard.press('Control+V')
  await expect(page.getByRole('status')).toHaveText('image/png, trusted: true')
})

test('the camera that is asked for while nobody decides is there, as in Electron', async ({ launch }) => {
  const { app, page } = await launch()
  await app.evaluate(({ session }) => {
    session.defaultSession.setPermissionRequestHandler(null)
  })
  expect(await look(page, { video: true })).toMatchObject({ kinds: ['video'] })
  expect(await invoke(page, 'asked')).toEqual([])
})
