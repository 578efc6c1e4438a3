/** A square of the picture, in pixels of the picture as it is seen (after its orientation). */
export interface Crop {
  x: number
  y: number
  side: number
}

/** What the page asks of the worker; each is answered under its `id`. */
export type RenderRequest =
  | { id: number; type: 'open'; url: string }
  | { id: number; type: 'preview'; crop: Crop; sides: number[] }
  | { id: number; type: 'render'; crop: Crop }

/** The size of an opened picture as it is seen, in pixels. */
export interface PictureSize {
  width: number
  height: number
}

/** The two renditions as WebP files without metadata. */
export interface RenderedFiles {
  full: Uint8Array<ArrayBuffer>
  thumb: Uint8Array<ArrayBuffer>
}

/** What each request is answered with. */
export interface RenderAnswers {
  open: PictureSize
  preview: ImageBitmap[]
  render: RenderedFiles
}

/** The answer to one request: what was asked for, or a sentence for the person. */
export type RenderReply =
  | { id: number; ok: true; value: RenderAnswers[keyof RenderAnswers] }
  | { id: number; ok: false; sentence: string }
