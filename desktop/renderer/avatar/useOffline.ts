import { useSyncExternalStore } from 'react'

function onChange(listener: () => void): () => void {
  const names = ['online', 'offline']
  for (const name of names) window.addEventListener(name, listener)
  return () => {
    for (const name of names) window.removeEventListener(name, listener)
  }
}

/** Whether the system knows that there is no network; false promises nothing. */
export const useOffline = (): boolean => useSyncExternalStore(onChange, () => !navigator.onLine)
