import { readdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OpenedPicture, RenderedFiles } from '../../desktop/renderer/avatar/render/render-messages.ts'
import { launchDesktop } from '../support/launch-desktop.ts'

/** Both renditions of the middle square of a picture, and how long the built desktop's worker took, in milliseconds. */
export interface RenderedPicture {
  full: Buffer
  thumb: Buffer
  /** From the file to the first preview: reading its header, decoding, reducing. */
  opening: number
  /** From the click on Save to both files. */
  rendering: number
}

/** The built desktop's own worker, in its own window, driven without the editor around it. */
export interface RenderWorker {
  /** A worker of its own for each picture, as for each opening of the editor. */
  render(path: string): Promise<RenderedPicture>
  /** The id of the desktop's process, from which all others descend. */
  pid: number
  close(): Promise<void>
}

const ASSETS = join(import.meta.dirname, '../../out/renderer/assets')

/** Opens the built desktop, signed out: nothing else goes on in its window. */
export async function openRenderWorker(): Promise<RenderWorker> {
  const script = (await readdir(ASSETS)).find((name) => /^render\.worker-.*\.js$/.test(name))
  if (script === undefined) throw new Error('The desktop is not built: run `npm run build` first.')
  const userData = await mkdtemp(join(tmpdir(), 'medallion-bench-'))
  const { app, page, close } = await launchDesktop({ userData })
  // Running TypeScript names functions by a helper that the page does not have.
  await page.evaluate('globalThis.__name = (value) => value')
  await page.evaluate(`(${installDriver.toString()})(${JSON.stringify(`/assets/${script}`)})`)
  return {
    async render(path) {
      await page.locator('#picture').setInputFiles(path)
      const { full, thumb, ...times } = await page.evaluate<Answer>('renderPicture()')
      return { full: Buffer.from(full, 'base64'), thumb: Buffer.from(thumb, 'base64'), ...times }
    },
    pid: app.process().pid ?? 0,
    async close() {
      await close()
      await rm(userData, { recursive: true, force: true })
    },
  }
}

/** What the worker answers, as render-messages.ts has it. */
type Reply<Value> = { ok: true; value: Value } | { ok: false; fault: { why: string } }

interface Answer {
  full: string
  thumb: string
  opening: number
  rendering: number
}

/** Runs in the page: gives it a field for the file and a function that has the worker render it. */
function installDriver(script: string): void {
  const field = document.createElement('input')
  field.type = 'file'
  field.id = 'picture'
  document.body.append(field)
  const text = (file: Uint8Array) => btoa(Array.from(file, (byte) => String.fromCharCode(byte)).join(''))
  Object.assign(globalThis, {
    async renderPicture(): Promise<Answer> {
      const worker = new Worker(script, { type: 'module' })
      const ask = <Value>(message: object) =>
        new Promise<Value>((resolve, reject) => {
          worker.addEventListener(
            'message',
            ({ data }: MessageEvent<Reply<Value>>) =>
              data.ok ? resolve(data.value) : reject(new Error(data.fault.why)),
            { once: true },
          )
          worker.addEventListener('error', ({ message: problem }) => reject(new Error(problem)), {
            once: true,
          })
          // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin to name
          worker.postMessage({ id: 1, ...message })
        })
      try {
        const start = performance.now()
        const { width, height, preview } = await ask<OpenedPicture>({
          type: 'open',
          source: field.files?.[0],
        })
        const opened = performance.now()
        preview.close()
        const side = Math.min(width, height)
        const framing = {
          x: Math.floor((width - side) / 2),
          y: Math.floor((height - side) / 2),
          side,
          angle: 0,
          flipped: false,
          background: '#ffffff',
        }
        const clicked = performance.now()
        const { full, thumb } = await ask<RenderedFiles>({ type: 'render', framing })
        const rendering = performance.now() - clicked
        return { full: text(full), thumb: text(thumb), opening: opened - start, rendering }
      } finally {
        worker.terminate()
      }
    },
  })
}
