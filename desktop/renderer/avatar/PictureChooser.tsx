import { Camera, ImageUp } from 'lucide-react'
import type { PictureTarget } from '../../bridge.ts'
import { t } from '../platform/texts.ts'
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

const PASTE = window.navigator.platform.startsWith('Mac') ? '⌘V' : `${t('app.keys.names.Mod')}+V`

/** The ways to an image. */
export function PictureChooser({ target, onChoose, onPhotograph, onDone }: PictureChooserProps) {
  return (
    <>
      <div className={styles.drop}>
        <ImageUp size={30} strokeWidth={1.5} aria-hidden="true" />
        <p className={styles.words}>{t('avatar.chooser.drop', { keys: PASTE })}</p>
        <div className={styles.ways}>
          <Button look="primary" onClick={onChoose} data-initial-focus>
            {t('avatar.chooser.chooseFile')}
          </Button>
          <Button onClick={onPhotograph}>
            <Camera size={16} aria-hidden="true" />
            {t('avatar.chooser.takePhoto')}
          </Button>
        </div>
        <p className={styles.limits}>{t('avatar.chooser.limits')}</p>
      </div>
      {target.kind === 'me' && <RecentPictures onTaken={onDone} />}
    </>
  )
}
