/** A point or a length in two directions, in CSS pixels; points are seen from the middle of the view. */
export interface Point {
  x: number
  y: number
}

/** How an image stands in its view: magnified so many times beyond fitting, its middle moved by so much. */
export interface Stand extends Point {
  zoom: number
}

/** Fits the view whole. */
export const FITTING: Stand = { zoom: 1, x: 0, y: 0 }

/** How far beyond fitting an image can be magnified. */
export const MAX_ZOOM = 12

/** The size in which an image fits a view whole; a small one stays as it is. */
export function fittingSize(image: Point, view: Point): Point {
  const scale = Math.min(1, view.x / image.x, view.y / image.y)
  return { x: image.x * scale, y: image.y * scale }
}

/** Magnifies `by` so many times, keeping what is at `point` where it is. */
export function zoomAt(stand: Stand, by: number, point: Point, fitting: Point, view: Point): Stand {
  const zoom = Math.min(MAX_ZOOM, Math.max(1, stand.zoom * by))
  const ratio = zoom / stand.zoom
  const moved = { zoom, x: point.x - (point.x - stand.x) * ratio, y: point.y - (point.y - stand.y) * ratio }
  return within(moved, fitting, view)
}

/** Moves an image; what is larger than the view always fills it, what is smaller stays in its middle. */
export const moveBy = (stand: Stand, by: Point, fitting: Point, view: Point): Stand =>
  within({ zoom: stand.zoom, x: stand.x + by.x, y: stand.y + by.y }, fitting, view)

function within({ zoom, x, y }: Stand, fitting: Point, view: Point): Stand {
  const limit = (side: number, room: number, moved: number): number => {
    const beyond = Math.max(0, (side * zoom - room) / 2)
    // Never −0, which is not 0 to whoever compares.
    return Math.min(beyond, Math.max(-beyond, moved)) + 0
  }
  return { zoom, x: limit(fitting.x, view.x, x), y: limit(fitting.y, view.y, y) }
}
