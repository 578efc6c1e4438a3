import {
  FlipVertical2,
  Redo2,
  RotateCcw,
  RotateCw,
  TriangleAlert,
  Undo2,
  ZoomIn,
  ZoomOut,
} from 'lucide-react'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { useStore } from 'zustand'
import { RENDITIONS } from '../../../api/contract/avatar.ts'
import { locale, t } from '../platform/texts.ts'
import { Button } from '../ui/Button.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Slider } from '../ui/Slider.tsx'
import { Spinner } from '../ui/Spinner.tsx'
import { BackgroundChoice } from './BackgroundChoice.tsx'
import { useBackground } from './background.ts'
import { MAX_TILT, sideOf } from './crop-geometry.ts'
import styles from './Cropper.module.css'
import { CropStage } from './CropStage.tsx'
import type { Editing } from './edit-picture.ts'
import { maxZoom } from './max-zoom.ts'
import { Previews } from './Previews.tsx'
import type { Opened } from './useOpenedPicture.ts'

interface CropperProps {
  opened: Extract<Opened, { status: 'open' | 'opening' }>
  editing: Editing
  onSave: () => void
}

/** What one press of − or + multiplies the zoom by. */
const ZOOM_STEP = 1.2
/** How far an arrow key moves the picture, in CSS pixels, alone and with Shift. */
const STEP = { fine: 2, coarse: 24 }
const MIDDLE = { x: 0, y: 0 }

/** Cuts an opened image: the stage, what turns and zooms it, and how it will look. */
export function Cropper({ opened, editing, onSave }: CropperProps) {
  if (opened.status === 'opening') return <Opening name={nameOf(editing)} />
  return <OpenCropper opened={opened} editing={editing} onSave={onSave} />
}

function nameOf({ source }: Editing): string {
  if (!source) return ''
  return source.kind === 'draft' ? source.draft.name : source.name
}

/** Says what is being read, but not of a file that is read in a blink. */
function Opening({ name }: { name: string }) {
  const [shown, setShown] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 150)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div className={styles.opening} aria-busy>
      {shown && (
        <>
          <Spinner size={24} />
          <p>{t('avatar.editor.reading', { name })}</p>
        </>
      )}
    </div>
  )
}

function OpenCropper({
  opened,
  editing,
  onSave,
}: CropperProps & { opened: Extract<Opened, { status: 'open' }> }) {
  const { session, picture, renderer } = opened
  const background = useBackground((state) => state.colour)
  const zoom = useStore(session.store, (state) => state.cut.zoom)
  const tilt = useStore(session.store, (state) => state.cut.tilt)
  const canUndo = useStore(session.store, (state) => state.past.length > 0)
  const canRedo = useStore(session.store, (state) => state.future.length > 0)
  const pixels = useStore(session.store, (state) => Math.floor(sideOf(state.cut, picture)))
  const [tilting, setTilting] = useState(false)
  const [said, setSaid] = useState('')
  const most = maxZoom(picture)
  const shape = editing.target.kind === 'room' ? 'square' : 'circle'

  /** Does something and tells those who do not see it. */
  const doing = (work: () => void, tell: () => string): void => {
    work()
    setSaid(tell())
  }
  const percent = (): string =>
    t('avatar.cropper.zoomedTo', { percent: String(Math.round(session.store.getState().cut.zoom * 100)) })
  const turned = (): string => {
    const { quarters, tilt: degrees } = session.store.getState().cut
    return t('avatar.cropper.turnedTo', {
      degrees: (((quarters * 90 + degrees + 180) % 360) - 180).toLocaleString(locale),
    })
  }
  const zoomBy = (factor: number, mask = 1): void =>
    doing(() => session.zoomTo(zoom * factor, MIDDLE, mask), percent)
  const turn = (quarters: number): void => doing(() => session.turn(quarters), turned)
  const flip = (): void => doing(session.flip, () => t('avatar.cropper.flipped'))
  const reset = (): void => doing(session.reset, () => t('avatar.cropper.reset'))
  const undo = (): void => doing(session.undo, () => t('avatar.cropper.undone'))
  const redo = (): void => doing(session.redo, () => t('avatar.cropper.redone'))

  function onKey(event: KeyboardEvent, mask: number): void {
    const step = event.shiftKey ? STEP.coarse : STEP.fine
    const move = (x: number, y: number, told: string) => () =>
      doing(
        () => session.pan({ x: x * step, y: y * step }, mask),
        () => told,
      )
    const keys: Partial<Record<string, () => void>> = {
      ArrowLeft: move(-1, 0, t('avatar.cropper.movedLeft')),
      ArrowRight: move(1, 0, t('avatar.cropper.movedRight')),
      ArrowUp: move(0, -1, t('avatar.cropper.movedUp')),
      ArrowDown: move(0, 1, t('avatar.cropper.movedDown')),
      '+': () => zoomBy(ZOOM_STEP, mask),
      '=': () => zoomBy(ZOOM_STEP, mask),
      '-': () => zoomBy(1 / ZOOM_STEP, mask),
      '[': () => turn(-1),
      ']': () => turn(1),
      f: flip,
      F: flip,
      '0': reset,
      Enter: onSave,
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const act = keys[event.key]
    if (!act) return
    event.preventDefault()
    act()
  }

  useUndoKeys({ undo, redo })

  return (
    <div className={styles.columns}>
      <div className={styles.work}>
        <CropStage
          picture={picture}
          session={session}
          background={background}
          shape={shape}
          grid={tilting}
          onKey={onKey}
        />
        <div className={styles.row}>
          <IconButton
            label={t('avatar.cropper.zoomOut')}
            icon={<ZoomOut size={17} />}
            disabled={zoom <= 1}
            onClick={() => zoomBy(1 / ZOOM_STEP)}
          />
          <Slider
            label={t('avatar.cropper.zoom')}
            value={zoom}
            min={1}
            max={most}
            step={0.01}
            largeStep={0.25}
            text={(value) => `${Math.round(value * 100)} %`}
            onValue={(value) => {
              session.begin('slider')
              session.zoomTo(value, MIDDLE, 1)
            }}
            onCommitted={() => doing(() => session.end('slider'), percent)}
          />
          <IconButton
            label={t('avatar.cropper.zoomIn')}
            icon={<ZoomIn size={17} />}
            disabled={zoom >= most}
            onClick={() => zoomBy(ZOOM_STEP)}
          />
        </div>
        <div className={styles.row}>
          <IconButton
            label={t('avatar.cropper.turnLeft')}
            icon={<RotateCcw size={17} />}
            onClick={() => turn(-1)}
          />
          <Slider
            label={t('avatar.cropper.straighten')}
            value={tilt}
            min={-MAX_TILT}
            max={MAX_TILT}
            step={0.5}
            largeStep={5}
            text={degrees}
            onValue={(value) => {
              session.begin('slider')
              setTilting(true)
              // Upright is where one wants to get, so it holds a little.
              session.tiltTo(Math.abs(value) < 1 ? 0 : value)
            }}
            onCommitted={() => {
              setTilting(false)
              doing(() => session.end('slider'), turned)
            }}
          />
          <IconButton
            label={t('avatar.cropper.turnRight')}
            icon={<RotateCw size={17} />}
            onClick={() => turn(1)}
          />
          <span className={styles.degrees}>{degrees(tilt)}</span>
        </div>
        <div className={styles.row}>
          <IconButton label={t('avatar.cropper.flip')} icon={<FlipVertical2 size={17} />} onClick={flip} />
          <IconButton
            label={t('avatar.cropper.undo')}
            icon={<Undo2 size={17} />}
            disabled={!canUndo}
            onClick={undo}
          />
          <IconButton
            label={t('avatar.cropper.redo')}
            icon={<Redo2 size={17} />}
            disabled={!canRedo}
            onClick={redo}
          />
          <Button look="link" disabled={!canUndo} onClick={reset}>
            {t('avatar.cropper.resetAll')}
          </Button>
          {picture.transparent && <BackgroundChoice />}
        </div>
        {pixels < RENDITIONS.full.side && (
          <p className={styles.warning}>
            <TriangleAlert size={15} aria-hidden="true" />
            {t(shape === 'circle' ? 'avatar.cropper.blurredCircle' : 'avatar.cropper.blurredSquare', {
              pixels: String(pixels),
              least: String(RENDITIONS.full.side),
            })}
          </p>
        )}
        <output className="visually-hidden">{said}</output>
      </div>
      <Previews renderer={renderer} session={session} picture={picture} editing={editing} />
    </div>
  )
}

/** Ctrl or Cmd with Z undoes, with Shift as well or with Y redoes, wherever the focus is. */
function useUndoKeys(steps: { undo: () => void; redo: () => void }): void {
  const latest = useRef(steps)
  useEffect(() => {
    latest.current = steps
  })
  useEffect(() => {
    const press = (event: globalThis.KeyboardEvent): void => {
      const key = event.key.toLowerCase()
      if ((!event.ctrlKey && !event.metaKey) || (key !== 'z' && key !== 'y')) return
      event.preventDefault()
      if (key === 'y' || event.shiftKey) latest.current.redo()
      else latest.current.undo()
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [])
}

const degrees = (value: number): string => `${tenths.format(value)}°`

const tenths = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
