import { X } from 'lucide-react'
import { useRef, type KeyboardEvent } from 'react'
import { t } from '../../platform/texts.ts'
import { Spinner } from '../../ui/Spinner.tsx'
import { comingIn, imagesIn, removeDraftImage, useDraftImages } from './draft-images.ts'
import styles from './DraftImages.module.css'
import { ImageFace } from './ImageFace.tsx'

interface DraftImagesProps {
  roomId: string
  /** The last one was taken away: the focus goes to where one writes. */
  onEmpty: () => void
}

/** The images that are attached to what is being written, each to be taken away again. */
export function DraftImages({ roomId, onEmpty }: DraftImagesProps) {
  const images = useDraftImages((state) => imagesIn(state, roomId))
  const coming = useDraftImages((state) => comingIn(state, roomId))
  const list = useRef<HTMLUListElement>(null)

  function remove(id: string, index: number): void {
    const buttons = [...(list.current?.querySelectorAll('button') ?? [])]
    const next = buttons[index + 1] ?? buttons[index - 1]
    removeDraftImage(roomId, id)
    if (next) next.focus()
    else onEmpty()
  }

  const handleKey = (id: string, index: number) => (event: KeyboardEvent) => {
    if (event.key !== 'Delete' && event.key !== 'Backspace') return
    event.preventDefault()
    remove(id, index)
  }

  return (
    <>
      <div className="visually-hidden" aria-live="polite">
        {images.length > 0 && t('chat.images.attached', { count: images.length })}
      </div>
      {images.length + coming.length > 0 && (
        <ul ref={list} className={styles.tiles} aria-label={t('chat.images.toSend')}>
          {images.map(({ id, name, url }, index) => (
            <li key={id} className={styles.tile} title={name}>
              <span className={styles.face}>
                <ImageFace name={name} url={url} />
              </span>
              <button
                type="button"
                className={styles.remove}
                aria-label={t('chat.images.remove', { name })}
                onClick={() => remove(id, index)}
                onKeyDown={handleKey(id, index)}
              >
                <X size={13} aria-hidden="true" />
              </button>
            </li>
          ))}
          {coming.map(({ id, name }) => (
            <li key={id} className={styles.tile} title={name}>
              <span className={styles.coming}>
                <Spinner size={18} />
                <span className="visually-hidden">{t('chat.images.preparing', { name })}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
