import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { startApi } from '../tests/support/api-process.ts'
import { dropFile } from '../tests/support/give-files.ts'
import { launchDesktop, type Desktop } from '../tests/support/launch-desktop.ts'
import { realPicture } from '../tests/support/photos/real-photos.ts'
import { fillGallery } from './gallery.ts'

// npm run screenshots: the pictures of the README, taken of the built program, so that they never grow old.

const IMAGES = resolve('docs/images')
/** All of them together weigh no more, in bytes. */
const BUDGET = 600_000
const WINDOW = { width: 1280, height: 800 }
const NARROW = { width: 480, height: 800 }

const folder = await mkdtemp(join(tmpdir(), 'medallion-screenshots-'))
const api = await startApi(join(folder, 'api'))
let desktop: Desktop | undefined
try {
  console.log('Filling the workspace …')
  const { self, launch } = await fillGallery(api.url)
  desktop = await launchDesktop({
    userData: join(folder, 'desktop'),
    session: { server: api.url, token: self.token },
  })
  const weight = await photograph(desktop, launch.name ?? '')
  console.log(`${Math.round(weight / 1000)} kB in ${IMAGES}.`)
  if (weight > BUDGET) throw new Error(`The screenshots weigh ${weight} bytes, more than ${BUDGET}.`)
} finally {
  await desktop?.close()
  await api.stop()
  await rm(folder, { recursive: true, force: true })
}

/** Takes all of them and tells their bytes. */
async function photograph(shown: Desktop, room: string): Promise<number> {
  const { page, sidebar, conversation, editor } = shown
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  await page.setViewportSize(WINDOW)
  await sidebar.open(room)
  await conversation.message('Everybody: please').waitFor()
  const light = await save(shown, 'workspace-light')
  await page.emulateMedia({ colorScheme: 'dark' })
  const dark = await save(shown, 'workspace-dark')
  await page.emulateMedia({ colorScheme: 'light' })

  await page.setViewportSize(NARROW)
  const narrow = await save(shown, 'narrow')
  await page.setViewportSize(WINDOW)

  await dropFile(sidebar.ownPicture, realPicture('astronaut.webp'))
  await editor.waitUntilReady()
  await editor.zoomIn(3)
  for (let n = 0; n < 5; n += 1) await editor.stage.press('Shift+ArrowDown')
  return light + dark + narrow + (await save(shown, 'editor'))
}

/** Takes one once every picture in the window is there, and the history at its end, and tells its bytes. */
async function save({ page }: Desktop, name: string): Promise<number> {
  await page.mouse.move(1, 1)
  await page.waitForFunction(() => {
    const history = document.querySelector('[role=log]')
    return history !== null && history.scrollHeight - history.scrollTop - history.clientHeight < 2
  })
  await page.waitForFunction(() => [...document.images].every(({ complete }) => complete))
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
  const taken = await page.screenshot({ animations: 'disabled', caret: 'hide' })
  const small = await sharp(taken).png({ palette: true, quality: 92, effort: 10 }).toBuffer()
  await writeFile(join(IMAGES, `${name}.png`), small)
  return small.length
}
