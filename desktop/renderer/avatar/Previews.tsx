import { useEffect, useRef, type RefObject } from 'react'
import { RENDITIONS } from '../../../api/contract/avatar.ts'
import { t } from '../platform/texts.ts'
import { useSelfId, useUser } from '../session/useUser.ts'
import { useBackground } from './background.ts'
import { framingOf } from './crop-geometry.ts'
import type { Editing } from './edit-picture.ts'
import type { EditSession } from './edit-session.ts'
import styles from './Previews.module.css'
import type { Renderer } from './render/open-renderer.ts'
import type { Framing, PictureSize } from './render/render-messages.ts'

interface PreviewsProps {
  renderer: Renderer
  session: EditSession
  picture: PictureSize
  editing: Editing
}

/** The picture as others will see it, live: in the list, in a chat's header and beside a message, on light and on dark ground. */
export function Previews({ renderer, session, picture, editing }: PreviewsProps) {
  const ownName = useUser(useSelfId())?.displayName ?? ''
  const background = useBackground((state) => state.colour)
  const previews = useRef<HTMLDivElement>(null)
  useLiveDrawing(previews, { renderer, session, picture, background })
  const isRoom = editing.target.kind === 'room'
  const name = editing.name ?? ownName
  const shape = isRoom ? styles.room : styles.person

  return (
    <div ref={previews} className={styles.previews} aria-hidden="true">
      {(['light', 'dark'] as const).map((ground) => (
        <div key={ground} className={`${styles.ground} ${styles[ground]}`}>
          <div className={styles.header}>
            <canvas data-side="full" className={`${styles.canvas} ${shape}`} width={1} height={1} />
            <div className={styles.words}>
              <p className={styles.name}>{name}</p>
              <p className={styles.text}>{isRoom ? t('avatar.members', { count: 5 }) : t('avatar.online')}</p>
            </div>
          </div>
          <div className={styles.listRow}>
            <canvas data-side="thumb" className={`${styles.canvas} ${shape}`} width={1} height={1} />
            <div className={styles.words}>
              <p className={styles.name}>{name}</p>
              <p className={styles.text}>{t('avatar.cropper.example')}</p>
            </div>
          </div>
          {!isRoom && (
            <div className={styles.message}>
              <canvas data-side="thumb" className={`${styles.canvas} ${shape}`} width={1} height={1} />
              <div className={styles.words}>
                <p className={styles.name}>{name}</p>
                <p className={styles.text}>{t('avatar.cropper.question')}</p>
              </div>
            </div>
          )}
        </div>
      ))}
    </div>
  )
}

/** Has the worker draw every change, one drawing at a time: while it draws, only the latest waits. Past React, like the stage. */
function useLiveDrawing(
  previews: RefObject<HTMLDivElement | null>,
  { renderer, session, picture, background }: Omit<PreviewsProps, 'editing'> & { background: string },
): void {
  useEffect(() => {
    let over = false
    let wanted: Framing | null = null
    let drawing = false

    const draw = async (): Promise<void> => {
      if (drawing) return
      drawing = true
      while (wanted) {
        const framing: Framing = wanted
        wanted = null
        try {
          const bitmaps = await renderer.preview(framing, [RENDITIONS.full.side, RENDITIONS.thumb.side])
          if (previews.current && !over) show(previews.current, bitmaps)
          for (const bitmap of bitmaps) bitmap.close()
        } catch {
          // The last preview stays; saving tells what is wrong.
        }
      }
      drawing = false
    }
    const follow = (): void => {
      wanted = framingOf(session.store.getState().cut, picture, background)
      void draw()
    }
    follow()
    const stop = session.store.subscribe(follow)
    return () => {
      over = true
      wanted = null
      stop()
    }
  }, [previews, renderer, session, picture, background])
}

function show(previews: HTMLElement, [full, thumb]: ImageBitmap[]): void {
  for (const canvas of previews.querySelectorAll('canvas')) {
    const bitmap = canvas.dataset['side'] === 'full' ? full : thumb
    if (!bitmap) continue
    canvas.width = bitmap.width
    canvas.height = bitmap.height
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0)
  }
}
