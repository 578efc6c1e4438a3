import { useEffect, useRef } from 'react'
import { pictureFileIn, type PictureFile } from './picture-file.ts'

/** Hears of images that are pasted anywhere in the window while `active`; what is typed into fields is left alone. */
export function usePicturePaste(active: boolean, onFile: (file: PictureFile) => void): void {
  const latest = useRef(onFile)
  useEffect(() => {
    latest.current = onFile
  })
  useEffect(() => {
    if (!active) return undefined
    const paste = (event: ClipboardEvent): void => {
      const file = event.clipboardData && pictureFileIn(event.clipboardData)
      if (!file) return
      event.preventDefault()
      event.stopImmediatePropagation()
      latest.current(file)
    }
    // Ahead of whatever else listens: the editor lies above the card.
    document.addEventListener('paste', paste, true)
    return () => document.removeEventListener('paste', paste, true)
  }, [active])
}
