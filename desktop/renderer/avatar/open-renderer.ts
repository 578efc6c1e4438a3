import type {
  Crop,
  PictureSize,
  RenderAnswers,
  RenderedFiles,
  RenderReply,
  RenderRequest,
} from './render-messages.ts'

/** A picture that the worker could not use; the message is a sentence for the person. */
export class RenderError extends Error {}

/** One picture opened in a worker of its own. Every function throws a RenderError where the picture cannot be used. */
export interface Renderer {
  open(url: string): Promise<PictureSize>
  /** Draws the crop as squares with these sides, in pixels. */
  preview(crop: Crop, sides: number[]): Promise<ImageBitmap[]>
  render(crop: Crop): Promise<RenderedFiles>
  /** Ends the worker; what is still under way is never answered. */
  close(): void
}

type Ask = { [Type in RenderRequest['type']]: Omit<Extract<RenderRequest, { type: Type }>, 'id'> }

/** Starts a worker that decodes and draws pictures away from the page. */
export function openRenderer(): Renderer {
  const worker = new Worker(new URL('./render.worker.ts', import.meta.url), { type: 'module' })
  const waiting = new Map<number, (reply: RenderReply) => void>()
  let last = 0

  worker.addEventListener('message', ({ data }: MessageEvent<RenderReply>) => {
    waiting.get(data.id)?.(data)
    waiting.delete(data.id)
  })
  // A worker that dies, of memory above all, answers nothing more.
  worker.addEventListener('error', () => {
    const sentence = 'This image could not be processed on this computer. Choose a smaller one.'
    for (const [id, settle] of waiting) settle({ id, ok: false, sentence })
    waiting.clear()
  })

  function ask<Type extends RenderRequest['type']>(
    request: Ask[Type] & { type: Type },
  ): Promise<RenderAnswers[Type]> {
    last += 1
    const id = last
    return new Promise((resolve, reject) => {
      waiting.set(id, (reply) => {
        // The worker answers each type with its own value: `RenderAnswers` is written once for both sides.
        if (reply.ok) resolve(reply.value as RenderAnswers[Type])
        else reject(new RenderError(reply.sentence))
      })
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin to name
      worker.postMessage({ ...request, id })
    })
  }

  return {
    open: (url) => ask({ type: 'open', url }),
    preview: (crop, sides) => ask({ type: 'preview', crop, sides }),
    render: (crop) => ask({ type: 'render', crop }),
    close: () => worker.terminate(),
  }
}
