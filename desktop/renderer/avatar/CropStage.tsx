import { useEffect, useRef, type PointerEvent } from 'react'
import { t } from '../platform/texts.ts'
import type { EditSession } from './edit-session.ts'
import styles from './CropStage.module.css'
import { framingOf, type Vector } from './crop-geometry.ts'
import type { OpenedPicture } from './render/render-messages.ts'

interface CropStageProps {
  picture: OpenedPicture
  session: EditSession
  /** What lies behind transparent pixels, as #rrggbb. */
  background: string
  /** How the picture will be cut out: people's are round, rooms' are squares with round corners. */
  shape: Shape
  /** Shows lines to straighten the picture by. */
  grid: boolean
  onKey: (event: React.KeyboardEvent, mask: number) => void
}

/** The shape of a picture. */
export type Shape = 'circle' | 'square'

/** How round a square picture's corners are, as a part of its side; the same as where it is shown. */
const ROUNDNESS = 0.3
/** The space around the mask, in CSS pixels. */
const MARGIN = 20
/** What one notch of a wheel multiplies the zoom by, for each pixel that it says. */
const WHEEL = 0.002
/** A pinch on a touchpad comes as a wheel with Ctrl, in much smaller steps. */
const PINCH = 0.01

/** The picture under a mask of its shape: moved by pointer, zoomed by wheel, pinch and double click. Drawn by itself, past React. */
export function CropStage({ picture, session, background, shape, grid, onKey }: CropStageProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const mask = useRef(1)

  useEffect(() => {
    const element = canvas.current
    const pen = element?.getContext('2d')
    if (!element || !pen) return undefined
    let frame = 0
    const draw = (): void => {
      frame = 0
      mask.current = drawStage(pen, { picture, session, background, shape, grid })
    }
    const drawSoon = (): void => {
      frame ||= requestAnimationFrame(draw)
    }
    const fit = new ResizeObserver(() => {
      const { width, height } = element.getBoundingClientRect()
      element.width = Math.round(width * window.devicePixelRatio)
      element.height = Math.round(height * window.devicePixelRatio)
      // At once: a canvas that was given another size is empty.
      draw()
    })
    fit.observe(element)
    const stop = session.store.subscribe(drawSoon)
    return () => {
      stop()
      fit.disconnect()
      cancelAnimationFrame(frame)
    }
  }, [picture, session, background, shape, grid])

  // The picture has come into a dialog that was open already, in place of what had the focus.
  useEffect(() => canvas.current?.focus({ preventScroll: true }), [])
  useWheel(canvas, session, mask)
  const pointers = usePointers(session, mask)

  return (
    <canvas
      ref={canvas}
      className={styles.stage}
      // oxlint-disable-next-line jsx-a11y/no-interactive-element-to-noninteractive-role -- the arrow keys are its own
      role="application"
      tabIndex={0}
      data-initial-focus
      aria-label={t('avatar.cropper.stage')}
      onKeyDown={(event) => onKey(event, mask.current)}
      onDoubleClick={(event) => {
        const { zoom } = session.store.getState().cut
        session.zoomTo(zoom > 1.5 ? 1 : zoom * 2, fromMiddle(event), mask.current)
      }}
      {...pointers}
    />
  )
}

interface Point {
  clientX: number
  clientY: number
  currentTarget: Element
}

/** Where something is, from the middle of the stage. */
function fromMiddle({ clientX, clientY, currentTarget }: Point): Vector {
  const { left, top, width, height } = currentTarget.getBoundingClientRect()
  return { x: clientX - left - width / 2, y: clientY - top - height / 2 }
}

function useWheel(
  canvas: React.RefObject<HTMLCanvasElement | null>,
  session: EditSession,
  mask: React.RefObject<number>,
): void {
  useEffect(() => {
    const element = canvas.current
    if (!element) return undefined
    let rest: ReturnType<typeof setTimeout> | undefined
    const wheel = (event: WheelEvent): void => {
      event.preventDefault()
      // A turn of the wheel is one step to undo, until it rests.
      session.begin('wheel')
      clearTimeout(rest)
      rest = setTimeout(() => session.end('wheel'), 300)
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1
      const factor = Math.exp(-event.deltaY * lines * (event.ctrlKey ? PINCH : WHEEL))
      const { zoom } = session.store.getState().cut
      session.zoomTo(zoom * factor, fromMiddle({ ...point(event), currentTarget: element }), mask.current)
    }
    // Not React's, which cannot keep the page from scrolling.
    element.addEventListener('wheel', wheel, { passive: false })
    return () => {
      element.removeEventListener('wheel', wheel)
      clearTimeout(rest)
      session.end('wheel')
    }
  }, [canvas, session, mask])
}

const point = ({ clientX, clientY }: MouseEvent) => ({ clientX, clientY })

/** One pointer moves the picture, two zoom it as well. */
function usePointers(session: EditSession, mask: React.RefObject<number>) {
  const down = useRef(new Map<number, Vector>())
  const release = (event: PointerEvent): void => {
    down.current.delete(event.pointerId)
    if (down.current.size === 0) session.end('drag')
  }
  return {
    onPointerDown(event: PointerEvent) {
      if (event.button !== 0) return
      event.currentTarget.setPointerCapture(event.pointerId)
      session.begin('drag')
      down.current.set(event.pointerId, fromMiddle(event))
    },
    onPointerMove(event: PointerEvent) {
      const before = down.current.get(event.pointerId)
      if (!before) return
      const now = fromMiddle(event)
      const other = [...down.current].find(([id]) => id !== event.pointerId)?.[1]
      down.current.set(event.pointerId, now)
      const share = other ? 0.5 : 1
      session.pan({ x: (now.x - before.x) * share, y: (now.y - before.y) * share }, mask.current)
      if (!other) return
      const { zoom } = session.store.getState().cut
      const factor = distance(now, other) / Math.max(1, distance(before, other))
      session.zoomTo(zoom * factor, { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 }, mask.current)
    },
    onPointerUp: release,
    onPointerCancel: release,
  }
}

const distance = (a: Vector, b: Vector): number => Math.hypot(a.x - b.x, a.y - b.y)

/** Draws the picture, the mask over it and perhaps the grid; tells the mask's width in CSS pixels. */
function drawStage(
  pen: CanvasRenderingContext2D,
  { picture, session, background, shape, grid }: Omit<CropStageProps, 'onKey'>,
): number {
  const { width, height } = pen.canvas
  const density = window.devicePixelRatio
  const mask = Math.max(1, Math.min(width, height) - 2 * MARGIN * density)
  const { x, y, side, angle, flipped } = framingOf(session.store.getState().cut, picture, background)
  const scale = mask / side

  pen.setTransform(1, 0, 0, 1, 0, 0)
  pen.clearRect(0, 0, width, height)
  pen.imageSmoothingQuality = 'high'
  pen.translate(width / 2, height / 2)
  pen.rotate((angle * Math.PI) / 180)
  pen.scale(flipped ? -scale : scale, scale)
  pen.translate(-x - side / 2, -y - side / 2)
  if (picture.transparent) {
    pen.fillStyle = background
    pen.fillRect(0, 0, picture.width, picture.height)
  }
  pen.drawImage(picture.preview, 0, 0, picture.width, picture.height)

  pen.setTransform(1, 0, 0, 1, 0, 0)
  const hole = new Path2D()
  hole.roundRect(
    (width - mask) / 2,
    (height - mask) / 2,
    mask,
    mask,
    mask * (shape === 'circle' ? 0.5 : ROUNDNESS),
  )
  const veil = new Path2D(hole)
  veil.rect(0, 0, width, height)
  pen.fillStyle = 'rgb(12 13 18 / 62%)'
  // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- a canvas is filled, no array
  pen.fill(veil, 'evenodd')
  pen.strokeStyle = 'rgb(255 255 255 / 92%)'
  pen.lineWidth = 2 * density
  pen.stroke(hole)
  if (grid) drawGrid(pen, mask, density)
  return mask / density
}

function drawGrid(pen: CanvasRenderingContext2D, mask: number, density: number): void {
  const { width, height } = pen.canvas
  const [left, top] = [(width - mask) / 2, (height - mask) / 2]
  pen.strokeStyle = 'rgb(255 255 255 / 45%)'
  pen.lineWidth = density
  pen.beginPath()
  for (let line = 1; line < 6; line += 1) {
    const at = (mask * line) / 6
    pen.moveTo(left + at, top)
    pen.lineTo(left + at, top + mask)
    pen.moveTo(left, top + at)
    pen.lineTo(left + mask, top + at)
  }
  pen.stroke()
}
