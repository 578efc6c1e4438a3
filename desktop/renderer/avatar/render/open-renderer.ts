import { faultSentence } from '../fault-sentence.ts'
import type {
  Framing,
  OpenedPicture,
  PreparedImage,
  RenderAnswers,
  RenderedFiles,
  RenderReply,
  RenderRequest,
} from './render-messages.ts'
import type { PictureFault } from './unusable.ts'

/** A picture that could not be used; the message is a sentence for the person. */
export class RenderError extends Error {}

/**
 * One picture at a time, opened in a worker. Every function but `close` throws a RenderError where the picture cannot be
 * used, and where the worker takes too long or dies of it; another picture can be opened after that.
 */
export interface Renderer {
  /** Takes a file, or an address of the page's own such as a draft's. The preview is the caller's, to close when done with. */
  open(source: Blob | string): Promise<OpenedPicture>
  /** Makes an image ready for a message, without opening it. */
  prepare(source: Blob): Promise<PreparedImage>
  /** Draws the square as squares with these sides, in pixels; the bitmaps are the caller's. */
  preview(framing: Framing, sides: number[]): Promise<ImageBitmap[]>
  render(framing: Framing): Promise<RenderedFiles>
  /** Ends the worker; what is still under way is never answered. */
  close(): void
}

type Ask = { [Type in RenderRequest['type']]: Omit<Extract<RenderRequest, { type: Type }>, 'id'> }

/** How long the worker may take, in milliseconds: some ten times what 100 megapixels take on a slow computer. */
const DEADLINE = 60_000

/** Starts a worker that decodes and draws pictures away from the page. */
export function openRenderer(): Renderer {
  const waiting = new Map<number, (reply: RenderReply) => void>()
  let worker = startWorker()
  let last = 0

  function startWorker(): Worker {
    const started = new Worker(new URL('./render.worker.ts', import.meta.url), { type: 'module' })
    started.addEventListener('message', ({ data }: MessageEvent<RenderReply>) => {
      waiting.get(data.id)?.(data)
    })
    // A worker that dies, of memory above all, answers nothing more.
    started.addEventListener('error', () => startAgain({ why: 'notProcessed' }))
    return started
  }

  /** Ends a worker that no longer answers, tells whoever waits for it why, and puts another in its place. */
  function startAgain(fault: PictureFault): void {
    worker.terminate()
    for (const [id, settle] of waiting) settle({ id, ok: false, fault })
    worker = startWorker()
  }

  function ask<Type extends RenderRequest['type']>(
    request: Ask[Type] & { type: Type },
  ): Promise<RenderAnswers[Type]> {
    last += 1
    const id = last
    return new Promise((resolve, reject) => {
      const deadline = setTimeout(
        () => startAgain({ why: 'tookTooLong', seconds: DEADLINE / 1000 }),
        DEADLINE,
      )
      waiting.set(id, (reply) => {
        clearTimeout(deadline)
        waiting.delete(id)
        // The worker answers each type with its own value: `RenderAnswers` is written once for both sides.
        if (reply.ok) resolve(reply.value as RenderAnswers[Type])
        else reject(new RenderError(faultSentence(reply.fault)))
      })
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin to name
      worker.postMessage({ ...request, id })
    })
  }

  return {
    open: (source) => ask({ type: 'open', source }),
    prepare: (source) => ask({ type: 'prepare', source }),
    preview: (framing, sides) => ask({ type: 'preview', framing, sides }),
    render: (framing) => ask({ type: 'render', framing }),
    close: () => worker.terminate(),
  }
}
