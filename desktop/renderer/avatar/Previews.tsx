import { useEffect, useRef, useState } from 'react'
import { RENDITIONS } from '../../../api/contract/avatar.ts'
import { useSelfId, useUser } from '../session/useUser.ts'
import type { Renderer } from './open-renderer.ts'
import styles from './Previews.module.css'
import type { Crop } from './render-messages.ts'

/** The picture as others will see it: large, and beside a message on light and on dark ground. */
export function Previews({ renderer, crop }: { renderer: Renderer; crop: Crop | null }) {
  const name = useUser(useSelfId())?.displayName
  const drawn = usePreviews(renderer, crop)
  return (
    <div className={styles.previews} aria-hidden="true">
      <p className={styles.heading}>Preview</p>
      <PreviewCanvas bitmap={drawn?.full} size={96} />
      {(['light', 'dark'] as const).map((ground) => (
        <div key={ground} className={`${styles.message} ${styles[ground]}`}>
          <PreviewCanvas bitmap={drawn?.thumb} size={32} />
          <div className={styles.words}>
            <p className={styles.name}>{name}</p>
            <p className={styles.text}>How do I look?</p>
          </div>
        </div>
      ))}
    </div>
  )
}

function PreviewCanvas({ bitmap, size }: { bitmap: ImageBitmap | undefined; size: number }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    if (!canvas.current || !bitmap) return
    canvas.current.width = bitmap.width
    canvas.current.height = bitmap.height
    canvas.current.getContext('2d')?.drawImage(bitmap, 0, 0)
  }, [bitmap])
  return <canvas ref={canvas} className={styles.canvas} style={{ width: size, height: size }} />
}

interface Drawn {
  full: ImageBitmap | undefined
  thumb: ImageBitmap | undefined
}

/** Draws the crop in the worker, one drawing at a time: while it draws, only the latest crop waits. */
function usePreviews(renderer: Renderer, crop: Crop | null): Drawn | null {
  const [drawn, setDrawn] = useState<Drawn | null>(null)
  const [drawing, setDrawing] = useState<Crop | null>(null)
  const done = useRef<Crop | null>(null)

  useEffect(() => {
    if (crop && !drawing && done.current !== crop) setDrawing(crop)
  }, [crop, drawing])

  useEffect(() => {
    if (!drawing) return undefined
    let over = false
    renderer
      .preview(drawing, [RENDITIONS.full.side, RENDITIONS.thumb.side])
      .then(([full, thumb]) => over || setDrawn({ full, thumb }))
      // The last preview stays; saving tells what is wrong.
      .catch(() => undefined)
      .finally(() => {
        done.current = drawing
        if (!over) setDrawing(null)
      })
    return () => {
      over = true
    }
  }, [renderer, drawing])

  return drawn
}
