import { useSyncExternalStore } from 'react'

function onDensityChange(listener: () => void): () => void {
  // The query holds for one density only, so it is made anew after each change.
  let query: MediaQueryList | undefined
  const follow = (): void => {
    query?.removeEventListener('change', changed)
    query = window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`)
    query.addEventListener('change', changed)
  }
  const changed = (): void => {
    follow()
    listener()
  }
  follow()
  return () => query?.removeEventListener('change', changed)
}

/** How many of the screen's pixels make one CSS pixel; follows the window to other displays. */
export const useDensity = (): number => useSyncExternalStore(onDensityChange, () => window.devicePixelRatio)
