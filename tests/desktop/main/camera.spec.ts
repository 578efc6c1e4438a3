import { expect, test } from '../../e2e/fixtures.ts'

/** Looks through the camera as the page does. */
async function look(): Promise<string> {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video: true })
    const video = document.createElement('video')
    video.muted = true
    video.srcObject = stream
    await video.play()
    for (const track of stream.getTracks()) track.stop()
    return video.videoWidth > 0 ? 'seen' : 'nothing to see'
  } catch (error) {
    return error instanceof Error ? error.name : String(error)
  }
}

test('the camera is the page’s, though its policy allows no media from anywhere', async ({
  workspace,
  open,
}) => {
  const { page, sidebar } = await open(workspace.ada)
  await sidebar.waitUntilShown()
  expect(await page.evaluate(() => window.medallion.avatar.allowCamera())).toEqual({ ok: true, value: true })
  expect(await page.evaluate(look)).toBe('seen')
})

test('the camera is not another window’s, even of the same page', async ({ workspace, open }) => {
  const { app, sidebar } = await open(workspace.ada)
  await sidebar.waitUntilShown()
  const second = app.waitForEvent('window')
  await app.evaluate(({ BrowserWindow }) =>
    new BrowserWindow({ width: 500, height: 400 }).loadURL('app://medallion/'),
  )
  const page = await second
  expect(await page.evaluate(look)).toBe('NotAllowedError')
})
