import { useEffect, useState } from 'react'

/** Addresses that have been decoded once: shown again without waiting. Pictures never change under their address. */
const decoded = new Set<string>()

/** After how long a picture that could not be loaded is tried again, in milliseconds; doubled each time up to the last. */
const RETRY = { first: 4_000, last: 64_000 }

/** The address to show now, null where there is none; and whether one is still being loaded, or none can be. */
export interface LoadedSource {
  source: string | null
  status: 'shown' | 'loading' | 'none'
}

/**
 * The picture to show now, where `wanted` is the one to be shown: the one from before stays until the new one is
 * decoded, so that nothing flashes. One that cannot be loaded is tried again; it counts as none, unless whoever has it is away.
 */
export function useLoadedSource(wanted: string | null): LoadedSource {
  const [shown, setShown] = useState<string | null>(null)
  const [broken, setBroken] = useState<string | null>(null)
  // A picture that was taken away does not come back while the next one loads.
  if (wanted === null && shown !== null) setShown(null)

  useEffect(() => {
    if (wanted === null) return undefined
    let over = false
    let timer: ReturnType<typeof setTimeout> | undefined
    const load = async (retryAfter: number): Promise<void> => {
      try {
        await decode(wanted)
        if (over) return
        setShown(wanted)
        setBroken(null)
      } catch {
        const away = await isAway(wanted)
        if (over) return
        if (!away) {
          setShown(null)
          setBroken(wanted)
        }
        timer = setTimeout(() => void load(Math.min(retryAfter * 2, RETRY.last)), retryAfter)
      }
    }
    void load(RETRY.first)
    return () => {
      over = true
      clearTimeout(timer)
    }
  }, [wanted])

  const source = wanted !== null && decoded.has(wanted) ? wanted : shown
  if (source !== null && wanted !== null) return { source, status: 'shown' }
  return { source: null, status: wanted === null || broken === wanted ? 'none' : 'loading' }
}

/** Whether a picture that could not be loaded may still come: an image does not tell why it failed, so main is asked again. */
async function isAway(source: string): Promise<boolean> {
  try {
    const { status } = await fetch(source)
    return status === 503
  } catch {
    return false
  }
}

async function decode(source: string): Promise<void> {
  if (decoded.has(source)) return
  const image = new Image()
  image.src = source
  await image.decode()
  decoded.add(source)
}
