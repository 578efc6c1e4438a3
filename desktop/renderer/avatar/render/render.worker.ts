/// <reference lib="webworker" />
import '../../platform/strict-zod.ts'
import { assertNever } from '../../platform/assert-never.ts'
import { prepareEncoder } from './encode-webp.ts'
import { openPicture, type Picture } from './open-picture.ts'
import { prepareImage } from './prepare-image.ts'
import type { OpenedPicture, RenderAnswers, RenderReply, RenderRequest } from './render-messages.ts'
import { UNREADABLE, Unusable } from './unusable.ts'

let picture: Picture | null = null

// One after the other: a picture is never replaced while it is being drawn.
let previous = Promise.resolve()

self.addEventListener('message', ({ data }: MessageEvent<RenderRequest>) => {
  previous = previous.then(() => answer(data))
})

async function answer(request: RenderRequest): Promise<void> {
  try {
    const value = await handle(request)
    post({ id: request.id, ok: true, value }, bitmapsOf(value))
    // A failure is told when it matters: when the picture is rendered.
    if (request.type === 'open') void prepareEncoder().catch(() => undefined)
  } catch (error) {
    // Whatever it is that a strange file brings a decoder to: to the person it is a file that cannot be used.
    post({ id: request.id, ok: false, fault: error instanceof Unusable ? error.fault : UNREADABLE })
  }
}

const post = (reply: RenderReply, transfer: Transferable[] = []) => self.postMessage(reply, transfer)

function bitmapsOf(value: RenderAnswers[keyof RenderAnswers]): ImageBitmap[] {
  if (Array.isArray(value)) return value
  return 'preview' in value ? [value.preview] : []
}

async function handle(request: RenderRequest): Promise<RenderAnswers[keyof RenderAnswers]> {
  switch (request.type) {
    case 'open':
      return open(request.source)
    case 'prepare':
      return prepareImage(request.source)
    case 'preview':
      return opened().preview(request.framing, request.sides)
    case 'render':
      return opened().render(request.framing)
    default:
      return assertNever(request)
  }
}

async function open(source: Blob | string): Promise<OpenedPicture> {
  // Only one picture is held in full.
  picture?.close()
  picture = null
  picture = await openPicture(typeof source === 'string' ? await fetchFile(source) : source)
  return picture.opened
}

async function fetchFile(url: string): Promise<Blob> {
  const response = await fetch(url)
  if (!response.ok) throw new Unusable({ why: 'gone' })
  return response.blob()
}

function opened(): Picture {
  if (!picture) throw new Error('Nothing is open.')
  return picture
}
