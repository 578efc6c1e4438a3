import { Unusable, UNREADABLE, type PictureFault } from './unusable.ts'

/** What Chromium cannot decode, or not rightly: of JPEG only those in CMYK, whose blacks it makes too light. */
export type MagickKind = 'heif' | 'tiff' | 'jpeg'

export interface MagickRequest {
  bytes: Uint8Array<ArrayBuffer>
  kind: MagickKind
}

export type MagickReply = { ok: true; bitmap: ImageBitmap } | { ok: false; fault: PictureFault }

/**
 * Decodes upright and in sRGB by ImageMagick, in a worker that ends with it: WebAssembly never gives memory back.
 * Throws Unusable where the picture is too large or damaged. Takes the bytes away.
 */
export async function decodeByMagick(bytes: Uint8Array<ArrayBuffer>, kind: MagickKind): Promise<ImageBitmap> {
  const worker = new Worker(new URL('./magick.worker.ts', import.meta.url), { type: 'module' })
  try {
    const reply = await new Promise<MagickReply>((resolve) => {
      worker.addEventListener('message', ({ data }: MessageEvent<MagickReply>) => resolve(data))
      worker.addEventListener('error', () => resolve({ ok: false, fault: UNREADABLE }))
      worker.postMessage({ bytes, kind } satisfies MagickRequest, [bytes.buffer])
    })
    if (!reply.ok) throw new Unusable(reply.fault)
    return reply.bitmap
  } finally {
    worker.terminate()
  }
}
