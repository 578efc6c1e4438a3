import { useEffect } from 'react'
import { attachFiles } from './attach-images.ts'

/** What is open over the conversation and may want what is pasted. */
const OPEN = ':is([role="dialog"], [role="alertdialog"]):not([data-closed])'

/** Attaches images that are pasted anywhere in the window to what is being written in a room; `onAttach` hears of it. */
export function useImagePaste(roomId: string, onAttach: () => void): void {
  useEffect(() => {
    function paste(event: ClipboardEvent): void {
      const files = event.clipboardData === null ? [] : imagesIn(event.clipboardData)
      if (files.length === 0 || event.defaultPrevented || document.querySelector(OPEN) !== null) return
      event.preventDefault()
      void attachFiles(roomId, files)
      onAttach()
    }
    document.addEventListener('paste', paste)
    return () => document.removeEventListener('paste', paste)
  }, [roomId, onAttach])
}

/** Office programs put a picture beside formatted text: there the text is meant. Files come beside their names, which are plain. */
function imagesIn({ files, types }: DataTransfer): File[] {
  return types.includes('text/plain') && types.includes('text/html') ? [] : [...files]
}
