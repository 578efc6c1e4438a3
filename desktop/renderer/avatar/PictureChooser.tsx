import { Camera, ImageUp } from 'lucide-react'
import type { PictureTarget } from '../../bridge.ts'
import { Button } from '../ui/Button.tsx'
import styles from './PictureChooser.module.css'
import { RecentPictures } from './RecentPictures.tsx'

interface PictureChooserProps {
  target: PictureTarget
  onChoose: () => void
  onPhotograph: () => void
  /** A former picture was taken: there is nothing more to do. */
  onDone: () => void
}

const PASTE = window.navigator.platform.startsWith('Mac') ? '⌘V' : 'Ctrl+V'

/** The ways to an image. */
export function PictureChooser({ target, onChoose, onPhotograph, onDone }: PictureChooserProps) {
  return (
    <>
      <div className={styles.drop}>
        <ImageUp size={30} strokeWidth={1.5} aria-hidden="true" />
        <p className={styles.words}>Drop an image here, or paste one with {PASTE}</p>
        <div className={styles.ways}>
          <Button look="primary" onClick={onChoose} data-initial-focus>
            Choose a file…
          </Button>
          <Button onClick={onPhotograph}>
            <Camera size={16} aria-hidden="true" />
            Take a photo
          </Button>
        </div>
        <p className={styles.limits}>
          JPEG, PNG, WebP, AVIF, GIF, BMP, SVG, HEIC or TIFF, up to 50 MB and 100 megapixels
        </p>
      </div>
      {target.kind === 'me' && <RecentPictures onTaken={onDone} />}
    </>
  )
}
