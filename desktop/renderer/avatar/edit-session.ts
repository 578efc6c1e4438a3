import { createStore, type StoreApi } from 'zustand'
import {
  flip,
  inside,
  isSameCut,
  pan,
  tiltTo,
  turn,
  wholePicture,
  zoomAt,
  type Cut,
  type Vector,
} from './crop-geometry.ts'
import type { PictureSize } from './render/render-messages.ts'

/** How many steps can be undone. */
const MAX_STEPS = 100

/** What is done in many small changes that count as one step. */
export type Gesture = 'drag' | 'wheel' | 'slider'

interface EditState {
  cut: Cut
  past: readonly Cut[]
  future: readonly Cut[]
}

/** One picture being cut: what it looks like now, and the steps to undo and redo. */
export interface EditSession {
  readonly store: StoreApi<EditState>
  readonly size: PictureSize
  /** Begins a gesture of a kind, ending one of another kind: what comes until its `end` is one step. */
  begin(kind: Gesture): void
  /** Ends a gesture of this kind, if one is under way. */
  end(kind: Gesture): void
  pan(by: Vector, mask: number): void
  zoomTo(zoom: number, at: Vector, mask: number): void
  turn(quarters: number): void
  tiltTo(degrees: number): void
  flip(): void
  reset(): void
  undo(): void
  redo(): void
}

/** Creates the session of a picture of this size, whole at first. */
export function createEditSession(size: PictureSize): EditSession {
  const first = inside(wholePicture(size), size)
  const store = createStore<EditState>(() => ({ cut: first, past: [], future: [] }))
  /** The gesture under way, and the cut at its beginning. */
  let gesture: { kind: Gesture; from: Cut } | null = null

  function change(cut: Cut): void {
    const before = store.getState().cut
    if (isSameCut(before, cut)) return
    store.setState({ cut })
    if (gesture === null) remember(before)
  }

  function remember(before: Cut): void {
    store.setState(({ past }) => ({ past: [...past, before].slice(-MAX_STEPS), future: [] }))
  }

  function finish(): void {
    const ended = gesture
    gesture = null
    if (ended && !isSameCut(ended.from, now())) remember(ended.from)
  }

  const now = (): Cut => store.getState().cut

  return {
    store,
    size,
    begin(kind) {
      if (gesture?.kind === kind) return
      finish()
      gesture = { kind, from: now() }
    },
    end(kind) {
      if (gesture?.kind === kind) finish()
    },
    pan: (by, mask) => change(pan(now(), size, by, mask)),
    zoomTo: (zoom, at, mask) => change(zoomAt(now(), size, zoom, at, mask)),
    turn: (quarters) => change(turn(now(), quarters)),
    tiltTo: (degrees) => change(tiltTo(now(), size, degrees)),
    flip: () => change(flip(now())),
    reset: () => change(first),
    undo: () =>
      store.setState(({ cut, past, future }) => {
        const before = past.at(-1)
        return before ? { cut: before, past: past.slice(0, -1), future: [cut, ...future] } : {}
      }),
    redo: () =>
      store.setState(({ cut, past, future }) => {
        const [after, ...rest] = future
        return after ? { cut: after, past: [...past, cut], future: rest } : {}
      }),
  }
}
