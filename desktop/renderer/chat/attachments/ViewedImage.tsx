import { ImageOff } from 'lucide-react'
import { useState } from 'react'
import type { Attachment } from '../../../../api/contract/attachment.ts'
import { useLoadedSource } from '../../avatar/useLoadedSource.ts'
import { t } from '../../platform/texts.ts'
import { Button } from '../../ui/Button.tsx'
import { Spinner } from '../../ui/Spinner.tsx'
import styles from './ViewedImage.module.css'
import type { Point, Stand } from './zoom-geometry.ts'

interface ViewedImageProps {
  image: Attachment
  stand: Stand
  /** The size in which it fits, in CSS pixels. */
  size: Point
}

/** An image as it was sent; until it is there its thumbnail, and where it cannot be had why. */
export function ViewedImage(props: ViewedImageProps) {
  const [tries, setTries] = useState(0)
  return <Attempt key={tries} {...props} onAgain={() => setTries(tries + 1)} />
}

function Attempt({ image, stand, size, onAgain }: ViewedImageProps & { onAgain: () => void }) {
  const { source, status } = useLoadedSource(image.imageUrl)
  const { source: small } = useLoadedSource(image.imageThumbUrl)
  const shown = source ?? small
  return (
    <>
      {shown !== null && (
        <img
          className={styles.image}
          src={shown}
          alt={image.name}
          width={size.x}
          height={size.y}
          draggable={false}
          data-whole={source !== null || undefined}
          style={{
            transform: `translate(-50%, -50%) translate(${stand.x}px, ${stand.y}px) scale(${stand.zoom})`,
          }}
        />
      )}
      {status === 'loading' && (
        <output className={styles.note}>
          <Spinner size={22} />
          <span className="visually-hidden">{t('chat.images.loading')}</span>
        </output>
      )}
      {status === 'none' && (
        <div className={styles.note} role="alert">
          <ImageOff size={28} aria-hidden="true" />
          <p>{t('chat.images.notLoaded')}</p>
          <Button onClick={onAgain}>{t('ui.tryAgain')}</Button>
        </div>
      )}
    </>
  )
}
