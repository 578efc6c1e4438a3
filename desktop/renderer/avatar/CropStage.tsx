import { Slider } from '@base-ui/react/slider'
import { ZoomIn, ZoomOut } from 'lucide-react'
import { useState } from 'react'
import Cropper, { type Area, type MediaSize, type Point } from 'react-easy-crop'
import 'react-easy-crop/react-easy-crop.css'
import { IconButton } from '../ui/IconButton.tsx'
import styles from './CropStage.module.css'
import { maxZoom } from './max-zoom.ts'
import type { Crop, PictureSize } from './render-messages.ts'

interface CropStageProps {
  url: string
  size: PictureSize
  /** Told at every movement: the square under the mask, in the picture's own pixels. */
  onCrop: (crop: Crop) => void
}

/** The diameter of the mask in CSS pixels. */
const MASK = 284
/** How far an arrow key moves the picture, in CSS pixels. */
const KEYBOARD_STEP = 6
/** What one press of − or + multiplies the zoom by. */
const ZOOM_STEP = 1.2

/** The picture under a round mask, to be moved by pointer and arrow keys and zoomed by wheel, slider, − and +. */
export function CropStage({ url, size, onCrop }: CropStageProps) {
  const [position, setPosition] = useState<Point>({ x: 0, y: 0 })
  // 1 where the picture's shorter side just fills the mask; the cropper counts from where it fills the stage.
  const [zoom, setZoom] = useState(1)
  const [fill, setFill] = useState(1)
  const max = maxZoom(size)
  const clamp = (value: number) => Math.min(max, Math.max(1, value))

  const tellCrop = (_: Area, { x, y, width }: Area) => onCrop({ x, y, side: width })
  const measure = (media: MediaSize) => setFill(MASK / Math.min(media.width, media.height))

  return (
    <div className={styles.column}>
      <div className={styles.stage}>
        <Cropper
          image={url}
          crop={position}
          zoom={zoom * fill}
          minZoom={fill}
          maxZoom={max * fill}
          aspect={1}
          cropShape="round"
          cropSize={{ width: MASK, height: MASK }}
          objectFit="cover"
          showGrid={false}
          keyboardStep={KEYBOARD_STEP}
          onCropChange={setPosition}
          onZoomChange={(next) => setZoom(clamp(next / fill))}
          onCropAreaChange={tellCrop}
          onCropComplete={tellCrop}
          onMediaLoaded={measure}
          mediaProps={{ alt: '' }}
          cropperProps={{ 'aria-label': 'Picture: move it with the arrow keys', role: 'application' }}
          classes={{ cropAreaClassName: styles.mask ?? '' }}
          disableAutomaticStylesInjection
        />
      </div>
      <div className={styles.zoom}>
        <IconButton
          label="Zoom out"
          icon={<ZoomOut size={17} />}
          disabled={zoom <= 1}
          onClick={() => setZoom(clamp(zoom / ZOOM_STEP))}
        />
        <Slider.Root
          className={styles.slider ?? ''}
          value={zoom}
          min={1}
          max={max}
          step={0.01}
          largeStep={0.25}
          onValueChange={(value) => setZoom(clamp(Array.isArray(value) ? (value[0] ?? 1) : value))}
        >
          <Slider.Control className={styles.control ?? ''}>
            <Slider.Track className={styles.track ?? ''}>
              <Slider.Indicator className={styles.indicator ?? ''} />
              <Slider.Thumb
                className={styles.thumb ?? ''}
                aria-label="Zoom"
                getAriaValueText={(_, value) => `${Math.round(value * 100)} %`}
              />
            </Slider.Track>
          </Slider.Control>
        </Slider.Root>
        <IconButton
          label="Zoom in"
          icon={<ZoomIn size={17} />}
          disabled={zoom >= max}
          onClick={() => setZoom(clamp(zoom * ZOOM_STEP))}
        />
      </div>
    </div>
  )
}
