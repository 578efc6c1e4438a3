import type { OutboxProgress, StagedImage } from '../../../bridge.ts'
import { ImageFace } from './ImageFace.tsx'
import { ImageGrid } from './ImageGrid.tsx'
import styles from './OutgoingImages.module.css'

interface OutgoingImagesProps {
  images: readonly StagedImage[]
  progress: OutboxProgress
}

/** The images of a message on its way: a little fainter until it is there. */
export function OutgoingImages({ images, progress }: OutgoingImagesProps) {
  return (
    <div className={progress.status === 'failed' ? undefined : styles.sending}>
      <ImageGrid images={images}>{({ name, url }) => <ImageFace name={name} url={url} />}</ImageGrid>
    </div>
  )
}
