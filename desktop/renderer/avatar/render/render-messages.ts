import type { AttachmentType } from '../../../../api/contract/attachment.ts'
import type { PictureFault } from './unusable.ts'

/**
 * The square that is cut out of a picture. Lengths are in pixels of the picture as it is seen upright, before any turning here.
 * A point p of the picture lies at R(angle) · F · (p − middle) from the middle of the square, where F mirrors left and right
 * if `flipped`, R turns clockwise, and the square's edges are `side` long.
 */
export interface Framing {
  /** The square's left and upper edge, were it not turned about its middle. */
  x: number
  y: number
  side: number
  /** Clockwise, in degrees, from −180 to 180. */
  angle: number
  flipped: boolean
  /** What lies behind transparent pixels, as #rrggbb. */
  background: string
}

/** What the page asks of the worker; each is answered under its `id`. A source is a file, or an address of the page's own. */
export type RenderRequest =
  | { id: number; type: 'open'; source: Blob | string }
  | { id: number; type: 'prepare'; source: Blob }
  | { id: number; type: 'preview'; framing: Framing; sides: number[] }
  | { id: number; type: 'render'; framing: Framing }

/** The size of a picture as it is seen, in pixels. */
export interface PictureSize {
  width: number
  height: number
}

/** An opened picture: its true size, and a smaller copy (longest side at most 2048) to move about on the screen. */
export interface OpenedPicture extends PictureSize {
  preview: ImageBitmap
  /** Whether any of its pixels lets the background through. */
  transparent: boolean
}

/** The two renditions as WebP files without metadata. */
export interface RenderedFiles {
  full: Uint8Array<ArrayBuffer>
  thumb: Uint8Array<ArrayBuffer>
}

/** An image as a message can carry it, with its size as it is seen. */
export interface PreparedImage extends PictureSize {
  file: Blob
  type: AttachmentType
}

/** What each request is answered with. */
export interface RenderAnswers {
  open: OpenedPicture
  prepare: PreparedImage
  preview: ImageBitmap[]
  render: RenderedFiles
}

/** The answer to one request: what was asked for, or why the image cannot be used. */
export type RenderReply =
  | { id: number; ok: true; value: RenderAnswers[keyof RenderAnswers] }
  | { id: number; ok: false; fault: PictureFault }
