import { useEffect, useState } from 'react'
import { sentenceFor } from '../platform/sentences.ts'
import type { PictureSource } from './edit-picture.ts'
import { createEditSession, type EditSession } from './edit-session.ts'
import { openRenderer, RenderError, type Renderer } from './render/open-renderer.ts'
import type { OpenedPicture } from './render/render-messages.ts'

/** What has become of an image: none yet, being read, open to be cut, or of no use. */
export type Opened =
  | { status: 'none' }
  | { status: 'opening' }
  | { status: 'open'; renderer: Renderer; picture: OpenedPicture; session: EditSession }
  | { status: 'unusable'; sentence: string }

/** Opens an image in a worker that lives as long as the image is shown. */
export function useOpenedPicture(source: PictureSource | null): Opened {
  const [state, setState] = useState<{ source: PictureSource; opened: Opened } | null>(null)
  useEffect(() => {
    if (!source) return undefined
    const renderer = openRenderer()
    let over = false
    let preview: ImageBitmap | null = null
    const settle = (opened: Opened): void => {
      if (!over) setState({ source, opened })
    }
    renderer.open(source.kind === 'draft' ? source.draft.url : source.file).then(
      (picture) => {
        preview = picture.preview
        if (over) preview.close()
        else settle({ status: 'open', renderer, picture, session: createEditSession(picture) })
      },
      (error: unknown) =>
        settle({
          status: 'unusable',
          sentence: error instanceof RenderError ? error.message : sentenceFor(error),
        }),
    )
    return () => {
      over = true
      renderer.close()
      preview?.close()
    }
  }, [source])
  if (!source) return { status: 'none' }
  return state?.source === source ? state.opened : { status: 'opening' }
}
