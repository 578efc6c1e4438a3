import type { ReactNode } from 'react'
import type { Message } from '../../../../api/contract/chat.ts'
import { ImageFace } from './ImageFace.tsx'
import { ImageGrid } from './ImageGrid.tsx'
import styles from './MessageImages.module.css'
import { sentUrl } from './sent-images.ts'
import { viewImages } from './viewer.ts'

/** The images that a message carries; a press opens one. */
export function MessageImages({ message }: { message: Message }) {
  const { attachments, clientId } = message
  return (
    <ImageGrid images={attachments}>
      {(image, index) => (
        <button
          type="button"
          className={styles.image}
          aria-haspopup="dialog"
          onClick={() => viewImages(message, index)}
        >
          <ImageFace
            name={image.name}
            url={image.imageThumbUrl}
            thumbhash={image.thumbhash}
            standIn={sentUrl(clientId, index)}
          />
          {image.type === 'image/gif' && <Badge>{GIF}</Badge>}
        </button>
      )}
    </ImageGrid>
  )
}

/** Its name in every language. */
const GIF = 'GIF'

const Badge = ({ children }: { children: ReactNode }) => (
  <span className={styles.badge} aria-hidden="true">
    {children}
  </span>
)
