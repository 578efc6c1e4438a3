import { useEffect, useRef, useState, type MouseEvent, type PointerEvent, type WheelEvent } from 'react'
import { fittingSize, FITTING, moveBy, zoomAt, type Point, type Stand } from './zoom-geometry.ts'

/** By how much a double press magnifies. */
const DOUBLE = 2.5
/** How much a wheel magnifies with each pixel that it turns. */
const WHEEL = 0.0018
const MIDDLE: Point = { x: 0, y: 0 }

interface Seen {
  id: string
  width: number
  height: number
}

/** How an image stands in its view, by wheel, double press, dragging and calls; another image begins as it fits. */
export function useImageStand(image: Seen) {
  const view = useRef<HTMLDivElement>(null)
  const [room, setRoom] = useState<Point>({ x: 0, y: 0 })
  const [kept, setKept] = useState<{ id: string; stand: Stand }>({ id: image.id, stand: FITTING })
  const drag = useRef<Point | null>(null)
  const stand = kept.id === image.id ? kept.stand : FITTING
  const fitting = fittingSize({ x: image.width, y: image.height }, room)

  useEffect(() => {
    if (!view.current) return undefined
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setRoom({ x: entry.contentRect.width, y: entry.contentRect.height })
    })
    observer.observe(view.current)
    return () => observer.disconnect()
  }, [])

  const change = (next: (before: Stand) => Stand): void =>
    setKept((before) => ({ id: image.id, stand: next(before.id === image.id ? before.stand : FITTING) }))
  const magnify = (by: number, at = MIDDLE): void => change((before) => zoomAt(before, by, at, fitting, room))
  const move = (by: Point): void => change((before) => moveBy(before, by, fitting, room))

  return {
    view,
    stand,
    fitting,
    magnify,
    move,
    fit: () => change(() => FITTING),
    pointer: {
      onWheel: (event: WheelEvent) => magnify(Math.exp(-event.deltaY * WHEEL), fromMiddle(event)),
      onDoubleClick: (event: MouseEvent) =>
        stand.zoom > 1 ? change(() => FITTING) : magnify(DOUBLE, fromMiddle(event)),
      onPointerDown(event: PointerEvent) {
        if (stand.zoom === 1 || event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        drag.current = { x: event.clientX, y: event.clientY }
      },
      onPointerMove(event: PointerEvent) {
        if (!drag.current) return
        move({ x: event.clientX - drag.current.x, y: event.clientY - drag.current.y })
        drag.current = { x: event.clientX, y: event.clientY }
      },
      onPointerUp: () => {
        drag.current = null
      },
      onPointerCancel: () => {
        drag.current = null
      },
    },
  }
}

/** Where a pointer is, from the middle of the view. */
function fromMiddle({ currentTarget, clientX, clientY }: MouseEvent): Point {
  const { left, top, width, height } = currentTarget.getBoundingClientRect()
  return { x: clientX - left - width / 2, y: clientY - top - height / 2 }
}
